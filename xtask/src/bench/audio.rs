//! Speaking and listening, against Hibari's Python package, ONNX Runtime in Python on Kokoro's
//! graph, and faster-whisper.
//!
//! Rounds are interleaved and ratios taken round by round, as in `text`. Then the round trip: our
//! voices say sentences, and our Whisper writes them down. What is heard there is synthetic speech:
//! clean, and of few voices. Results: tables, and `out/bench-audio.json`.

mod errors;
mod numerals;
mod round_trip;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use self::round_trip::RoundTrip;
use super::contender::{Contender, interleaved};
use super::{Arguments, keep, median, peers_python};
use crate::convert;
use crate::desktop;
use crate::manifest::Manifest;
use crate::models;
use crate::process;
use crate::setup::{self, Ready, Wanted};
use crate::workspace;

const HIBARI: &str = "hibari-en";
const KOKORO: &str = "kokoro";
const WHISPER: &str = "whisper-base";

const TEN_WORDS: &str = "The kettle is boiling, so please bring me two cups.";

/// Three that take less than 5 s to say.
const SHORT: [&str; 3] = [
    TEN_WORDS,
    "My brother lost his keys somewhere between the station and the office.",
    "Turn left at the church and follow the narrow road.",
];

/// Two that take between 20 and 28 s.
const LONG: [&str; 2] = [
    "The harbour town woke slowly. Fishermen mended their nets on the quay while the bakery sent \
     the smell of warm bread up the narrow lane. A grey cat watched it all from the roof of the \
     old customs house, waiting for the first boat to come home. When the bell rang, the market \
     opened, and people came with baskets and umbrellas.",
    "Every spring our school plants a small garden behind the gym. The younger children bring \
     seeds, and the older ones dig the beds. Last year the tomatoes were eaten by snails, so this \
     time we built a little fence. If the weather stays warm, we will invite our parents to a \
     summer lunch, and everyone may take some vegetables home.",
];

/// What everything needs that is done here.
struct Stage<'a> {
    arguments: &'a Arguments,
    ready: Ready,
    bench: PathBuf,
    /// The Python that has the peers, where they were asked for.
    peers: Option<PathBuf>,
    /// For sound files.
    clips: tempfile::TempDir,
}

#[derive(Debug, Serialize)]
struct Report {
    threads: usize,
    spinning: bool,
    rounds: usize,
    races: Vec<Race>,
    /// Of synthetic speech.
    round_trips: Vec<RoundTrip>,
}

/// One task, done by all in turn.
#[derive(Debug, Serialize)]
struct Race {
    model: &'static str,
    task: String,
    threads: usize,
    contenders: Vec<Figures>,
    memory: Option<Memory>,
}

/// Medians; the ratios say how many times as fast Quartet is, round by round.
#[derive(Debug, Serialize)]
struct Figures {
    name: &'static str,
    load_seconds: f64,
    peak_mb: Option<f64>,
    seconds: f64,
    first_sound_seconds: Option<f64>,
    quartet_ratio: f64,
    quartet_first_sound_ratio: Option<f64>,
}

/// The most that our process held, and what it may: half as much again as the model's files, and
/// 100 MB.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_field_names, reason = "names with their unit")]
struct Memory {
    peak_mb: f64,
    files_mb: f64,
    bound_mb: f64,
}

#[derive(Debug, Clone, Deserialize)]
struct Round {
    seconds: f64,
    first_sound_seconds: Option<f64>,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let ready = setup::ensure(&Wanted {
        build: true,
        ..Wanted::default()
    })?;
    let bench = desktop::build("quartet-bench", "quartet-bench", true)?;
    let peers = if arguments.peers {
        Some(peers_python(&ready, "-audio")?)
    } else {
        None
    };
    let stage = Stage {
        arguments,
        ready,
        bench,
        peers,
        clips: tempfile::tempdir()?,
    };
    let mut report = Report {
        threads: arguments.threads,
        spinning: arguments.spinning,
        rounds: arguments.rounds,
        races: Vec::new(),
        round_trips: Vec::new(),
    };
    if arguments.rounds > 0 {
        for model in [HIBARI, KOKORO, WHISPER] {
            if !stage.wants(model) {
                continue;
            }
            let races = match model {
                HIBARI => stage.hibari(),
                KOKORO => stage.kokoro(),
                _ => stage.whisper(),
            };
            for race in races? {
                println!("{}", race.table());
                report.races.push(race);
            }
        }
    }
    if arguments.sentences > 0 {
        report.round_trips = round_trip::run(&stage)?;
    }
    keep("audio", &report)
}

