//! Listening: files of every kind and condition, the spectrogram against its reference, and, where
//! the weights are, what Whisper makes of recordings and of what Hibari says.

use std::{f64::consts::PI, fs, path::Path};

use hound::{SampleFormat, WavSpec, WavWriter};
use quartet_pipelines::{
    Error,
    audio::{
        SpeechEvent, SpeechModel, SpeechPipeline, SpeechRequest,
        transcription::{
            LogMel, Segment, SoundFile, SoundSource, TranscriptionEvent, TranscriptionModel,
            TranscriptionPipeline, TranscriptionRequest, TranscriptionStats,
        },
        wav,
    },
};
use quartet_runtime::{Cancel, SessionOptions};

use crate::support::{golden, model, runtime};

fn heard(path: &Path) -> Result<Vec<f32>, Error> {
    let mut file = SoundFile::open(path)?;
    let mut samples = Vec::new();
    while file.read(&mut samples)? {}
    Ok(samples)
}

fn recording() -> Vec<f32> {
    heard(&golden("audio/spoken.flac")).expect("the recording is there")
}

/// How alike two sounds are: 1 is the same but for loudness.
fn likeness(a: &[f32], b: &[f32]) -> f32 {
    let product = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    product(a, b) / (product(a, a) * product(b, b)).sqrt()
}

/// A WAV file of `channels` with the same in each.
fn write_wav(path: &Path, samples: &[f32], spec: WavSpec) {
    let mut writer = WavWriter::create(path, spec).expect("a file can be made");
    let most = (1_i64 << (spec.bits_per_sample - 1)) as f32 - 1.0;
    for sample in samples {
        for _ in 0..spec.channels {
            match spec.sample_format {
                SampleFormat::Float => writer.write_sample(*sample),
                SampleFormat::Int => writer.write_sample((sample.clamp(-1.0, 1.0) * most) as i32),
            }
            .expect("it can be written");
        }
    }
    writer.finalize().expect("it can be finished");
}

fn spec(rate: u32, bits: u16, channels: u16) -> WavSpec {
    WavSpec {
        channels,
        sample_rate: rate,
        bits_per_sample: bits,
        sample_format: if bits == 32 {
            SampleFormat::Float
        } else {
            SampleFormat::Int
        },
    }
}

/// Another rate, by the nearest sample: good enough to tell speech by.
fn at_rate(samples: &[f32], rate: u32) -> Vec<f32> {
    let count = samples.len() as u64 * u64::from(rate) / 16_000;
    (0..count)
        .filter_map(|n| samples.get((n * 16_000 / u64::from(rate)) as usize))
        .copied()
        .collect()
}

#[test]
fn the_spectrogram_is_the_reference_s() {
    // As `tests/golden/audio/make_mel.py` makes it.
    let sweep: Vec<f32> = (0..24_000)
        .map(|n| {
            let level = if n / 3000 % 2 == 0 { 0.5 } else { 0.05 };
            let place = f64::from(n);
            (level * (PI * place * place / 48_000.0).sin()) as f32
        })
        .collect();
    let mel = LogMel::new(80).spectrogram(&sweep, 200);
    let bytes = fs::read(golden("audio/mel.f32")).expect("the reference is there");
    let wanted = bytes
        .as_chunks::<4>()
        .0
        .iter()
        .map(|b| f32::from_le_bytes(*b));
    assert_eq!(mel.values.len(), wanted.len());
    let worst = mel
        .values
        .iter()
        .zip(wanted)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f32::max);
    println!("largest difference {worst:e}");
    assert!(worst < 2e-3, "{worst}");
}

#[test]
fn every_format_gives_the_same_sound() {
    let flac = recording();
    assert!((9.3..9.4).contains(&(flac.len() as f32 / 16_000.0)));
    for name in [
        "spoken.mp3",
        "spoken.ogg",
        "spoken.m4a",
        "spoken.opus",
        "spoken.webm",
    ] {
        let sound = heard(&golden("audio").join(name)).expect(name);
        assert!(
            sound.len().abs_diff(flac.len()) < 3000,
            "{name}: {}",
            sound.len()
        );
        // Encoders put a moment of silence before the sound.
        let best = (0..2600)
            .step_by(1)
            .map(|late| likeness(&flac[3000..40_000], &sound[late + 1700..][..37_000]))
            .fold(0.0, f32::max);
        assert!(best > 0.95, "{name}: {best}");
    }
}

#[test]
fn files_that_were_joined_are_read_to_the_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let once = recording().len();
    for name in [
        "spoken.mp3",
        "spoken.ogg",
        "spoken.opus",
        "spoken.flac",
        "spoken.wav",
    ] {
        let bytes = if name == "spoken.wav" {
            wav(&recording(), 16_000).expect("a WAV file")
        } else {
            fs::read(golden("audio").join(name)).expect(name)
        };
        let path = folder.path().join(name);
        fs::write(&path, [&bytes[..], &bytes].concat()).expect("it can be written");
        let sound = heard(&path).expect(name);
        assert!(
            sound.len().abs_diff(2 * once) < 6000,
            "{name}: {} of twice {once}",
            sound.len()
        );
    }
}

