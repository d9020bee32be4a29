//! The player: what is on, where it is, how loud, on which device.
//!
//! A thread of its own holds the device, only while something plays: other programs want it too,
//! and a device that is plugged in meanwhile is found at the next play.

use std::{
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{CursorSource, Playing, Sound, SoundId, SoundOutput, cursor::PlaybackCursor};
use crate::{Code, Failure, Result, Sink};

/// How often the place is reported while something plays.
const TICK: Duration = Duration::from_millis(50);

/// How long the device is held after the last sound: what it has not yet played is played.
const LINGER: Duration = Duration::from_millis(1500);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum PlayerPhase {
    /// Nothing is on.
    Idle,
    Playing,
    /// What comes next is not made yet; it goes on by itself.
    Waiting,
    Paused,
    /// Played to its end.
    Ended,
    /// The device went away or never was; `play` tries again from the same place.
    Failed,
}

/// The player as others see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PlayerState {
    pub phase: PlayerPhase,
    pub sound: Option<SoundId>,
    /// Seconds.
    pub position: f64,
    /// How much there is so far, in seconds.
    pub seconds: f64,
    /// Whether that is all of it.
    pub whole: bool,
    /// In [0, 1].
    pub volume: f32,
    pub failure: Option<Failure>,
}

pub type PlayerSink = Sink<PlayerState>;

enum Command {
    Put {
        id: SoundId,
        sound: Arc<Sound>,
        from: f64,
        play: bool,
    },
    Play,
    Pause,
    Seek(f64),
    Volume(f32),
    Device(Option<String>),
    Take(SoundId),
    Listen(PlayerSink),
    Trouble {
        stream: u32,
        failure: Failure,
    },
    /// The thread holds a sender of its own: that the player's is gone would not be noticed.
    Close,
}

/// Hands commands to the player's thread; they are obeyed in their order.
#[derive(Debug)]
pub struct Player {
    commands: Mutex<mpsc::Sender<Command>>,
}

impl Player {
    /// # Errors
    /// `Internal` when the system gives no thread.
    pub fn new(output: Arc<dyn SoundOutput>, device: Option<String>) -> Result<Self> {
        let (commands, receiver) = mpsc::channel();
        let own = commands.clone();
        thread::Builder::new()
            .name("quartet-player".to_owned())
            .spawn(move || PlayerThread::new(output, device, own).run(&receiver))
            .map_err(|error| Failure::new(Code::Internal, error))?;
        Ok(Self {
            commands: Mutex::new(commands),
        })
    }

    /// Puts a sound on; what was on is off. It may still be growing.
    pub fn put(&self, id: SoundId, sound: Arc<Sound>, from: f64, play: bool) {
        self.send(Command::Put {
            id,
            sound,
            from,
            play,
        });
    }

    /// From where it is; from the beginning when it was at the end.
    pub fn play(&self) {
        self.send(Command::Play);
    }

    pub fn pause(&self) {
        self.send(Command::Pause);
    }

    /// To a place in seconds from the beginning; beyond the end of a growing sound it waits there.
    pub fn seek(&self, seconds: f64) {
        self.send(Command::Seek(seconds));
    }

    /// In [0, 1], for everything that is played.
    pub fn volume(&self, volume: f32) {
        self.send(Command::Volume(volume));
    }

    /// Another device, by its id; none: the system's choice. What plays goes on there.
    pub fn device(&self, device: Option<String>) {
        self.send(Command::Device(device));
    }

    /// Takes a sound off, where it is on.
    pub fn take_off(&self, id: SoundId) {
        self.send(Command::Take(id));
    }

    /// Tells the state now and whenever it changes, until `sink` breaks off.
    pub fn listen(&self, sink: PlayerSink) {
        self.send(Command::Listen(sink));
    }

    fn send(&self, command: Command) {
        let commands = self.commands.lock();
        let commands = commands.unwrap_or_else(PoisonError::into_inner);
        // The thread ends only with the player.
        let _ = commands.send(command);
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        self.send(Command::Close);
    }
}