impl Stage<'_> {
    fn wants(&self, model: &str) -> bool {
        let named = &self.arguments.model;
        named.is_empty() || named.iter().any(|id| model.starts_with(id.as_str()))
    }

    fn model(&self, id: &str) -> PathBuf {
        self.ready.cache.models().join(id)
    }

    /// Ours, doing one of its tasks with a model.
    fn ours(
        &self,
        name: &'static str,
        task: &str,
        folder: &Path,
        threads: usize,
    ) -> Result<Contender> {
        let mut command = Command::new(&self.bench);
        let (threads, spinning) = (threads.to_string(), self.arguments.spinning.to_string());
        command.arg(task).arg(folder).args([&threads, &spinning]);
        self.ready.environment(&mut command);
        Contender::start(name, &mut command)
    }

    /// A script of `tests/bench/peers`, where peers were asked for.
    fn peer(
        &self,
        name: &'static str,
        script: &str,
        folder: Option<&Path>,
        threads: usize,
        rest: &[&str],
    ) -> Result<Option<Contender>> {
        let Some(python) = &self.peers else {
            return Ok(None);
        };
        let mut command = Command::new(python);
        command
            .arg(workspace::root().join("tests/bench/peers").join(script))
            .args(folder)
            .arg(threads.to_string())
            .args(rest)
            // What its other libraries do in threads of their own is bound in the same way.
            .env("OMP_NUM_THREADS", threads.to_string())
            .env("OPENBLAS_NUM_THREADS", threads.to_string());
        Contender::start(name, &mut command).map(Some)
    }

    /// On one thread, phonemes included: the first sound of ten words, and all of a passage.
    fn hibari(&self) -> Result<Vec<Race>> {
        let folder = self.model(HIBARI);
        let mut contenders = vec![self.ours("quartet", "speak", &folder, 1)?];
        contenders.extend(self.peer("hibari-tts (Python)", "hibari_peer.py", None, 1, &[])?);
        let mut races = Vec::new();
        for (task, text) in [("ten words", TEN_WORDS), ("a passage", LONG[0])] {
            let commands = [json!({ "say": text })];
            races.push(self.race(HIBARI, task, 1, &mut contenders, &commands)?);
        }
        Ok(races)
    }

    /// From phonemes to samples, the same for both.
    fn kokoro(&self) -> Result<Vec<Race>> {
        let (folder, threads) = (self.model(KOKORO), self.arguments.threads);
        let mut whole = self.ours("quartet", "speak", &folder, threads)?;
        let mut contenders = vec![self.ours("quartet", "voice", &folder, threads)?];
        contenders.extend(self.peer(
            "onnxruntime (Python)",
            "kokoro_peer.py",
            Some(&folder),
            threads,
            &[],
        )?);
        let mut races = Vec::new();
        for (task, text) in [
            ("ten words", SHORT[0]),
            ("three sentences", &SHORT.join(" ")),
        ] {
            let said: Value = whole.ask(&json!({ "say": text }))?;
            let commands = [json!({ "phonemes": said["phonemes"], "voice": "af_heart" })];
            races.push(self.race(KOKORO, task, threads, &mut contenders, &commands)?);
        }
        let whole: &mut [Contender] = &mut [whole];
        let commands = [json!({ "say": LONG[0] })];
        races.push(self.race(
            KOKORO,
            "a passage, text to sound",
            threads,
            whole,
            &commands,
        )?);
        Ok(races)
    }

    /// Whole files of 5 and 28 s, said by our own voices.
    fn whisper(&self) -> Result<Vec<Race>> {
        let (folder, threads) = (self.model(WHISPER), self.arguments.threads);
        let clips = |texts: &[&str], seconds: f64| self.clips(texts, seconds);
        let tasks = [
            ("three clips of 5 s", clips(&SHORT, 5.0)?),
            ("two clips of 28 s", clips(&LONG, 28.0)?),
        ];
        let mut contenders = vec![self.ours("quartet int8", "listen", &folder, threads)?];
        if self.peers.is_some() {
            let source = self.ctranslate2()?;
            contenders.extend(self.peer(
                "faster-whisper int8",
                "faster_whisper_peer.py",
                Some(&source),
                threads,
                &["int8"],
            )?);
        }
        let mut races = Vec::new();
        for (task, clips) in tasks {
            let commands: Vec<Value> = clips
                .iter()
                .map(|clip| json!({ "hear": clip, "language": "en" }))
                .collect();
            races.push(self.race(WHISPER, task, threads, &mut contenders, &commands)?);
        }
        Ok(races)
    }

    /// Sound files of exactly so many seconds, each in another voice.
    fn clips(&self, texts: &[&str], seconds: f64) -> Result<Vec<PathBuf>> {
        let mut speaker = self.ours(
            "quartet",
            "speak",
            &self.model(KOKORO),
            self.arguments.threads,
        )?;
        let voices = ["af_heart", "am_michael", "bf_emma"];
        let mut clips = Vec::new();
        for ((index, text), voice) in texts.iter().enumerate().zip(voices) {
            let file = self.clips.path().join(format!("{seconds}-{index}.wav"));
            let command = json!({ "say": text, "voice": voice, "file": file, "seconds": seconds });
            let _: Value = speaker.ask(&command)?;
            clips.push(file);
        }
        Ok(clips)
    }

    fn manifest(&self, id: &str) -> Result<&Manifest> {
        let mut manifests = self.ready.manifests.iter();
        manifests
            .find(|manifest| manifest.id == id)
            .with_context(|| format!("there is no model {id}"))
    }

    /// The file that Whisper's graphs were made from.
    fn whisper_source(&self) -> Result<PathBuf> {
        models::joined(
            &self.ready.cache,
            self.manifest(WHISPER)?,
            &self.ready.python,
        )
    }

    /// Whisper as `CTranslate2` opens it.
    fn ctranslate2(&self) -> Result<PathBuf> {
        let folder = self.clips.path().join("ctranslate2");
        if !folder.is_dir() {
            let mut command = Command::new(&self.ready.python);
            command
                .current_dir(workspace::recipes())
                .args(["-m", "quartet_recipes.whisper", "split", "--joined"])
                .arg(self.whisper_source()?)
                .arg("--out")
                .arg(&folder);
            process::run(&mut command)?;
        }
        Ok(folder)
    }

    /// Our Whisper with its weights as they were, in float16.
    fn whisper_float16(&self) -> Result<PathBuf> {
        let folder = self.clips.path().join("whisper-f16");
        let mut manifest = self.manifest(WHISPER)?.clone();
        let encoding = ["--encoding", "f16"].map(ToOwned::to_owned);
        manifest.recipe.arguments.extend(encoding);
        let source = self.whisper_source()?;
        convert::convert(
            &self.ready.cache,
            &manifest,
            &self.ready.python,
            &source,
            &folder,
        )?;
        Ok(folder)
    }

    /// Every round does all the commands.
    fn race(
        &self,
        model: &'static str,
        task: &str,
        threads: usize,
        contenders: &mut [Contender],
        commands: &[Value],
    ) -> Result<Race> {
        let rounds = interleaved(contenders, self.arguments.rounds, |contender, _| {
            let mut sum = Round {
                seconds: 0.0,
                first_sound_seconds: None,
            };
            for command in commands {
                let round: Round = contender.ask(command)?;
                sum.seconds += round.seconds;
                sum.first_sound_seconds = round.first_sound_seconds;
            }
            Ok(sum)
        })?;
        let figures = contenders.iter().zip(&rounds);
        Ok(Race {
            model,
            task: task.to_owned(),
            threads,
            contenders: figures
                .map(|(contender, theirs)| Figures::new(contender, &rounds[0], theirs))
                .collect(),
            memory: contenders[0]
                .peak_mb()
                .map(|peak| Memory::new(peak, &self.model(model)))
                .transpose()?,
        })
    }
}

