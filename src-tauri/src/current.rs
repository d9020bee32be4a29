//! The studio that the window's commands work on. In a kiosk each visitor has one of their own.

use std::{
    marker::PhantomData,
    ops::Deref,
    sync::{Arc, PoisonError, RwLock},
};

use quartet_studio::Studio;
use specta::{Types, datatype::DataType, function::FunctionArg};
use tauri::{
    Manager as _, Runtime,
    ipc::{CommandArg, CommandItem, InvokeError},
};

/// The studio of now.
#[derive(Debug)]
pub struct Current(RwLock<Arc<Studio>>);

impl Current {
    pub fn new(studio: Arc<Studio>) -> Self {
        Self(RwLock::new(studio))
    }

    pub fn studio(&self) -> Arc<Studio> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another in its place and hands the one before back.
    pub fn replace(&self, studio: Arc<Studio>) -> Arc<Studio> {
        let mut now = self.0.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut now, studio)
    }
}

/// An argument of a command: the studio as it is when the command is called, for as long as it runs.
#[derive(Debug)]
pub struct Shared<'a> {
    studio: Arc<Studio>,
    call: PhantomData<&'a ()>,
}

impl Deref for Shared<'_> {
    type Target = Arc<Studio>;

    fn deref(&self) -> &Arc<Studio> {
        &self.studio
    }
}

impl<'de, R: Runtime> CommandArg<'de, R> for Shared<'de> {
    fn from_command(command: CommandItem<'de, R>) -> Result<Self, InvokeError> {
        let current = command.message.webview_ref().state::<Current>();
        Ok(Self {
            studio: current.studio(),
            call: PhantomData,
        })
    }
}

/// Nothing that the page gives.
impl FunctionArg for Shared<'_> {
    fn to_datatype(_: &mut Types) -> Option<DataType> {
        None
    }
}
