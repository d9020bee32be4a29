//! Glyph: small pictures in a few styles, from English and Chinese words, in a tenth of a second.
//!
//! A flow-matching transformer over the latents of an autoencoder; `models/recipes/glyph` trains it
//! and says how a picture is drawn. Newer models look at what they know of the thing that is meant:
//! its pictures in the other styles.

mod concepts;
mod condition;
mod config;
mod flow;
mod lexicon;
mod networks;
mod pipeline;
mod run;
mod text_encoder;
mod variety;

pub use concepts::NearWord;
pub use condition::Condition;
pub use pipeline::GlyphPipeline;
