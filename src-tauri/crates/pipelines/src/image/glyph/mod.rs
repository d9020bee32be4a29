//! Glyph: small pictures in a few styles, from English and Chinese words, in a tenth of a second.
//!
//! A flow-matching transformer over the latents of an autoencoder; `models/recipes/glyph` trains it
//! and says how a picture is drawn. Newer models look at what they know of the thing that is meant:
//! its pictures in the other styles.

mod condition;
mod drawing;
mod flow;
mod known;
mod networks;
mod pipeline;
mod settings;
mod words;

pub use condition::Condition;
pub use known::NearWord;
pub use pipeline::GlyphPipeline;
