//! The seam at which a model that draws without weights takes the place of a real one.

use quartet_media::Picture;
use quartet_runtime::Cancel;

use super::{
    glyph::{Condition, NearWord},
    subject::{Subject, SubjectChoice},
    types::{ImageEvent, ImageModelInfo, ImageParameters, ImageRequest},
};
use crate::{Error, Events, Result};

/// A loaded model that draws.
pub trait ImageModel: Send {
    fn info(&self) -> ImageModelInfo;

    /// The words it knows that are nearest to a prompt; none where it keeps no list.
    ///
    /// # Errors
    /// `UnsupportedGraph`, `NotFinite`, `Cancelled`, and those of the runtime.
    fn near(&mut self, _prompt: &str, _count: usize, _cancel: &Cancel) -> Result<Vec<NearWord>> {
        Ok(Vec::new())
    }

    /// What it takes a prompt's words for; none for a model that keeps no list, and for no words.
    ///
    /// # Errors
    /// Those of [`ImageModel::near`].
    fn subject(&mut self, _prompt: &str, _cancel: &Cancel) -> Result<Option<Subject>> {
        Ok(None)
    }

    /// What a picture of a prompt is drawn from, in the style of `parameters`; conditions can be mixed. Without
    /// a subject it is what lies nearest to the prompt's vector, in its own colours; with one the thing is
    /// shown as the seed of `parameters` has it. None for a model that knows only prompts.
    ///
    /// # Errors
    /// Those of [`ImageModel::near`], and `Parameter` for a style or a thing that the model does not have.
    fn condition(
        &mut self,
        _prompt: &str,
        _subject: Option<&SubjectChoice>,
        _parameters: &ImageParameters,
        _cancel: &Cancel,
    ) -> Result<Option<Condition>> {
        Ok(None)
    }

    /// Draws one picture of a condition out of the seed's noise turned by `turn` radians towards other
    /// noise.
    ///
    /// # Errors
    /// `Parameter`, `NotFinite`, `UnsupportedGraph`, `Cancelled`, and those of the runtime.
    fn draw(
        &mut self,
        _condition: &Condition,
        _turn: f32,
        _parameters: &ImageParameters,
        _cancel: &Cancel,
    ) -> Result<Picture> {
        let reason = "it draws from prompts alone".to_owned();
        Err(Error::unsupported(reason))
    }

    /// Checks the request; the work happens as events are pulled.
    ///
    /// # Errors
    /// `Parameter`, `UnknownScheduler`, `MissingPart`, `UnsupportedGraph`; the iterator ends in
    /// `UnsupportedGraph`, `NotFinite`, `NotFiniteIn`, `Cancelled` or an error of the runtime.
    fn run<'a>(
        &'a mut self,
        request: ImageRequest,
        cancel: &'a Cancel,
    ) -> Result<Events<'a, ImageEvent>>;
}