/// What is on, and since when it has had nothing to play.
struct Current {
    id: SoundId,
    cursor: Arc<PlaybackCursor>,
    phase: PlayerPhase,
    failure: Option<Failure>,
}

struct PlayerThread {
    output: Arc<dyn SoundOutput>,
    device: Option<String>,
    commands: mpsc::Sender<Command>,
    volume: f32,
    current: Option<Current>,
    /// The open device, for the sound that is on.
    stream: Option<Playing>,
    /// Counts the devices opened: a late complaint of an earlier one is none.
    opened: u32,
    quiet_since: Option<Instant>,
    last_sent: Option<PlayerState>,
    listeners: Vec<PlayerSink>,
}

impl PlayerThread {
    fn new(
        output: Arc<dyn SoundOutput>,
        device: Option<String>,
        commands: mpsc::Sender<Command>,
    ) -> Self {
        Self {
            output,
            device,
            commands,
            volume: 1.0,
            current: None,
            stream: None,
            opened: 0,
            quiet_since: None,
            last_sent: None,
            listeners: Vec::new(),
        }
    }

    fn run(mut self, receiver: &mpsc::Receiver<Command>) {
        loop {
            let command = if self.is_busy() {
                match receiver.recv_timeout(TICK) {
                    Ok(command) => Some(command),
                    Err(mpsc::RecvTimeoutError::Timeout) => None,
                    Err(mpsc::RecvTimeoutError::Disconnected) => return,
                }
            } else {
                match receiver.recv() {
                    Ok(command) => Some(command),
                    Err(_) => return,
                }
            };
            match command {
                Some(Command::Close) => return,
                Some(command) => self.obey(command),
                None => {}
            }
            self.advance();
            self.tell();
        }
    }