impl Memory {
    fn new(peak_mb: f64, folder: &Path) -> Result<Self> {
        let files_mb = bytes(folder)? as f64 / 1e6;
        Ok(Self {
            peak_mb,
            files_mb,
            bound_mb: files_mb * 1.5 + 100.0,
        })
    }
}

/// All files of a folder and of those in it.
fn bytes(folder: &Path) -> Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        sum += if metadata.is_dir() {
            bytes(&entry.path())?
        } else {
            metadata.len()
        };
    }
    Ok(sum)
}

impl Figures {
    fn new(contender: &Contender, ours: &[Round], theirs: &[Round]) -> Self {
        let first = |rounds: &[Round]| -> Option<Vec<f64>> {
            rounds
                .iter()
                .map(|round| round.first_sound_seconds)
                .collect()
        };
        let seconds = |rounds: &[Round]| rounds.iter().map(|round| round.seconds).collect();
        let (our_seconds, their_seconds): (Vec<f64>, Vec<f64>) = (seconds(ours), seconds(theirs));
        let (our_first, their_first) = (first(ours), first(theirs));
        Self {
            name: contender.name,
            load_seconds: contender.load_seconds,
            peak_mb: contender.peak_mb(),
            seconds: median(their_seconds.iter().copied()),
            first_sound_seconds: their_first.as_ref().map(|all| median(all.iter().copied())),
            quartet_ratio: ratio(&our_seconds, &their_seconds),
            quartet_first_sound_ratio: our_first
                .zip(their_first)
                .map(|(ours, theirs)| ratio(&ours, &theirs)),
        }
    }
}

