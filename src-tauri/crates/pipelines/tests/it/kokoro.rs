//! Speech with the better voices: needs the library and the weights.

use quartet_pipelines::{
    Error,
    audio::{SpeechEvent, SpeechModel, SpeechPipeline, SpeechRequest, SpeechStats},
};
use quartet_runtime::{Cancel, SessionOptions};

use crate::support::{golden, model, runtime};

fn pipeline() -> SpeechPipeline {
    let folder = model("kokoro");
    let options = SessionOptions {
        threads: 2,
        ..SessionOptions::default()
    };
    SpeechPipeline::open(&runtime(), &folder, &[], &options, &Cancel::new())
        .expect("the model opens: cargo xtask models")
}

fn request(text: &str, voice: Option<&str>) -> SpeechRequest {
    SpeechRequest {
        text: text.to_owned(),
        voice: voice.map(str::to_owned),
        speed: 1.0,
        seed: Some(7),
    }
}

#[derive(Default)]
struct Said {
    samples: Vec<f32>,
    phonemes: Vec<String>,
    lost: Vec<String>,
    timed: bool,
}

fn say(
    pipeline: &mut SpeechPipeline,
    request: SpeechRequest,
) -> Result<(Said, SpeechStats), Error> {
    let mut said = Said::default();
    let cancel = Cancel::new();
    for event in pipeline.run(request, &cancel)? {
        match event? {
            SpeechEvent::Audio {
                samples, timings, ..
            } => {
                said.timed = !timings.is_empty();
                said.samples.extend(samples);
            }
            SpeechEvent::Skipped { text, .. } => said.lost.push(text),
            SpeechEvent::Sentence { words, .. } => {
                said.phonemes
                    .extend(words.into_iter().map(|word| word.phonemes));
            }
            SpeechEvent::Done(stats) => return Ok((said, stats)),
        }
    }
    panic!("the last event is Done");
}

#[test]
#[ignore = "needs the weights: cargo xtask test"]
fn english_and_mandarin_are_spoken_and_replay() {
    let mut pipeline = pipeline();
    let info = pipeline.info();
    let chinese = info.voices.iter().filter(|voice| voice.language == "zh-CN");
    assert_eq!((info.voices.len(), chinese.count()), (14, 8));
    for (text, voice, spoken_by) in [
        ("Hello there, this is a better voice.", None, "af_heart"),
        ("你好，今天是2026年11月25日，气温-3°C。", None, "zf_xiaobei"),
        ("我用iPhone 15拍了3张照片。", Some("zm_yunxi"), "zm_yunxi"),
    ] {
        let (said, stats) = say(&mut pipeline, request(text, voice)).expect("it is said");
        println!("{:?} {stats:?}", said.phonemes);
        assert_eq!((stats.voice.as_str(), said.timed), (spoken_by, true));
        assert!((1.0..15.0).contains(&stats.audio_seconds), "{stats:?}");
        assert!(said.lost.is_empty(), "{:?}", said.lost);
        let loudest = said
            .samples
            .iter()
            .fold(0.0_f32, |most, one| most.max(one.abs()));
        assert!((0.05..=1.5).contains(&loudest), "{loudest}");
        let again = say(&mut pipeline, request(text, voice)).expect("it is said");
        assert_eq!(again.0.samples, said.samples, "{text}");
    }
}

/// The pinyin that a person would write down, in the phonemes of it.
#[test]
#[ignore = "needs the weights: cargo xtask test"]
fn characters_with_several_readings_are_read_by_their_phrase() {
    let mut pipeline = pipeline();
    let mut read = |text: &str| {
        let (said, _) = say(&mut pipeline, request(text, Some("zf_xiaobei"))).expect("it is said");
        said.phonemes.join(" ")
    };
    assert_eq!(read("银行行长"), "i↗nxa↗ŋxa↗ŋꭧa↓ŋ");
    assert_eq!(read("你好"), "ni↗xau↓");
    assert_eq!(read("不怕"), "pu↗pʰa↘");
    assert_eq!(read("一天"), "i↘tʰjɛ→n");
    assert_eq!(read("重庆"), "ꭧʰʊ↗ŋʨʰi↘ŋ");
    assert_eq!(read("音樂"), read("音乐"));
    assert_eq!(read("花了3元"), read("花了三元"));
    assert_eq!(read("10086"), read("一万零八十六"));
}

