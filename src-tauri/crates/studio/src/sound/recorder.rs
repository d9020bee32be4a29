//! The microphone: what is said in the room, as a file that can be written down.
//!
//! A recording is a person's, not an AI's: it carries no label.

use std::{
    fs::File,
    io::BufWriter,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    thread::{self, JoinHandle},
    time::Duration,
};

use hound::{SampleFormat, WavSpec, WavWriter};
use quartet_library::{clock, private};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{SoundInput, quantise};
use crate::{Code, Failure, Result, Sink};

/// How often the level is reported.
const TICK: Duration = Duration::from_millis(60);

/// As much as a WAV file of 16 bits at 48 kHz holds without ever coming near its 4 GB.
const MAX_SECONDS: f64 = 10.0 * 3600.0;

/// The events of a recording; `Done` or `Failed` is the last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum RecorderEvent {
    /// So much was recorded; how loud it was since the last time, 0 to 1: the loudest sample, and
    /// the mean power's root.
    Level {
        seconds: f64,
        peak: f32,
        rms: f32,
    },
    Done {
        recording: Recording,
    },
    /// The microphone went away or the disk is full; what was recorded before that stays.
    Failed {
        failure: Failure,
        recording: Option<Recording>,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Recording {
    pub path: String,
    pub seconds: f64,
}

pub type RecorderSink = Sink<RecorderEvent>;

enum Command {
    Heard(Vec<f32>),
    Trouble(Failure),
    Stop,
}

/// Records one recording at a time.
pub struct Recorder {
    input: Arc<dyn SoundInput>,
    folder: PathBuf,
    running: Mutex<Option<Running>>,
}

struct Running {
    command: mpsc::Sender<Command>,
    thread: JoinHandle<()>,
}

impl std::fmt::Debug for Recorder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Recorder")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

impl Recorder {
    pub fn new(input: Arc<dyn SoundInput>, folder: PathBuf) -> Self {
        Self {
            input,
            folder,
            running: Mutex::default(),
        }
    }

    /// Begins; one that still goes on is ended first. Returns once the microphone is open.
    ///
    /// # Errors
    /// `MicrophoneNone`, `MicrophoneFailed`, `RecordingNotSaved`; everything later goes to the sink.
    pub fn start(&self, device: Option<String>, sink: RecorderSink) -> Result<()> {
        self.stop();
        private::create_folder(&self.folder)
            .map_err(|error| Failure::at(Code::RecordingNotSaved, &self.folder, error))?;
        let path = self.folder.join(name());
        let (command, commands) = mpsc::channel();
        let (opened, open) = mpsc::channel();
        let (input, heard) = (Arc::clone(&self.input), command.clone());
        // The microphone stays on the thread that opened it.
        let thread = thread::Builder::new()
            .name("quartet-recorder".to_owned())
            .spawn(move || {
                let trouble = heard.clone();
                // Who listens may have gone.
                let playing = input.listen(
                    device.as_deref(),
                    Box::new(move |samples| drop(heard.send(Command::Heard(samples.to_vec())))),
                    Box::new(move |failure| drop(trouble.send(Command::Trouble(failure)))),
                );
                let tape =
                    playing.and_then(|(rate, playing)| Ok((Tape::new(path, rate)?, playing)));
                match tape {
                    Ok((tape, playing)) => {
                        let _ = opened.send(Ok(()));
                        tape.run(&commands, sink);
                        drop(playing);
                    }
                    Err(failure) => drop(opened.send(Err(failure))),
                }
            })
            .map_err(|error| Failure::new(Code::Internal, error))?;
        let gone = || Err(Failure::new(Code::MicrophoneFailed, "it did not answer"));
        open.recv().unwrap_or_else(|_| gone())?;
        *self.running() = Some(Running { command, thread });
        Ok(())
    }

    /// Ends the recording and waits until its file is whole; nothing happens where none goes on.
    pub fn stop(&self) {
        let running = self.running().take();
        if let Some(Running { command, thread }) = running {
            let _ = command.send(Command::Stop);
            // A panic there is not reported, and the next recording begins anew.
            let _ = thread.join();
        }
    }

    fn running(&self) -> MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.stop();
    }
}

/// `2026-03-04 15-30-12.wav`, in UTC: sorted by name is sorted by time.
fn name() -> String {
    let now = clock::rfc3339(clock::now());
    let now = now.replace('T', " ").replace([':', 'Z'], "-");
    format!("{}.wav", now.trim_end_matches('-'))
}

/// A recording on its way to the disk.
struct Tape {
    path: PathBuf,
    rate: u32,
    writer: WavWriter<BufWriter<File>>,
    samples: u64,
    peak: f32,
    /// Sum of squares, and of how many.
    power: (f64, u64),
}

impl Tape {
    fn new(path: PathBuf, rate: u32) -> Result<Self> {
        let spec = WavSpec {
            channels: 1,
            sample_rate: rate,
            bits_per_sample: 16,
            sample_format: SampleFormat::Int,
        };
        let writer = WavWriter::create(&path, spec).map_err(|error| not_saved(&path, &error))?;
        Ok(Self {
            path,
            rate: rate.max(1),
            writer,
            samples: 0,
            peak: 0.0,
            power: (0.0, 0),
        })
    }

