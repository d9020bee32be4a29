//! What is heard: the player, the devices, pictures of sounds, the microphone.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use crate::{
    Code, Failure, Result,
    locks::lock,
    recent::RecentCache,
    resources::Resources,
    sound::{
        self, Player, Recorder, RecorderSink, Rodio, Sound, SoundDevices, SoundId, SoundInput,
        SoundOutput, SoundPart,
    },
};

/// More columns than any screen has.
const MAX_COLUMNS: usize = 16_384;

/// The sounds at hand, and what they are heard and recorded with.
#[derive(Debug)]
pub struct Sounds {
    resources: Arc<Resources>,
    hardware: Hardware,
    player: Player,
    recorder: Recorder,
    recent: Mutex<RecentCache<SoundId, Sound>>,
}

/// Loudspeakers and microphones.
#[derive(Clone)]
pub(super) struct Hardware {
    output: Arc<dyn SoundOutput>,
    input: Arc<dyn SoundInput>,
}

impl Hardware {
    pub(super) fn new(output: Arc<dyn SoundOutput>, input: Arc<dyn SoundInput>) -> Self {
        Self { output, input }
    }

    /// The computer's own.
    pub(super) fn own() -> Self {
        Self::new(Arc::new(Rodio), Arc::new(Rodio))
    }
}

impl std::fmt::Debug for Hardware {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Hardware")
    }
}

impl Sounds {
    /// # Errors
    /// `Internal` when the system gives no thread.
    pub(super) fn new(resources: Arc<Resources>, hardware: Hardware) -> Result<Self> {
        let device = resources.settings.load().sound_output;
        let recordings = resources.paths.home.join("recordings");
        Ok(Self {
            player: Player::new(Arc::clone(&hardware.output), device)?,
            recorder: Recorder::new(Arc::clone(&hardware.input), recordings),
            resources,
            hardware,
            recent: Mutex::default(),
        })
    }

    /// Has a sound at hand.
    pub(super) fn put(&self, id: SoundId, sound: Arc<Sound>) {
        lock(&self.recent).put(id, sound);
    }

    pub fn player(&self) -> &Player {
        &self.player
    }

    /// Puts a sound on at `from` seconds; with `play` it begins at once.
    ///
    /// # Errors
    /// `WorkUnknown`, `WorkFileMissing`, `WorkFileBroken`, `SoundGone`, `SoundUnreadable`. What is
    /// wrong with the device is in the player's state.
    pub fn put_on(&self, id: SoundId, from: f64, play: bool) -> Result<()> {
        let sound = self.get(&id)?;
        self.player.put(id, sound, from, play);
        Ok(())
    }

    /// A sound by its name.
    ///
    /// # Errors
    /// As [`Sounds::put_on`].
    pub fn get(&self, id: &SoundId) -> Result<Arc<Sound>> {
        if let Some(found) = lock(&self.recent).get(id) {
            return Ok(found);
        }
        let sound = match id {
            // Too long ago to be at hand; where it was kept, it is a work.
            SoundId::Take { job } => {
                return Err(Failure::new(Code::WorkUnknown, format!("job {job}")));
            }
            SoundId::Work { id } => {
                let file = self.resources.works.library()?.open_work(id)?.file;
                Arc::new(Sound::whole(sound::read(&file)?))
            }
            SoundId::File { path } => sound::decode(Path::new(path))?,
        };
        lock(&self.recent).put(id.clone(), Arc::clone(&sound));
        Ok(sound)
    }

    /// The outline of a sound so far: for each of `columns` equal parts its lowest and its highest
    /// sample, two signed bytes; fewer columns for a sound of fewer samples.
    ///
    /// # Errors
    /// As [`Sounds::put_on`].
    pub fn peaks(&self, id: &SoundId, columns: u32) -> Result<Vec<u8>> {
        let columns = (columns as usize).min(MAX_COLUMNS);
        Ok(self.get(id)?.with(|pcm| sound::peaks(pcm, columns)))
    }

    /// The mel spectrogram of a part of a sound, from one sample to another: bands and frames as
    /// 32-bit numbers (little endian), then a byte for each frame of the lowest band, and so on; 100
    /// frames a second, at most 40 seconds.
    ///
    /// # Errors
    /// As [`Sounds::put_on`].
    pub fn spectrogram(&self, id: &SoundId, from: u32, to: u32) -> Result<Vec<u8>> {
        let sound = self.get(id)?;
        // Copied out: a transform must not hold up the player.
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
    pub fn devices(&self) -> SoundDevices {
        SoundDevices {
            outputs: self.hardware.output.devices(),
            inputs: self.hardware.input.devices(),
        }
    }

    /// Takes a part of a sound file that a page was given; returns where the file is.
    ///
    /// # Errors
    /// `RecordingNotSaved`, `SoundUnreadable`, `SoundGone`.
    pub fn import(&self, part: &SoundPart) -> Result<PathBuf> {
        sound::import(&self.resources.paths.home.join("dropped"), part)
    }

    /// Begins to record the microphone of the settings into the data folder.
    ///
    /// # Errors
    /// As [`sound::Recorder::start`].
    pub fn start_recording(&self, sink: RecorderSink) -> Result<()> {
        self.recorder
            .start(self.resources.settings.load().sound_input, sink)
    }

    /// Ends it; returns when its file is whole and the last event is sent.
    pub fn stop_recording(&self) {
        self.recorder.stop();
    }
}
