//! Speech with the starter voice: needs the library and the weights.

use std::{fs, path::PathBuf};

use quartet_pipelines::{
    Error,
    audio::{
        Accent, English, HibariVoice, Phonemizer, SpeakOptions, SpeechEvent, SpeechModel,
        SpeechPipeline, SpeechRequest, SpeechStats, Voice, joined, wav,
    },
};
use quartet_runtime::{Cancel, SessionOptions};

use crate::support::{golden, model, runtime};

fn folder() -> PathBuf {
    model("hibari-en")
}

fn one_thread() -> SessionOptions {
    SessionOptions {
        threads: 1,
        memory_pattern: false,
        ..SessionOptions::default()
    }
}

/// Uniform in [-1, 1): the generator of `tests/golden/audio/make_hibari.py`.
fn counting(mut state: u64) -> impl FnMut(&mut [f32]) {
    move |values| {
        for value in values {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            *value = (state >> 40) as f32 / (1 << 23) as f32 - 1.0;
        }
    }
}

#[test]
#[ignore = "needs the weights: cargo xtask test"]
fn the_same_phonemes_and_noise_give_the_reference_s_samples() {
    let cancel = Cancel::new();
    let mut voice = HibariVoice::open(&runtime(), &folder(), &one_thread(), &cancel)
        .expect("the voice opens: cargo xtask models");
    let options = SpeakOptions {
        voice: "heart",
        speed: 1.0,
    };
    let phonemes: Vec<char> = "həlˈO ðˈɛɹ, wˈɜɹld.".chars().collect();
    let said = voice
        .speak(&phonemes, &options, &mut counting(3), &cancel)
        .expect("it speaks");
    let bytes = fs::read(golden("audio/hello.f32")).expect("the reference is there");
    let wanted = bytes
        .as_chunks::<4>()
        .0
        .iter()
        .map(|b| f32::from_le_bytes(*b));
    assert_eq!(said.samples.len(), wanted.len());
    let worst = said
        .samples
        .iter()
        .zip(wanted)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f32::max);
    println!("largest difference {worst:e}");
    assert!(worst < 1e-3, "{worst}");

    let ends = said.ends.expect("this graph tells its durations");
    assert_eq!(ends.len(), phonemes.len());
    let last = *ends.last().unwrap();
    assert!(ends.is_sorted() && last <= said.samples.len());
    // What follows the last phoneme is a moment of silence.
    assert!(
        last * 10 > said.samples.len() * 9,
        "{last} of {}",
        said.samples.len()
    );
}

#[derive(serde::Deserialize)]
struct Spoken {
    text: String,
    us: Vec<String>,
    gb: Vec<String>,
}

/// Why a sentence is read otherwise than by the reference, where that is on purpose.
fn otherwise(text: &str) -> Option<&'static str> {
    const SENTENCES: [(&str, &str); 15] = [
        (
            "number is 555-0142.",
            "a telephone number may end a sentence",
        ),
        ("Visit www.example.com", "dots of addresses are said"),
        (
            "README.md at https://",
            "dots of names of files are said, schemes are not",
        ),
        ("See Chapter IV, pp. 10-20", "pp. and Fig. end no sentence"),
        ("No. 5 and Nos. 6", "No. and Nos. end no sentence"),
        ("1/2 tsp. of salt", "tsp is a teaspoon"),
        ("C++ and C# are", "C# is C sharp"),
        ("the minute detail of a minute", "the detail is minute"),
        ("I object to that object", "what I do is a verb"),
        ("saw the tear in her dress", "a tear in a dress is a rip"),
        ("do they project in the record", "what they do is a verb"),
        ("do they object in the", "what they do is a verb"),
        ("The dove dove into", "who dove did so"),
        (
            "\"Stop!\" she cried",
            "a word behind a quote is read as without it",
        ),
        (", and -", "a number below zero is said, not left out"),
    ];
    if text.starts_with("Call ") && text.contains(" or room ") {
        return Some("the number of a room is no amount");
    }
    if text.starts_with("Have you read the ") {
        return Some("what one has read is past");
    }
    let names = [
        "Cholmondeley",
        "Giovanni",
        "Kowalczyk",
        "Mohammed",
        "Priya",
        "Siobhan",
        "Xavier",
    ];
    if names.iter().any(|name| text.contains(name)) {
        return Some("a name is said as those who bear it say it");
    }
    let days = [
        "Jan. ", "Feb. ", "Mar. ", "Apr. ", "Jun. ", "Jul. ", "Aug. ", "Sept. ", "Oct. ", "Nov. ",
        "Dec. ",
    ];
    if text.starts_with("I have ") && text.contains('/') {
        return Some("2/18 of something is a part of it, no date");
    }
    if text.starts_with("She ") && days.iter().any(|day| text.contains(day)) {
        return Some("a month that is written short ends no sentence before its day");
    }
    let known = SENTENCES.iter().find(|(part, _)| text.contains(part));
    known.map(|(_, reason)| *reason)
}

