//! Sentences that our voices say and our Whisper writes down, and whether faster-whisper writes the
//! same of them.

use std::fs;
use std::path::Path;

use anyhow::Result;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::errors::{characters, distance, words};
use super::{HIBARI, KOKORO, Stage};
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
    /// With the weights as they were (f16) beside faster-whisper with the same; where it ran.
    peer: Option<Agreement>,
    different: Vec<Different>,
}

#[derive(Debug, Default, Serialize)]
struct Agreement {
    clips: usize,
    /// Clips of which both wrote the same, to the last mark.
    same_text: usize,
    /// The same but for marks and upper case.
    same_words: usize,
    /// Against what was said, in Mandarin without regard to simplified or traditional: none.
    peer_errors: Option<usize>,
    different: Vec<(String, String)>,
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

pub(super) fn run(stage: &Stage<'_>) -> Result<Vec<RoundTrip>> {
    let threads = stage.arguments.threads;
    let whisper = stage.model(super::WHISPER);
    let mut listener = stage.ours("quartet int8", "listen", &whisper, threads)?;
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
    let mut trips = Vec::new();
    for speakers in SPEAKERS {
        if stage.wants(speakers.model) {
            let trip = speakers.trip(stage, &mut listener, pair.as_mut())?;
            trip.tell();
            trips.push(trip);
        }
    }
    Ok(trips)
}

impl Speakers {
    fn trip(
        &self,
        stage: &Stage<'_>,
        listener: &mut Contender,
        mut pair: Option<&mut (Contender, Contender)>,
    ) -> Result<RoundTrip> {
        let file = match self.language {
            "zh" => "mandarin.txt",
            _ => "english.txt",
        };
        let path = workspace::root().join("tests/bench/sentences").join(file);
        let sentences = fs::read_to_string(path)?;
        let units = match self.language {
            "zh" => characters,
            _ => words,
        };
        let folder = stage.model(self.model);
        let mut speaker = stage.ours("quartet", "speak", &folder, stage.arguments.threads)?;
        let mut trip = RoundTrip {
            speech: self.model,
            voices: if self.voices.len() > 1 {
                "all"
            } else {
                self.voices[0]
            },
            language: self.language,
            said: 0,
            errors: 0,
            error_share: 0.0,
            peer: pair.is_some().then(Agreement::default),
            different: Vec::new(),
        };
        let voices = self.voices.iter().cycle();
        for (sentence, voice) in sentences
            .lines()
            .take(stage.arguments.sentences)
            .zip(voices)
        {
            let clip = stage.clips.path().join("sentence.wav");
            let command = json!({ "say": sentence, "voice": voice, "file": clip });
            let _: Value = speaker.ask(&command)?;
            let written = self.hear(listener, &clip, true)?;
            let wanted = units(sentence);
            let errors = distance(&units(&written), &wanted);
            trip.said += wanted.len();
            trip.errors += errors;
            if errors > 0 {
                trip.different.push(Different {
                    voice: (*voice).to_owned(),
                    said: sentence.to_owned(),
                    written,
                });
            }
            if let (Some((ours, theirs)), Some(peer)) = (&mut pair, &mut trip.peer) {
                let ours = self.hear(ours, &clip, false)?;
                let theirs = self.hear(theirs, &clip, false)?;
                peer.clips += 1;
                if self.language == "en" {
                    *peer.peer_errors.get_or_insert(0) += distance(&units(&theirs), &wanted);
                }
                peer.same_words += usize::from(units(&ours) == units(&theirs));
                if ours == theirs {
                    peer.same_text += 1;
                } else {
                    peer.different.push((ours, theirs));
                }
            }
        }
        trip.error_share = trip.errors as f64 / trip.said.max(1) as f64;
        Ok(trip)
    }

    fn hear(&self, listener: &mut Contender, clip: &Path, simplified: bool) -> Result<String> {
        let command = json!({ "hear": clip, "language": self.language, "simplified": simplified });
        let heard: Heard = listener.ask(&command)?;
        Ok(heard.text)
    }
}

impl RoundTrip {
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
            for (ours, theirs) in &peer.different {
                println!("    ours {ours}\n    its  {theirs}");
            }
        }
    }
}
