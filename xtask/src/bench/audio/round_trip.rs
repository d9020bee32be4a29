//! Sentences that our voices say and our Whisper writes down, and whether faster-whisper writes the
//! same of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Result;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::errors::{characters, distance, words};
use super::stage::{HIBARI, KOKORO, Stage, WHISPER};
use crate::bench::contender::Contender;
use crate::workspace;

/// Who says which sentences: the voices take turns.
struct Speakers {
    model: &'static str,
    language: &'static str,
    voices: &'static [&'static str],
}

const SPEAKERS: [Speakers; 3] = [
    Speakers {
        model: HIBARI,
        language: "en",
        voices: &["heart"],
    },
    Speakers {
        model: KOKORO,
        language: "en",
        voices: &[
            "af_heart",
            "am_michael",
            "bf_emma",
            "am_fenrir",
            "af_bella",
            "bm_george",
        ],
    },
    Speakers {
        model: KOKORO,
        language: "zh",
        voices: &[
            "zf_xiaobei",
            "zm_yunjian",
            "zf_xiaoni",
            "zm_yunxi",
            "zf_xiaoxiao",
            "zm_yunxia",
            "zf_xiaoyi",
            "zm_yunyang",
        ],
    },
];

/// What was made of the sentences of one model's voices in one language.
#[derive(Debug, Serialize)]
pub(super) struct RoundTrip {
    speech: &'static str,
    voices: &'static str,
    language: &'static str,
    /// What errors are counted in: words of English, characters of Mandarin.
    said: usize,
    errors: usize,
    error_share: f64,
    /// Of Mandarin, as it is read aloud: homophones that are written otherwise are no errors here.
    syllables: Option<Syllables>,
    /// Errors in what each voice said, and how much that was.
    by_voice: BTreeMap<&'static str, (usize, usize)>,
    /// With the weights as they were (f16) beside faster-whisper with the same; where it ran.
    peer: Option<Agreement>,
    different: Vec<Different>,
}

/// Pinyin of what was written beside that of what was said.
#[derive(Debug, Default, Serialize)]
struct Syllables {
    said: usize,
    errors: usize,
    errors_but_for_tones: usize,
    /// What faster-whisper makes of the same clips, where it ran.
    peer_errors: usize,
}

#[derive(Debug, Default, Serialize)]
struct Agreement {
    clips: usize,
    /// Clips of which both wrote the same, to the last mark.
    same_text: usize,
    /// Clips of which both wrote the same words, apart from marks and upper case.
    same_words: usize,
    /// `same_text` where both heard the same spectrogram: the same resampling, as much silence behind.
    same_mel_text: usize,
    same_mel_words: usize,
    /// Against what was said; of Mandarin see the syllables, which are the same in either script.
    peer_errors: Option<usize>,
    different: Vec<(String, String)>,
    same_mel_different: Vec<(String, String)>,
}

#[derive(Debug, Serialize)]
struct Different {
    voice: String,
    said: String,
    written: String,
}

#[derive(Debug, Deserialize)]
struct Heard {
    text: String,
}

#[derive(Debug, Deserialize)]
struct Read {
    syllables: Vec<String>,
}

/// Who listens, and who reads Mandarin.
struct Listeners {
    int8: Contender,
    /// From the float16 weights: ours and faster-whisper.
    pair: Option<(Contender, Contender)>,
    reader: Contender,
}

pub(super) fn run(stage: &Stage<'_>) -> Result<Vec<RoundTrip>> {
    let threads = stage.arguments.threads;
    let whisper = stage.model(WHISPER);
    let int8 = stage.ours("quartet int8", "listen", &whisper, threads)?;
    let mut pair = None;
    if stage.peers.is_some() {
        let ours = stage.whisper_float16()?;
        let ours = stage.ours("quartet f16", "listen", &ours, threads)?;
        let source = stage.ctranslate2()?;
        // On a processor CTranslate2 computes with float32 what is stored as float16.
        let theirs = stage.peer(
            "faster-whisper",
            "faster_whisper_peer.py",
            Some(&source),
            threads,
            &["float32"],
        )?;
        pair = theirs.map(|theirs| (ours, theirs));
    }
    let mut listeners = Listeners {
        int8,
        pair,
        reader: stage.ours("quartet", "read", &stage.model(KOKORO), 1)?,
    };
    let mut trips = Vec::new();
    for speakers in SPEAKERS {
        if stage.wants(speakers.model) {
            let trip = speakers.trip(stage, &mut listeners)?;
            trip.tell();
            trips.push(trip);
        }
    }
    Ok(trips)
}