/// What is compared: of a quoted sentence all but its first word, for a word behind a quote is read as
/// without it, and the reference guesses it.
fn compared(text: &str, said: &[String]) -> Vec<String> {
    let mut said = said.to_vec();
    if text.starts_with('“')
        && let Some(first) = said.first_mut()
    {
        let rest = first.split_once(' ').map_or("", |(_, rest)| rest);
        *first = rest.replace('”', "");
    }
    said
}

/// The reference's sentences that are said in another way than there, and how many there are.
fn differences(accent: Accent, wanted: impl Fn(&Spoken) -> &[String]) -> (Vec<String>, usize) {
    let cancel = Cancel::new();
    let mut english = English::open(&runtime(), &folder(), accent, &one_thread(), &cancel)
        .expect("the tables open");
    let reference = fs::read(golden("audio/english.json")).expect("the reference is there");
    let rows: Vec<Spoken> = serde_json::from_slice(&reference).expect("it is JSON");
    let mut different = Vec::new();
    for row in &rows {
        let sentences = english.sentences(&row.text);
        let said: Vec<String> = sentences
            .into_iter()
            .map(|range| {
                english
                    .read(&row.text[range], 0, &cancel)
                    .expect("it is read")
            })
            .map(|words| joined(&words))
            .filter(|said| !said.is_empty())
            .collect();
        let wanted = wanted(row);
        let differ = compared(&row.text, &said) != compared(&row.text, wanted);
        if differ && otherwise(&row.text).is_none() {
            different.push(format!("{}: {said:?}, not {wanted:?}", row.text));
        }
    }
    (different, rows.len())
}

#[test]
#[ignore = "needs the weights: cargo xtask test"]
fn english_is_read_as_the_reference_reads_it() {
    let (different, all) = differences(Accent::American, |row| &row.us);
    assert!(different.len() * 100 <= all, "{different:#?}");
    let (different, all) = differences(Accent::British, |row| &row.gb);
    assert!(different.len() * 100 <= all, "{different:#?}");
}

fn pipeline() -> SpeechPipeline {
    let options = SessionOptions {
        threads: 1,
        ..SessionOptions::default()
    };
    SpeechPipeline::open(&runtime(), &folder(), &[], &options, &Cancel::new())
        .expect("the model opens: cargo xtask models")
}

fn request(text: &str) -> SpeechRequest {
    SpeechRequest {
        text: text.to_owned(),
        voice: None,
        speed: 1.0,
        seed: Some(7),
    }
}

/// What was said, what was left out, and how it ended.
fn say(
    pipeline: &mut SpeechPipeline,
    request: SpeechRequest,
) -> (Vec<f32>, Vec<String>, Result<SpeechStats, Error>) {
    let (mut sound, mut lost) = (Vec::new(), Vec::new());
    let cancel = Cancel::new();
    let events = match pipeline.run(request, &cancel) {
        Ok(events) => events,
        Err(error) => return (sound, lost, Err(error)),
    };
    for event in events {
        match event {
            Ok(SpeechEvent::Audio { samples, .. }) => sound.extend(samples),
            Ok(SpeechEvent::Skipped { text, .. }) => lost.push(text),
            Ok(SpeechEvent::Sentence { .. }) => {}
            Ok(SpeechEvent::Done(stats)) => return (sound, lost, Ok(stats)),
            Err(error) => return (sound, lost, Err(error)),
        }
    }
    panic!("the last event is Done");
}

#[test]
#[ignore = "needs the weights: cargo xtask test"]
fn a_text_is_spoken_and_the_same_seed_gives_the_same_sound() {
    let mut pipeline = pipeline();
    let text = "The meeting is at 7:30 pm. Dr. Bennett pays $12.50!";
    let (sound, lost, stats) = say(&mut pipeline, request(text));
    let stats = stats.expect("it is said");
    println!("{stats:?}");
    assert_eq!((stats.sentences, lost.len()), (2, 0));
    assert!((3.0..9.0).contains(&stats.audio_seconds), "{stats:?}");
    let loudest = sound
        .iter()
        .fold(0.0_f32, |most, sample| most.max(sample.abs()));
    assert!((0.05..=1.5).contains(&loudest), "{loudest}");
    assert_eq!(say(&mut pipeline, request(text)).0, sound);
    assert_eq!(
        wav(&sound, 24_000).expect("a WAV file").len(),
        44 + 2 * sound.len()
    );
    let faster = SpeechRequest {
        speed: 2.0,
        ..request(text)
    };
    let (fast, ..) = say(&mut pipeline, faster);
    let ratio = sound.len() as f64 / fast.len() as f64;
    assert!((1.6..2.4).contains(&ratio), "{ratio}");
}