    fn run(mut self, commands: &mpsc::Receiver<Command>, mut sink: RecorderSink) {
        let mut last = std::time::Instant::now();
        let failure = loop {
            match commands.recv_timeout(TICK) {
                Ok(Command::Heard(samples)) => {
                    if let Err(error) = self.write(&samples) {
                        break Some(not_saved(&self.path, &error));
                    }
                }
                Ok(Command::Trouble(failure)) => break Some(failure),
                Ok(Command::Stop) | Err(mpsc::RecvTimeoutError::Disconnected) => break None,
                Err(mpsc::RecvTimeoutError::Timeout) => {}
            }
            if last.elapsed() >= TICK {
                last = std::time::Instant::now();
                // A window that was closed ends the recording, which stays.
                if sink(self.level()).is_break() || self.seconds() > MAX_SECONDS {
                    break None;
                }
                // What is there stays there, whatever happens to the program.
                let _ = self.writer.flush();
            }
        };
        let recording = Recording {
            path: self.path.display().to_string(),
            seconds: self.seconds(),
        };
        let path = self.path.clone();
        let ended = self.writer.finalize();
        let failure = failure.or_else(|| ended.err().map(|error| not_saved(&path, &error)));
        let _ = sink(match failure {
            None => RecorderEvent::Done { recording },
            Some(failure) => RecorderEvent::Failed {
                failure,
                recording: (recording.seconds > 0.0).then_some(recording),
            },
        });
    }

    fn write(&mut self, samples: &[f32]) -> hound::Result<()> {
        for sample in samples {
            // What is no number is silence.
            let sample = if sample.is_finite() { *sample } else { 0.0 };
            self.peak = self.peak.max(sample.abs().min(1.0));
            self.power.0 += f64::from(sample) * f64::from(sample);
            self.power.1 += 1;
            self.writer.write_sample(quantise(sample))?;
        }
        self.samples += samples.len() as u64;
        Ok(())
    }

    fn seconds(&self) -> f64 {
        self.samples as f64 / f64::from(self.rate)
    }

    /// The level since the last time.
    fn level(&mut self) -> RecorderEvent {
        let (sum, count) = std::mem::take(&mut self.power);
        RecorderEvent::Level {
            seconds: self.seconds(),
            peak: std::mem::take(&mut self.peak),
            rms: (sum / count.max(1) as f64).sqrt().min(1.0) as f32,
        }
    }
}

fn not_saved(path: &Path, error: &hound::Error) -> Failure {
    Failure::at(Code::RecordingNotSaved, path, error)
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::sound::{Hearing, Playing, SoundDevice, Trouble};

    /// Hears what a test says into it.
    #[derive(Default)]
    struct FakeInput(Mutex<Option<(Hearing, Trouble)>>, Option<Code>);

    impl SoundInput for FakeInput {
        fn devices(&self) -> Vec<SoundDevice> {
            Vec::new()
        }

        fn listen(
            &self,
            _: Option<&str>,
            hearing: Hearing,
            trouble: Trouble,
        ) -> Result<(u32, Playing)> {
            if let Some(code) = self.1 {
                return Err(Failure::new(code, "as asked"));
            }
            *self.0.lock().unwrap() = Some((hearing, trouble));
            Ok((1000, Box::new(())))
        }
    }

    fn recorder(input: &Arc<FakeInput>) -> (tempfile::TempDir, Recorder) {
        let home = tempfile::tempdir().unwrap();
        let input = Arc::clone(input) as Arc<dyn SoundInput>;
        let recorder = Recorder::new(input, home.path().join("recordings"));
        (home, recorder)
    }

    fn sink() -> (RecorderSink, mpsc::Receiver<RecorderEvent>) {
        let (send, events) = mpsc::channel();
        let sink = Box::new(move |event| match send.send(event) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        });
        (sink, events)
    }

    #[test]
    fn what_is_said_is_a_file_and_its_loudness_is_reported() {
        let input = Arc::new(FakeInput::default());
        let (_home, recorder) = recorder(&input);
        let (sink, events) = sink();
        recorder.start(None, sink).unwrap();
        let say = |samples: &[f32]| (input.0.lock().unwrap().as_mut().unwrap().0)(samples);
        say(&[0.5; 400]);
        say(&[f32::NAN, -2.0]);
        let loud = events
            .iter()
            .find(|event| matches!(event, RecorderEvent::Level { peak, .. } if *peak > 0.4));
        assert!(loud.is_some());
        recorder.stop();
        let Some(RecorderEvent::Done { recording }) = events.iter().last() else {
            panic!("not done");
        };
        assert!((recording.seconds - 0.402).abs() < 1e-9);
        let mut file = hound::WavReader::open(&recording.path).unwrap();
        let samples: Vec<i16> = file.samples().map(Result::unwrap).collect();
        assert_eq!(samples.len(), 402);
        assert_eq!(samples[400..], [0, -32_767]);
    }

    #[test]
    fn a_microphone_that_is_unplugged_leaves_what_was_said() {
        let input = Arc::new(FakeInput::default());
        let (_home, recorder) = recorder(&input);
        let (sink, events) = sink();
        recorder.start(None, sink).unwrap();
        let lost = Failure::new(Code::MicrophoneLost, "unplugged");
        {
            let mut open = input.0.lock().unwrap();
            let (hearing, trouble) = open.as_mut().unwrap();
            hearing(&[0.1; 50]);
            trouble(lost.clone());
        }
        let Some(RecorderEvent::Failed { failure, recording }) = events.iter().last() else {
            panic!("not failed");
        };
        assert_eq!(failure, lost);
        assert!((recording.unwrap().seconds - 0.05).abs() < 1e-9);
        recorder.stop();
    }

    #[test]
    fn no_microphone_is_reported_at_once() {
        let input = Arc::new(FakeInput(Mutex::default(), Some(Code::MicrophoneNone)));
        let (_home, recorder) = recorder(&input);
        let failure = recorder.start(None, sink().0).unwrap_err();
        assert_eq!(failure.code, Code::MicrophoneNone);
        recorder.stop();
    }
}