/// The median of theirs by ours.
fn ratio(ours: &[f64], theirs: &[f64]) -> f64 {
    median(ours.iter().zip(theirs).map(|(ours, theirs)| theirs / ours))
}

impl Race {
    fn table(&self) -> String {
        let mut table = format!(
            "\n{} · {} · {} threads\n\
             contender                 load   peak MB    first sound       all   Quartet is x as fast: first, all\n",
            self.model, self.task, self.threads
        );
        for one in &self.contenders {
            // Writing to a String cannot fail.
            let _ = writeln!(
                table,
                "{:<22} {:>6.2}s {:>9.0} {:>12.1}ms {:>8.3}s {:>28.2} {:>7.2}",
                one.name,
                one.load_seconds,
                one.peak_mb.unwrap_or(f64::NAN),
                one.first_sound_seconds.unwrap_or(f64::NAN) * 1000.0,
                one.seconds,
                one.quartet_first_sound_ratio.unwrap_or(f64::NAN),
                one.quartet_ratio,
            );
        }
        if let Some(memory) = &self.memory {
            let _ = writeln!(
                table,
                "memory: {:.0} MB at the most, of {:.0} MB that {:.0} MB of files may take",
                memory.peak_mb, memory.bound_mb, memory.files_mb
            );
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_taken_round_by_round() {
        // The machine became three times slower: the ratio holds.
        assert!((ratio(&[1.0, 3.0, 3.0], &[2.0, 6.0, 6.0]) - 2.0).abs() < 1e-9);
    }

    #[test]
    fn memory_is_bound_by_the_files_of_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("onnx")).unwrap();
        fs::write(folder.path().join("onnx/a"), vec![0; 1_500_000]).unwrap();
        fs::write(folder.path().join("b"), vec![0; 500_000]).unwrap();
        let memory = Memory::new(90.0, folder.path()).unwrap();
        assert!((memory.files_mb - 2.0).abs() < 1e-9 && (memory.bound_mb - 103.0).abs() < 1e-9);
    }
}