#[test]
fn a_recording_whose_header_gives_no_length_is_read_to_the_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("died.wav");
    let speech = recording();
    let whole = wav(&speech, 16_000).expect("a WAV file");
    let data = whole
        .windows(4)
        .position(|mark| mark == b"data")
        .expect("it has sound");
    let with = |mark: &[u8; 4], riff: u32, size: u32| {
        let mut bytes = whole.clone();
        bytes[..4].copy_from_slice(mark);
        bytes[4..8].copy_from_slice(&riff.to_le_bytes());
        bytes[data + 4..data + 8].copy_from_slice(&size.to_le_bytes());
        bytes
    };
    for bytes in [
        with(b"RIFF", 0, 0),
        with(b"RIFF", u32::MAX, u32::MAX),
        with(b"RIFF", 36, 1 << 30),
        with(b"RF64", u32::MAX, u32::MAX),
        with(b"BW64", u32::MAX, u32::MAX),
    ] {
        fs::write(&path, &bytes).expect("it can be written");
        let sound = heard(&path).expect("it is read");
        // What stands behind the sound is a label of a few hundred bytes.
        assert!(sound.len().abs_diff(speech.len()) < 2000, "{}", sound.len());
    }
}

#[test]
fn a_voice_in_opposite_phase_is_no_silence() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("phase.wav");
    let speech = recording();
    let mut writer = WavWriter::create(&path, spec(16_000, 32, 2)).expect("a file can be made");
    for sample in &speech {
        writer.write_sample(*sample).expect("it can be written");
        writer.write_sample(-*sample).expect("it can be written");
    }
    writer.finalize().expect("it can be finished");
    let sound = heard(&path).expect("it is read");
    assert!(likeness(&sound, &speech).abs() > 0.99);
}

#[test]
fn what_is_not_decoded_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("voice");
    for (begins, named) in [
        (&b"#!AMR\n\x3c\x91\x17"[..], "AMR"),
        (
            b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9",
            "Windows Media Audio",
        ),
        (b"MThd\0\0\0\x06", "MIDI"),
    ] {
        fs::write(&path, begins).expect("it can be written");
        let Err(Error::Input(quartet_media::Error::SoundEncoding { codec })) = heard(&path) else {
            panic!("{named} was not named");
        };
        assert_eq!(codec, named);
    }
}

#[test]
fn a_truncated_file_gives_what_is_left_of_it() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["spoken.mp3", "spoken.flac", "spoken.ogg"] {
        let bytes = fs::read(golden("audio").join(name)).expect(name);
        let path = folder.path().join(name);
        fs::write(&path, &bytes[..bytes.len() / 2]).expect("it can be written");
        let sound = heard(&path).expect(name);
        let seconds = sound.len() as f32 / 16_000.0;
        assert!((3.0..7.0).contains(&seconds), "{name}: {seconds}");
        fs::write(&path, &bytes[..20]).expect("it can be written");
        assert!(
            matches!(
                heard(&path),
                Err(Error::Input(quartet_media::Error::NotSound { .. }))
            ),
            "{name}"
        );
    }
}

#[test]
fn odd_rates_depths_channels_and_numbers_become_plain_sound() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("odd.wav");
    let speech = recording();
    for (rate, bits, channels) in [
        (8_000, 8, 1),
        (8_000, 16, 1),
        (192_000, 24, 6),
        (44_100, 32, 2),
    ] {
        write_wav(&path, &at_rate(&speech, rate), spec(rate, bits, channels));
        let sound = heard(&path).expect("it is read");
        assert!(
            sound.len().abs_diff(speech.len()) < 8,
            "{rate}: {}",
            sound.len()
        );
        let count = sound.len().min(speech.len());
        let alike = likeness(&sound[..count], &speech[..count]);
        assert!(
            alike > 0.75,
            "{rate} Hz, {bits} bits, {channels} channels: {alike}"
        );
    }
    let mut broken = speech.clone();
    for (index, value) in [f32::NAN, f32::INFINITY, -1e30].into_iter().enumerate() {
        broken[20_000 + index * 500..][..100].fill(value);
    }
    write_wav(&path, &broken, spec(16_000, 32, 1));
    let sound = heard(&path).expect("it is read");
    assert_eq!(sound.len(), speech.len());
    assert!(sound.iter().all(|sample| (-1.0..=1.0).contains(sample)));
}

