//! Speaking and listening, against Hibari's Python package, ONNX Runtime in Python on Kokoro's
//! graph, and faster-whisper.
//!
//! Rounds are interleaved and ratios taken round by round, as in `text`. Then the round trip: our
//! voices say sentences, and our Whisper writes them down. What is heard there is synthetic speech:
//! clean, and of few voices. Results: tables, and `out/bench-audio.json`.

mod errors;
mod numerals;
mod race;
mod round_trip;
mod stage;

use anyhow::Result;
use serde::Serialize;
use serde_json::{Value, json};

use self::race::Race;
use self::round_trip::RoundTrip;
use self::stage::{HIBARI, KOKORO, Stage, WHISPER};
use super::arguments::Arguments;
use super::contender::Contender;
use super::peers;
use super::report::keep;
use crate::desktop;
use crate::setup::{self, Wanted};

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

#[derive(Debug, Serialize)]
struct Report {
    threads: usize,
    spinning: bool,
    rounds: usize,
    races: Vec<Race>,
    /// Of synthetic speech.
    round_trips: Vec<RoundTrip>,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let ready = setup::ensure(&Wanted::to_build())?;
    let bench = desktop::build("quartet-bench", "quartet-bench", true)?;
    let peers = peers::python(arguments, &ready, "-audio")?;
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
                HIBARI => hibari(&stage),
                KOKORO => kokoro(&stage),
                _ => whisper(&stage),
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

/// On one thread, phonemes included: the first sound of ten words, and all of a passage.
fn hibari(stage: &Stage<'_>) -> Result<Vec<Race>> {
    let folder = stage.model(HIBARI);
    let mut contenders = vec![stage.ours("quartet", "speak", &folder, 1)?];
    contenders.extend(stage.peer("hibari-tts (Python)", "hibari_peer.py", None, 1, &[])?);
    let mut races = Vec::new();
    for (task, text) in [("ten words", TEN_WORDS), ("a passage", LONG[0])] {
        let commands = [json!({ "say": text })];
        races.push(Race::run(
            stage,
            HIBARI,
            task,
            1,
            &mut contenders,
            &commands,
        )?);
    }
    Ok(races)
}

/// From phonemes to samples, the same for both.
fn kokoro(stage: &Stage<'_>) -> Result<Vec<Race>> {
    let (folder, threads) = (stage.model(KOKORO), stage.arguments.threads);
    let mut whole = stage.ours("quartet", "speak", &folder, threads)?;
    let mut contenders = vec![stage.ours("quartet", "voice", &folder, threads)?];
    contenders.extend(stage.peer(
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
        races.push(Race::run(
            stage,
            KOKORO,
            task,
            threads,
            &mut contenders,
            &commands,
        )?);
    }
    let whole: &mut [Contender] = &mut [whole];
    let commands = [json!({ "say": LONG[0] })];
    races.push(Race::run(
        stage,
        KOKORO,
        "a passage, text to sound",
        threads,
        whole,
        &commands,
    )?);
    Ok(races)
}

/// Whole files of 5 and 28 s, said by our own voices.
fn whisper(stage: &Stage<'_>) -> Result<Vec<Race>> {
    let (folder, threads) = (stage.model(WHISPER), stage.arguments.threads);
    let clips = |texts: &[&str], seconds: f64| stage.clips(texts, seconds);
    let tasks = [
        ("three clips of 5 s", clips(&SHORT, 5.0)?),
        ("two clips of 28 s", clips(&LONG, 28.0)?),
    ];
    let mut contenders = vec![stage.ours("quartet int8", "listen", &folder, threads)?];
    if stage.peers.is_some() {
        let source = stage.ctranslate2()?;
        contenders.extend(stage.peer(
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
        races.push(Race::run(
            stage,
            WHISPER,
            task,
            threads,
            &mut contenders,
            &commands,
        )?);
    }
    Ok(races)
}