impl Speakers {
    fn trip(&self, stage: &Stage<'_>, listeners: &mut Listeners) -> Result<RoundTrip> {
        let file = match self.language {
            "zh" => "mandarin.txt",
            _ => "english.txt",
        };
        let path = workspace::root().join("tests/bench/sentences").join(file);
        let sentences = fs::read_to_string(path)?;
        let sentences = sentences.lines().take(stage.arguments.sentences);
        let folder = stage.model(self.model);
        let mut speaker = stage.ours("quartet", "speak", &folder, stage.arguments.threads)?;
        let mut trip = RoundTrip::new(self, listeners.pair.is_some());
        for (sentence, voice) in sentences.zip(self.voices.iter().cycle()) {
            let clip = stage.clips.path().join("sentence.wav");
            let command = json!({ "say": sentence, "voice": voice, "file": clip });
            let _: Value = speaker.ask(&command)?;
            let written = self.hear(&mut listeners.int8, &clip, Manner::Simplified)?;
            if let Some(syllables) = &mut trip.syllables {
                syllables.count(&mut listeners.reader, sentence, &written)?;
            }
            trip.count(self, voice, sentence, written);
            if let (Some((ours, theirs)), Some(peer)) = (&mut listeners.pair, &mut trip.peer) {
                peer.compare_same_mel(self, ours, theirs, &clip)?;
                let theirs = peer.compare(self, ours, theirs, &clip, sentence)?;
                if let Some(syllables) = &mut trip.syllables {
                    syllables.peer_errors += errors_read(&mut listeners.reader, &theirs, sentence)?;
                }
            }
        }
        trip.error_share = trip.errors as f64 / trip.said.max(1) as f64;
        Ok(trip)
    }

    /// What errors are counted in.
    fn units(&self, text: &str) -> Vec<String> {
        match self.language {
            "zh" => characters(text),
            _ => words(text),
        }
    }

    fn hear(&self, listener: &mut Contender, clip: &Path, manner: Manner) -> Result<String> {
        let command = json!({
            "hear": clip,
            "language": self.language,
            "simplified": manner == Manner::Simplified,
            "same_mel": manner == Manner::SameMel,
        });
        let heard: Heard = listener.ask(&command)?;
        Ok(heard.text)
    }
}

/// How a clip is heard.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Manner {
    /// As each does it by itself, Chinese in whatever characters come.
    AsWritten,
    Simplified,
    /// faster-whisper with as much silence behind a clip as ours.
    SameMel,
}

/// The syllables of a Chinese text, in either script.
fn read(reader: &mut Contender, text: &str) -> Result<Vec<String>> {
    let read: Read = reader.ask(&json!({ "read": text }))?;
    Ok(read.syllables)
}

/// How many syllables of a sentence were heard as others.
fn errors_read(reader: &mut Contender, written: &str, sentence: &str) -> Result<usize> {
    Ok(distance(&read(reader, written)?, &read(reader, sentence)?))
}

fn toneless(syllables: &[String]) -> Vec<String> {
    let digits = |one: &String| {
        one.trim_end_matches(|c: char| c.is_ascii_digit())
            .to_owned()
    };
    syllables.iter().map(digits).collect()
}

impl Agreement {
    /// Both hear the clip as faster-whisper resamples it.
    fn compare_same_mel(
        &mut self,
        speakers: &Speakers,
        ours: &mut Contender,
        theirs: &mut Contender,
        clip: &Path,
    ) -> Result<()> {
        let resampled = clip.with_extension("16k.wav");
        let _: Value = theirs.ask(&json!({ "resample": clip, "file": resampled }))?;
        let ours = speakers.hear(ours, &resampled, Manner::SameMel)?;
        let theirs = speakers.hear(theirs, &resampled, Manner::SameMel)?;
        self.same_mel_words += usize::from(speakers.units(&ours) == speakers.units(&theirs));
        if ours == theirs {
            self.same_mel_text += 1;
        } else {
            self.same_mel_different.push((ours, theirs));
        }
        Ok(())
    }

