//! Jobs: whatever needs a loaded model. `job` holds what all kinds have in common, `queue` and `worker`
//! let them take turns; every other file is one kind.

mod composition;
mod estimate;
mod experiment;
mod film;
mod image;
mod job;
mod minutes;
mod product;
mod query;
mod queue;
mod runnable;
mod speech;
mod text;
mod transcription;
mod upscale;
mod worker;

pub use composition::{CompositionJob, CompositionOrder, CompositionProgress};
pub(crate) use estimate::Estimator;
pub use estimate::{ImageAsked, ImageCost, ImageEstimate};
pub use experiment::{
    ExperimentAnswer, ExperimentJob, ExperimentMade, ExperimentOrder, ExperimentProgress,
    ExperimentRow, GroupMeasures, Measure, RowAnswers,
};
pub use film::{FilmCost, FilmEstimate, FilmJob, FilmMade, FilmProgress};
pub(crate) use film::{FilmEstimator, FilmModels, checksum, retiming_models, travel_models};
pub use image::{Gallery, ImageJob, ImageMade, ImageOrder, ImageProgress};
pub use job::{EventOf, Job, Keep, MadeOf, Order, numbered};
pub(crate) use job::{JobContext, Prepared, Queued};
pub use minutes::{
    MinutesJob, MinutesMade, MinutesOrder, MinutesProgress, MinutesSource, MinutesStep,
};
pub(crate) use queue::Queue;
pub use speech::{SpeechJob, SpeechOrder, SpeechProgress};
pub use text::{TextJob, TextMade, TextOrder, TextProgress};
pub use transcription::{TranscriptionJob, TranscriptionOrder, TranscriptionProgress};
pub use upscale::{UpscaleJob, UpscaleOrder};
pub(crate) use worker::Worker;
