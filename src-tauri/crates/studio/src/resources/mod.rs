//! What the parts of a studio and its jobs share: settings, models, works.

mod contents;
mod models;
mod pack;
mod posters;
mod works;

use std::sync::Arc;

use crate::{Failure, Paths, settings::SettingsStore, works::open_library};
pub use models::Models;
pub use pack::{LeftOut, PackProgress, Packed};
pub use works::{ExportRecipe, ImportedPicture, WorkDetail, Works};

/// Settings, models and works, which the parts of a studio and its jobs share.
#[derive(Debug)]
pub struct Resources {
    pub(crate) paths: Paths,
    pub(crate) settings: Arc<SettingsStore>,
    pub(crate) models: Models,
    pub(crate) works: Works,
}

impl Resources {
    /// Opens the settings and the library, and returns what was found wrong with them.
    pub(crate) fn open(paths: Paths) -> (Self, Vec<Failure>) {
        let settings = Arc::new(SettingsStore::new(&paths.home));
        let mut warnings: Vec<_> = settings.check().into_iter().collect();
        let library = match open_library(&paths.home) {
            Ok(opened) => {
                warnings.extend(opened.warning.map(Failure::from));
                Ok(opened.library)
            }
            Err(failure) => {
                warnings.push(failure.clone());
                Err(failure)
            }
        };
        let resources = Self {
            models: Models::new(&paths, Arc::clone(&settings)),
            works: Works::new(&paths, Arc::clone(&settings), library),
            settings,
            paths,
        };
        (resources, warnings)
    }
}