    /// Each hears the clip in its own way; returns what the peer wrote.
    fn compare(
        &mut self,
        speakers: &Speakers,
        ours: &mut Contender,
        theirs: &mut Contender,
        clip: &Path,
        sentence: &str,
    ) -> Result<String> {
        let ours = speakers.hear(ours, clip, Manner::AsWritten)?;
        let theirs = speakers.hear(theirs, clip, Manner::AsWritten)?;
        let (our_units, their_units) = (speakers.units(&ours), speakers.units(&theirs));
        self.clips += 1;
        if speakers.language == "en" {
            let errors = distance(&their_units, &speakers.units(sentence));
            *self.peer_errors.get_or_insert(0) += errors;
        }
        self.same_words += usize::from(our_units == their_units);
        if ours == theirs {
            self.same_text += 1;
        } else {
            self.different.push((ours, theirs.clone()));
        }
        Ok(theirs)
    }
}

impl Syllables {
    fn count(&mut self, reader: &mut Contender, sentence: &str, written: &str) -> Result<()> {
        let said = read(reader, sentence)?;
        let heard = read(reader, written)?;
        self.said += said.len();
        self.errors += distance(&heard, &said);
        self.errors_but_for_tones += distance(&toneless(&heard), &toneless(&said));
        Ok(())
    }
}

impl RoundTrip {
    fn new(speakers: &Speakers, has_peer: bool) -> Self {
        Self {
            speech: speakers.model,
            voices: match speakers.voices {
                [voice] => voice,
                _ => "all",
            },
            language: speakers.language,
            said: 0,
            errors: 0,
            error_share: 0.0,
            syllables: (speakers.language == "zh").then(Syllables::default),
            by_voice: BTreeMap::new(),
            peer: has_peer.then(Agreement::default),
            different: Vec::new(),
        }
    }

    fn count(&mut self, speakers: &Speakers, voice: &'static str, sentence: &str, written: String) {
        let wanted = speakers.units(sentence);
        let errors = distance(&speakers.units(&written), &wanted);
        self.said += wanted.len();
        self.errors += errors;
        let of_voice = self.by_voice.entry(voice).or_default();
        *of_voice = (of_voice.0 + errors, of_voice.1 + wanted.len());
        if errors > 0 {
            self.different.push(Different {
                voice: voice.to_owned(),
                said: sentence.to_owned(),
                written,
            });
        }
    }

    fn tell(&self) {
        println!(
            "\n{} ({} voices), {}, synthetic speech: {} errors in {}: {:.2} %",
            self.speech,
            self.voices,
            self.language,
            self.errors,
            self.said,
            self.error_share * 100.0
        );
        if let Some(syllables) = &self.syllables {
            let share = |errors: usize| errors as f64 / syllables.said.max(1) as f64 * 100.0;
            println!(
                "  as syllables (pinyin with tones): {} errors in {}, {:.2} %; but for tones {}, {:.2} %",
                syllables.errors,
                syllables.said,
                share(syllables.errors),
                syllables.errors_but_for_tones,
                share(syllables.errors_but_for_tones)
            );
            if self.peer.is_some() {
                println!(
                    "  faster-whisper's syllables: {} errors",
                    syllables.peer_errors
                );
            }
        }
        for (voice, (errors, said)) in &self.by_voice {
            println!("  {voice}: {errors} errors in {said}");
        }
        for one in &self.different {
            println!("  {}: {}\n    -> {}", one.voice, one.said, one.written);
        }
        if let Some(peer) = &self.peer {
            println!(
                "  as faster-whisper, both from the float16 weights: {} of {} to the last mark, {} \
                 but for marks and case; its errors: {}",
                peer.same_text,
                peer.clips,
                peer.same_words,
                peer.peer_errors
                    .map_or("not counted".to_owned(), |errors| errors.to_string())
            );
            println!(
                "  where both hear the same spectrogram: {} of {} to the last mark, {} but for marks \
                 and case",
                peer.same_mel_text, peer.clips, peer.same_mel_words
            );
            for (ours, theirs) in peer.same_mel_different.iter().chain(&peer.different) {
                println!("    ours {ours}\n    its  {theirs}");
            }
        }
    }
}