#[test]
#[ignore = "needs the weights: cargo xtask test"]
fn words_know_their_place_in_the_text_and_their_time() {
    let mut pipeline = pipeline();
    let text = "Meet [Anna](/ˈɑnə/) at 7:30 pm, café 3!";
    let cancel = Cancel::new();
    let events = pipeline.run(request(text), &cancel).expect("it is fine");
    let events: Vec<_> = events.map(|event| event.expect("it is said")).collect();
    let SpeechEvent::Sentence { words, .. } = &events[0] else {
        panic!("{:?}", events[0]);
    };
    let texts: Vec<_> = words.iter().map(|word| word.text.as_str()).collect();
    assert_eq!(texts, ["Meet", "Anna", "at", "7:30 pm,", "café", "3!"]);
    assert_eq!(words[1].phonemes, "ˈɑnə");
    let characters: Vec<char> = text.chars().collect();
    for word in words {
        let place: String = characters[word.start as usize..word.end as usize]
            .iter()
            .collect();
        assert_eq!(place, word.text);
    }
    let SpeechEvent::Audio {
        samples, timings, ..
    } = &events[1]
    else {
        panic!("{:?}", events[1]);
    };
    assert_eq!(timings.len(), words.len());
    assert!(timings.windows(2).all(|pair| pair[0].to <= pair[1].from));
    assert!(
        timings
            .iter()
            .all(|t| t.from < t.to && t.to as usize <= samples.len())
    );
}

#[test]
#[ignore = "needs the weights: cargo xtask test"]
fn odd_texts_give_errors_or_sense() {
    let mut pipeline = pipeline();
    for nothing in ["", " \n\t ", "😀 🎉", "...", "\u{0}\u{200d}"] {
        let (_, _, end) = say(&mut pipeline, request(nothing));
        assert_eq!(end.err(), Some(Error::NothingToSay), "{nothing:?}");
    }
    let (_, _, end) = say(&mut pipeline, request("你好。"));
    let able = Vec::new();
    let voice = "heart".to_owned();
    assert_eq!(end.err(), Some(Error::VoiceLanguage { voice, able }));
    let (_, lost, end) = say(&mut pipeline, request("I say 你好 and 😀 to Привет."));
    println!("{lost:?}");
    assert!(end.is_ok() && lost.contains(&"你好".to_owned()) && lost.contains(&"😀".to_owned()));
    for odd in [
        "[a](/)[b](//)[](/x/)[c](/ɮ你/)",
        "$ % & @ 1.2.3.4 -5- 99999999999999999999999999999999999999999999 ٣ ½",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA b’’’’’c",
        "\u{301}\u{301}e\u{301} \u{202e}abc \u{feff}x",
    ] {
        let (_, _, end) = say(&mut pipeline, request(odd));
        assert!(
            matches!(end, Ok(_) | Err(Error::NothingToSay)),
            "{odd}: {end:?}"
        );
    }
    let slow = SpeechRequest {
        speed: 0.1,
        ..request("x")
    };
    assert!(matches!(
        say(&mut pipeline, slow).2,
        Err(Error::Parameter { name: "speed", .. })
    ));
    let nan = SpeechRequest {
        speed: f32::NAN,
        ..request("x")
    };
    assert!(matches!(
        say(&mut pipeline, nan).2,
        Err(Error::Parameter { name: "speed", .. })
    ));
    let voice = Some("nobody".to_owned());
    let stranger = SpeechRequest {
        voice,
        ..request("x")
    };
    assert!(matches!(
        say(&mut pipeline, stranger).2,
        Err(Error::Parameter { name: "voice", .. })
    ));
}

#[test]
#[ignore = "needs the weights: cargo xtask test"]
fn a_hundred_thousand_characters_stream_and_stop() {
    let mut pipeline = pipeline();
    let sentence = "This is a long text, and it goes on and on. ";
    for long in [
        sentence.repeat(2300),
        "word ".repeat(20_000),
        "x".repeat(100_000),
    ] {
        let cancel = Cancel::new();
        let mut events = pipeline.run(request(&long), &cancel).expect("it is fine");
        let mut said = usize::MAX;
        let heard = events.by_ref().find(|event| match event {
            Ok(SpeechEvent::Sentence { words, .. }) => {
                said = words.iter().map(|word| word.phonemes.chars().count()).sum();
                false
            }
            event => matches!(event, Ok(SpeechEvent::Audio { .. }) | Err(_)),
        });
        assert!(matches!(heard, Some(Ok(_))), "{heard:?}");
        assert!(said < 1000, "{said} phonemes go into the first sound");
        cancel.raise();
        assert_eq!(events.next(), Some(Err(Error::Cancelled)));
        assert_eq!(events.next(), None);
    }
}
