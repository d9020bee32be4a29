//! Films: a story's lines are written and spoken, pictures drawn or read, and frames rendered while an
//! encoder writes on a thread of its own.

mod backend;
mod estimate;
mod job;
mod notices;
mod output;
mod progress;
mod render;
mod script;
mod source;
mod story;

pub(crate) use backend::FilmModels;
pub(crate) use estimate::FilmEstimator;
pub use estimate::{FilmCost, FilmEstimate};
pub use job::FilmJob;
pub(crate) use job::{retiming_models, travel_models};
pub use progress::{FilmMade, FilmProgress};
pub(crate) use source::checksum;