#[test]
#[ignore = "needs the weights: cargo xtask test"]
fn odd_texts_give_errors_or_sense() {
    let mut pipeline = pipeline();
    for nothing in ["", " \n　", "😀👍🏽", "。，、", "《》"] {
        for voice in ["zf_xiaobei", "af_heart"] {
            let end = say(&mut pipeline, request(nothing, Some(voice)));
            assert_eq!(end.err(), Some(Error::NothingToSay), "{nothing:?} {voice}");
        }
    }
    let refused = say(&mut pipeline, request("今天天气很好。", Some("af_heart")));
    let Err(Error::VoiceLanguage { voice, able }) = refused.map(|_| ()) else {
        panic!("a Chinese text needs a Chinese voice");
    };
    assert_eq!((voice.as_str(), able.len()), ("af_heart", 8));
    // Rare characters, another script, an emoji, digits alone, letters that are no word.
    for (text, lost) in [
        ("龘靐齉爨", 0),
        ("你好😀", 1),
        ("我在東京，ありがとう。", 1),
        ("3.14159 10086 007", 0),
        ("他说xzqwk是错的", 0),
        ("\u{202e}好\u{200d}\u{0}吗", 0),
        ("只有一个字：好", 0),
    ] {
        let (said, stats) =
            say(&mut pipeline, request(text, Some("zm_yunyang"))).expect("it is said");
        println!("{text}: {:?} lost {:?}", said.phonemes, said.lost);
        assert!(
            said.lost.len() >= lost && stats.audio_seconds > 0.2,
            "{text}"
        );
    }
}

#[test]
#[ignore = "needs the weights: cargo xtask test"]
fn a_hundred_thousand_characters_stream_and_stop() {
    let mut pipeline = pipeline();
    for long in [
        "这是一段很长的文字，一直说下去。".repeat(6300),
        "好".repeat(100_000),
    ] {
        let cancel = Cancel::new();
        let mut events = pipeline
            .run(request(&long, None), &cancel)
            .expect("it is fine");
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
    }
}

#[test]
#[ignore = "needs the library and the weights: cargo xtask test"]
fn a_folder_of_transformers_js_speaks_with_our_tables() {
    let folder = golden("audio/tiny-kokoro");
    let options = SessionOptions {
        threads: 1,
        ..SessionOptions::default()
    };
    let cancel = Cancel::new();
    let lenders = [model("kokoro")];
    let mut brought = SpeechPipeline::open(&runtime(), &folder, &lenders, &options, &cancel)
        .expect("the model opens");
    let info = brought.info();
    let ids: Vec<_> = info.voices.iter().map(|voice| voice.id.as_str()).collect();
    assert_eq!(ids, ["af_tiny", "bm_tiny", "zf_tiny"]);

    let english = request("Yes", Some("af_tiny"));
    let (said, stats) = say(&mut brought, english).expect("it speaks");
    assert_eq!(stats.voice, "af_tiny");
    // A hundred samples of each symbol and of what stands at both ends.
    let symbols: usize = said.phonemes.iter().map(|one| one.chars().count()).sum();
    assert_eq!(said.samples.len(), 100 * (symbols + 2));
    let (said, stats) = say(&mut brought, request("你好", None)).expect("it speaks");
    assert_eq!(stats.voice, "zf_tiny");
    assert!(!said.samples.is_empty());

    let error = SpeechPipeline::open(&runtime(), &folder, &[], &options, &cancel);
    assert!(matches!(error, Err(Error::MissingPart { .. })));
}
