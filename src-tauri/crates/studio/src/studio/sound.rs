//! What is heard: the player, the devices, pictures of sounds, the microphone.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{Studio, lock};
use crate::{
    Result,
    sound::{self, Player, RecorderSink, Sound, SoundDevices, SoundId, SoundPart},
};

/// More columns than any screen has.
const MAX_COLUMNS: usize = 16_384;

impl Studio {
    pub fn player(&self) -> &Player {
        &self.player
    }

    /// Puts a sound on, from so many seconds on; with `play` it begins at once.
    ///
    /// # Errors
    /// `WorkUnknown`, `WorkFileMissing`, `WorkFileBroken`, `SoundGone`, `SoundUnreadable`. What is
    /// wrong with the device is told by the player's state.
    pub fn put_on(&self, id: SoundId, from: f64, play: bool) -> Result<()> {
        let sound = self.sound(&id)?;
        self.player.put(id, sound, from, play);
        Ok(())
    }

    /// A sound by its name.
    ///
    /// # Errors
    /// As [`Studio::put_on`].
    pub fn sound(&self, id: &SoundId) -> Result<Arc<Sound>> {
        if let Some(found) = lock(&self.sounds).get(id) {
            return Ok(found);
        }
        let sound = match id {
            // Too long ago to be at hand; where it was kept, it is a work.
            SoundId::Take { job } => {
                return Err(crate::Failure::new(
                    crate::Code::WorkUnknown,
                    format!("job {job}"),
                ));
            }
            SoundId::Work { id } => {
                let file = self.library()?.open_work(id)?.file;
                Arc::new(Sound::whole(sound::read(&file)?))
            }
            SoundId::File { path } => sound::decode(Path::new(path))?,
        };
        lock(&self.sounds).put(id.clone(), Arc::clone(&sound));
        Ok(sound)
    }

    /// The outline of a sound so far: for each of `columns` equal parts its lowest and its highest
    /// sample, two signed bytes; fewer columns for a sound of fewer samples.
    ///
    /// # Errors
    /// As [`Studio::put_on`].
    pub fn sound_peaks(&self, id: &SoundId, columns: u32) -> Result<Vec<u8>> {
        let columns = (columns as usize).min(MAX_COLUMNS);
        Ok(self.sound(id)?.with(|pcm| sound::peaks(pcm, columns)))
    }

    /// The mel spectrogram of a part of a sound, from one sample to another: bands and frames as
    /// 32-bit numbers (little endian), then a byte for each frame of the lowest band, and so on; 100
    /// frames a second, at most 40 seconds.
    ///
    /// # Errors
    /// As [`Studio::put_on`].
    pub fn sound_spectrogram(&self, id: &SoundId, from: u32, to: u32) -> Result<Vec<u8>> {
        let sound = self.sound(id)?;
        // Copied out: a transform must not hold up whoever plays.
        let (part, sample_rate) = sound.with(|pcm| {
            let to = (to as usize).min(pcm.samples.len());
            let part = pcm.samples.get(from as usize..to).unwrap_or_default();
            let most = pcm.sample_rate as usize * 41;
            (part[..part.len().min(most)].to_vec(), pcm.sample_rate)
        });
        let part = sound::Pcm {
            sample_rate,
            samples: part,
        };
        Ok(sound::spectrogram(&part, 0, part.samples.len()))
    }

    /// The loudspeakers and microphones there are. Asking the system may take a second.
    pub fn sound_devices(&self) -> SoundDevices {
        SoundDevices {
            outputs: self.hardware.output.devices(),
            inputs: self.hardware.input.devices(),
        }
    }

    /// Takes a part of a sound file that a page was given; tells where the file lies.
    ///
    /// # Errors
    /// `RecordingNotSaved`, `SoundUnreadable`, `SoundGone`.
    pub fn bring_sound(&self, part: &SoundPart) -> Result<PathBuf> {
        sound::bring(&self.paths.home.join("dropped"), part)
    }

    /// Begins to record the microphone of the settings into the data folder.
    ///
    /// # Errors
    /// As [`sound::Recorder::start`].
    pub fn start_recording(&self, sink: RecorderSink) -> Result<()> {
        self.recorder.start(self.settings.load().sound_input, sink)
    }

    /// Ends it; returns when its file is whole and the last event is told.
    pub fn stop_recording(&self) {
        self.recorder.stop();
    }
}