#[test]
fn a_file_without_a_sample_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("empty.wav");
    write_wav(&path, &[], spec(16_000, 16, 1));
    assert!(matches!(
        heard(&path),
        Err(Error::Input(quartet_media::Error::NotSound { .. }))
    ));
}

fn whisper() -> TranscriptionPipeline {
    let folder = model("whisper-base");
    TranscriptionPipeline::open(
        &runtime(),
        &folder,
        &SessionOptions::default(),
        &Cancel::new(),
    )
    .expect("the model opens: cargo xtask models")
}

fn request(path: &Path) -> TranscriptionRequest {
    TranscriptionRequest {
        path: path.display().to_string(),
        language: Some("en".to_owned()),
        translate: false,
        script: None,
    }
}

fn written(
    whisper: &mut TranscriptionPipeline,
    request: TranscriptionRequest,
) -> Result<(Vec<Segment>, TranscriptionStats), Error> {
    let cancel = Cancel::new();
    let mut segments = Vec::new();
    for event in whisper.run(request, &cancel)? {
        match event? {
            TranscriptionEvent::Segment(segment) => segments.push(segment),
            TranscriptionEvent::Done(stats) => return Ok((segments, stats)),
            _ => {}
        }
    }
    panic!("the last event is Done");
}

/// Lower-case words without marks.
fn words(text: &str) -> Vec<String> {
    let plain = text.to_lowercase().replace(['.', ',', '?', '!'], "");
    plain.split_whitespace().map(ToOwned::to_owned).collect()
}

fn text(segments: &[Segment]) -> String {
    segments
        .iter()
        .map(|s| s.text.as_str())
        .collect::<Vec<_>>()
        .join(" ")
}

const SPOKEN: &str = "Hello there welcome to the studio what would you like to make today \
                      in 1969 Neil Armstrong and Buzz Aldrin walked on the moon";

/// How many words differ (Levenshtein's distance).
fn errors(found: &[String], wanted: &[String]) -> usize {
    let mut row: Vec<usize> = (0..=wanted.len()).collect();
    for (i, word) in found.iter().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, other) in wanted.iter().enumerate() {
            let cost = (before + usize::from(word != other))
                .min(row[j] + 1)
                .min(row[j + 1] + 1);
            before = row[j + 1];
            row[j + 1] = cost;
        }
    }
    row[wanted.len()]
}

#[test]
#[ignore = "needs the weights: cargo xtask test"]
fn a_recording_is_written_down_with_its_times_and_its_language() {
    let mut whisper = whisper();
    let asked = TranscriptionRequest {
        language: None,
        ..request(&golden("audio/spoken.flac"))
    };
    let (segments, stats) = written(&mut whisper, asked).expect("it is written");
    println!("{segments:?} {stats:?}");
    assert_eq!(words(&text(&segments)), words(SPOKEN));
    assert_eq!(stats.language, "en");
    assert!(segments.len() >= 2);
    assert!(segments.iter().all(|s| s.start < s.end && s.end <= 9.36));
    assert!(
        segments
            .windows(2)
            .all(|pair| pair[0].end <= pair[1].start + 0.01)
    );
    for segment in &segments {
        let pieces: String = segment.pieces.iter().map(|p| p.text.as_str()).collect();
        assert_eq!(pieces.trim(), segment.text);
        assert!(
            segment
                .pieces
                .iter()
                .all(|p| (0.0..=1.0).contains(&p.probability))
        );
    }
}

#[test]
#[ignore = "needs the weights: cargo xtask test"]
fn poor_recordings_are_understood() {
    let mut whisper = whisper();
    let folder = tempfile::tempdir().expect("a folder");
    let speech = recording();
    let changed = |change: fn(f32) -> f32| speech.iter().map(|s| change(*s)).collect::<Vec<_>>();
    let mut holes = speech.clone();
    holes[30_000..30_200].fill(f32::NAN);
    let cases = [
        ("8 kHz", at_rate(&speech, 8_000), spec(8_000, 16, 1)),
        ("192 kHz", at_rate(&speech, 192_000), spec(192_000, 24, 6)),
        ("offset", changed(|s| s * 0.5 + 0.4), spec(16_000, 16, 1)),
        ("clipped", changed(|s| s * 8.0), spec(16_000, 16, 1)),
        ("not numbers", holes, spec(16_000, 32, 1)),
    ];
    for (name, samples, spec) in cases {
        let path = folder.path().join("poor.wav");
        write_wav(&path, &samples, spec);
        let (segments, _) = written(&mut whisper, request(&path)).expect(name);
        let wrong = errors(&words(&text(&segments)), &words(SPOKEN));
        assert!(wrong <= 4, "{name}: {}", text(&segments));
    }
}