    /// Whether anything may change by itself.
    fn is_busy(&self) -> bool {
        let phase = self.current.as_ref().map(|current| current.phase);
        self.stream.is_some()
            || matches!(phase, Some(PlayerPhase::Playing | PlayerPhase::Waiting))
            // A sound that still grows gets longer to those who look.
            || self.last_sent.as_ref().is_some_and(|last_sent| !last_sent.whole && last_sent.sound.is_some())
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Put {
                id,
                sound,
                from,
                play,
            } => self.put(id, sound, from, play),
            Command::Play => self.start(),
            Command::Pause => {
                if let Some(current) = &mut self.current
                    && matches!(current.phase, PlayerPhase::Playing | PlayerPhase::Waiting)
                {
                    current.cursor.set_paused(true);
                    current.phase = PlayerPhase::Paused;
                }
            }
            Command::Seek(seconds) => {
                if let Some(current) = &mut self.current {
                    current.cursor.seek(place(&current.cursor.sound, seconds));
                    if current.phase == PlayerPhase::Ended {
                        current.phase = PlayerPhase::Paused;
                        current.cursor.set_paused(true);
                    }
                }
            }
            Command::Volume(volume) => {
                self.volume = volume.clamp(0.0, 1.0);
                if let Some(current) = &self.current {
                    current.cursor.set_volume(self.volume);
                }
            }
            Command::Device(device) => {
                if device != self.device {
                    self.device = device;
                    // Opened anew on the other one, at once where something plays.
                    self.stream = None;
                }
            }
            Command::Take(id) => {
                if self
                    .current
                    .as_ref()
                    .is_some_and(|current| current.id == id)
                {
                    self.stream = None;
                    self.current = None;
                }
            }
            Command::Listen(mut sink) => {
                if sink(self.state()).is_continue() {
                    self.listeners.push(sink);
                }
            }
            Command::Trouble { stream, failure } => {
                if stream == self.opened && self.stream.is_some() {
                    self.fail(failure);
                }
            }
            Command::Close => {}
        }
    }

    fn put(&mut self, id: SoundId, sound: Arc<Sound>, from: f64, play: bool) {
        let at = place(&sound, from);
        match &mut self.current {
            Some(current) if current.id == id && Arc::ptr_eq(&current.cursor.sound, &sound) => {
                current.cursor.seek(at);
                current.phase = PlayerPhase::Paused;
                current.cursor.set_paused(true);
            }
            _ => {
                self.stream = None;
                self.current = Some(Current {
                    id,
                    cursor: PlaybackCursor::new(sound, at, self.volume),
                    phase: PlayerPhase::Paused,
                    failure: None,
                });
            }
        }
        if play {
            self.start();
        }
    }

    fn start(&mut self) {
        if let Some(current) = &mut self.current {
            if current.phase == PlayerPhase::Ended {
                current.cursor.seek(0);
            }
            current.failure = None;
            current.phase = PlayerPhase::Waiting;
            current.cursor.set_paused(false);
        }
    }

    /// Opens the device once there is something to play, closes it when there no longer is, and
    /// notices the end.
    fn advance(&mut self) {
        let Some(current) = &mut self.current else {
            self.stream = None;
            return;
        };
        if matches!(current.phase, PlayerPhase::Playing | PlayerPhase::Waiting) {
            let extent = current.cursor.sound.extent();
            let rest = extent.samples.saturating_sub(current.cursor.at());
            current.phase = match (rest, extent.ended) {
                (0, true) => PlayerPhase::Ended,
                (0, false) => PlayerPhase::Waiting,
                _ => PlayerPhase::Playing,
            };
            if current.phase == PlayerPhase::Playing && self.stream.is_none() {
                self.open(extent.sample_rate);
            }
        }
        let plays = self.current.as_ref().is_some_and(|current| {
            current.phase == PlayerPhase::Playing
                || (current.phase == PlayerPhase::Waiting && !current.cursor.is_starved())
        });
        if plays {
            self.quiet_since = None;
        } else if self.quiet_since.get_or_insert_with(Instant::now).elapsed() > LINGER {
            self.stream = None;
        }
    }

    fn open(&mut self, sample_rate: u32) {
        let Some(current) = &self.current else { return };
        self.opened = self.opened.wrapping_add(1);
        let (stream, commands) = (self.opened, self.commands.clone());
        let trouble = Box::new(move |failure| {
            // The player may have gone.
            let _ = commands.send(Command::Trouble { stream, failure });
        });
        let source = CursorSource::new(Arc::clone(&current.cursor), sample_rate);
        match self.output.play(self.device.as_deref(), source, trouble) {
            Ok(playing) => self.stream = Some(playing),
            Err(failure) => self.fail(failure),
        }
    }

    /// The place is kept: once the device is plugged in again, play goes on there.
    fn fail(&mut self, failure: Failure) {
        self.stream = None;
        if let Some(current) = &mut self.current {
            current.cursor.set_paused(true);
            current.phase = PlayerPhase::Failed;
            current.failure = Some(failure);
        }
    }

    fn state(&self) -> PlayerState {
        let Some(current) = &self.current else {
            return PlayerState {
                phase: PlayerPhase::Idle,
                sound: None,
                position: 0.0,
                seconds: 0.0,
                whole: true,
                volume: self.volume,
                failure: None,
            };
        };
        let extent = current.cursor.sound.extent();
        let seconds = |samples: u64| samples as f64 / f64::from(extent.sample_rate.max(1));
        PlayerState {
            phase: current.phase,
            sound: Some(current.id.clone()),
            position: seconds(current.cursor.at()),
            seconds: seconds(extent.samples),
            whole: extent.ended,
            volume: self.volume,
            failure: current.failure.clone(),
        }
    }

    fn tell(&mut self) {
        let state = self.state();
        if self.last_sent.as_ref() != Some(&state) {
            self.listeners
                .retain_mut(|sink| sink(state.clone()).is_continue());
            self.last_sent = Some(state);
        }
    }
}

/// The sample at a time in seconds; within the sound once it is whole.
fn place(sound: &Sound, seconds: f64) -> u64 {
    let extent = sound.extent();
    let seconds = if seconds.is_finite() {
        seconds.max(0.0)
    } else {
        0.0
    };
    let at = (seconds * f64::from(extent.sample_rate)) as u64;
    if extent.ended {
        at.min(extent.samples)
    } else {
        at
    }
}

#[cfg(test)]
#[path = "player_tests.rs"]
mod tests;
