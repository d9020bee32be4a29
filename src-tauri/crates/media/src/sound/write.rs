//! Sounds as labelled files, and with a label that can be heard.

use std::io::{self, Write};

use super::{
    pcm::{Pcm, SoundFormat},
    rhythm,
};
use crate::labels::{self, Provenance};

impl Pcm {
    /// Writes a labelled sound file.
    ///
    /// # Errors
    /// Those of `out`; `InvalidInput` for what the format cannot hold.
    pub fn write(
        &self,
        out: &mut dyn Write,
        format: SoundFormat,
        id: &str,
        provenance: &Provenance,
    ) -> io::Result<()> {
        match format {
            SoundFormat::Wav => labels::wav::write(out, id, provenance, self),
            SoundFormat::Flac => labels::flac::write(out, id, provenance, self),
        }
    }

    /// The sound with a mark at its end that can be heard, where it moves no caption: "AI" in Morse code.
    #[must_use]
    pub fn with_audible_mark(mut self) -> Self {
        rhythm::append(&mut self.samples, self.sample_rate);
        self
    }
}