#[test]
#[ignore = "needs the weights: cargo xtask test"]
fn an_hour_of_silence_is_passed_over_quickly() {
    let mut whisper = whisper();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("silence.wav");
    write_wav(&path, &vec![0.1; 3600 * 8_000], spec(8_000, 16, 1));
    let (segments, stats) = written(&mut whisper, request(&path)).expect("it is heard");
    println!("{stats:?}");
    assert!(segments.is_empty() && stats.silent_windows >= 120);
    // The file's first moment, where it is no silence, is all that is listened to.
    assert!(stats.encode_seconds < 30.0, "{stats:?}");
    assert!((stats.audio_seconds - 3600.0).abs() < 0.1);
}

#[test]
#[ignore = "needs the weights: cargo xtask test"]
fn what_hibari_says_whisper_writes() {
    let options = SessionOptions::default();
    let folder = model("hibari-en");
    let cancel = Cancel::new();
    let mut voice = SpeechPipeline::open(&runtime(), &folder, &[], &options, &cancel)
        .expect("the voice opens: cargo xtask models");
    let mut whisper = whisper();
    let folder = tempfile::tempdir().expect("a folder");
    let sentences = [
        "The quick brown fox jumps over the lazy dog near the river bank.",
        "He has read the report, but I will read it tomorrow afternoon.",
        "The train to New Orleans leaves early in the morning.",
        "Please close the window, it is far too cold outside.",
    ];
    let (mut wrong, mut all) = (0, 0);
    for sentence in sentences {
        let asked = SpeechRequest {
            text: sentence.to_owned(),
            voice: None,
            speed: 1.0,
            seed: Some(7),
        };
        let mut sound = Vec::new();
        for event in voice.run(asked, &cancel).expect("it is said") {
            if let SpeechEvent::Audio { samples, .. } = event.expect("it is said") {
                sound.extend(samples);
            }
        }
        let path = folder.path().join("said.wav");
        fs::write(&path, wav(&sound, 24_000).expect("a WAV file")).expect("it can be written");
        let (segments, _) = written(&mut whisper, request(&path)).expect("it is written");
        let wanted = words(sentence);
        wrong += errors(&words(&text(&segments)), &wanted);
        all += wanted.len();
        println!("{}", text(&segments));
    }
    assert!(wrong * 20 <= all, "{wrong} of {all} words");
}

/// A sentence so many times, with as much silence in between.
fn said(sentence: &[f32], times: usize, seconds: f32) -> Vec<f32> {
    let is_heard = |sample: &f32| sample.abs() > 0.01;
    let from = sentence.iter().position(is_heard).unwrap_or(0);
    let to = sentence.iter().rposition(is_heard).unwrap_or(0);
    let silence = |seconds: f32| vec![0.0; (seconds * 16_000.0) as usize];
    let mut samples = silence(0.5);
    for _ in 0..times {
        samples.extend(&sentence[from..=to]);
        samples.extend(silence(seconds));
    }
    samples
}

#[test]
#[ignore = "needs the weights: cargo xtask test"]
fn a_sentence_is_written_as_often_as_it_is_said() {
    let mut whisper = whisper();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("said.wav");
    for (name, language, word) in [
        ("apples-en.flac", "en", "apples"),
        ("apples-zh.flac", "zh", "苹果"),
    ] {
        let sentence = heard(&golden("audio").join(name)).expect(name);
        for (times, seconds) in [(1, 0.5), (2, 1.0), (3, 0.3), (3, 0.5), (3, 1.0)] {
            let samples = said(&sentence, times, seconds);
            write_wav(&path, &samples, spec(16_000, 16, 1));
            let asked = TranscriptionRequest {
                language: Some(language.to_owned()),
                ..request(&path)
            };
            let (segments, _) = written(&mut whisper, asked).expect(name);
            let found = text(&segments).matches(word).count();
            assert_eq!(found, times, "{name}, {seconds} s apart: {segments:?}");
        }
    }
}

#[test]
#[ignore = "needs the weights: cargo xtask test"]
fn odd_requests_are_refused_and_a_raised_flag_stops_at_once() {
    let mut whisper = whisper();
    let odd = TranscriptionRequest {
        language: Some("xx".to_owned()),
        ..request(&golden("audio/spoken.flac"))
    };
    let refused = written(&mut whisper, odd);
    assert!(matches!(
        refused,
        Err(Error::Parameter {
            name: "language",
            ..
        })
    ));
    let missing = written(&mut whisper, request(Path::new("/nowhere/at/all.wav")));
    assert!(matches!(
        missing,
        Err(Error::Input(quartet_media::Error::Missing { .. }))
    ));
    let cancel = Cancel::new();
    let mut events = whisper
        .run(request(&golden("audio/spoken.flac")), &cancel)
        .expect("it begins");
    assert!(events.next().expect("an event").is_ok());
    cancel.raise();
    assert_eq!(events.next(), Some(Err(Error::Cancelled)));
    assert_eq!(events.next(), None);
}
