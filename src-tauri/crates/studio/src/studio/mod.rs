//! The studio: one object over everything, the same for a window and for a terminal.

mod films;
mod jobs;
mod sounds;
mod state;

pub use films::{DroppedFile, FilmSheet, Films};
pub use jobs::{JobHandle, Jobs, Live, Loading};
pub use sounds::Sounds;
pub use state::{AppState, Device, RuntimeState, Studio};
