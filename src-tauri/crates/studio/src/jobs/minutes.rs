//! The minutes of a meeting: listen, read in pieces, write.
//!
//! A transcript longer than the model reads well is read in pieces, each of which becomes notes; the
//! notes become the minutes, or again notes where they are too long themselves. The model chooses: what stands in
//! the minutes is in the words of the talk; each line has its time.

mod cues;
mod grounded;
mod prompts;
mod sections;

use std::{path::Path, time::Instant};

use quartet_media::{UnknownFormat, labels::SourceType};
use quartet_pipelines::{
    audio::transcription::{Segment, TranscriptionRequest},
    text::{FinishReason, Message, TextEvent, TextModel, TextParameters, TextRequest},
};
use quartet_runtime::Cancel;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    job::{EventOf, Job, JobContext, Order, Prepared},
    product::Product,
    transcription::{TranscriptionJob, TranscriptionOrder},
};
use crate::{
    Code, Failure, Merge, Modality, Result, Skill,
    events::EventSender,
    export::{Body, text_format},
    models::Model,
    recipe::{self, Made, MinutesRecipe, MinutesStats, TranscriptionRecipe},
    resources::Resources,
};
use grounded::Talk;
use prompts::Prompts;
use sections::sentences;

/// A small model loses the thread of more, whatever its context holds.
const MAX_PIECE_TOKENS: usize = 1500;
/// Of the notes of one piece, and of the minutes.
const NOTES_TOKENS: u32 = 256;
const MINUTES_TOKENS: u32 = 700;
/// So many tokens more than twice what was read may be written of it: headings, and a thing said once may stand
/// in the summary and in a list. A small model goes on as long as it may: of what was not said.
const DRAFT_FLOOR: usize = 64;
/// What the instructions and the chat template take.
const OVERHEAD_TOKENS: usize = 200;
/// Each round makes the text several times shorter; a model that writes more than it reads would
/// otherwise never come to an end.
const MAX_ROUNDS: u32 = 4;

/// The minutes of a meeting to be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MinutesOrder {
    pub source: MinutesSource,
    /// Of the model that listens.
    #[serde(default)]
    pub listener: Option<String>,
    /// Of the model that writes.
    #[serde(default)]
    pub writer: Option<String>,
}

/// What minutes are made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum MinutesSource {
    /// A recording, which is written down first.
    Recording { request: TranscriptionRequest },
    /// A transcript in the library.
    Transcript { work: String },
}

/// What is written at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum MinutesStep {
    /// Notes of one piece of a transcript too long to be read at once.
    Notes,
    Minutes,
}

/// The progress of minutes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum MinutesProgress {
    /// An event of the transcription. `failed` never occurs here.
    Listening {
        event: Box<EventOf<TranscriptionJob>>,
    },
    /// Begins now.
    Step {
        step: MinutesStep,
        /// Counts from 0.
        index: u32,
        total: u32,
    },
    /// Tokens of the step's piece that were read.
    Prompt { done: u32, total: u32 },
    /// What more was written of the step.
    Text { text: String },
}

impl Merge for MinutesProgress {
    fn merge(&mut self, next: Self) -> Option<Self> {
        match (self, next) {
            (Self::Text { text }, Self::Text { text: more }) => {
                text.push_str(&more);
                None
            }
            (before @ Self::Prompt { .. }, next @ Self::Prompt { .. }) => {
                *before = next;
                None
            }
            (_, next) => Some(next),
        }
    }
}

/// Finished minutes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MinutesMade {
    pub text: String,
    pub recipe: MinutesRecipe,
}

#[derive(Debug)]
pub struct MinutesJob {
    source: Source,
    /// The recording's name.
    recording: String,
    writer: Model,
}

#[derive(Debug)]
enum Source {
    /// Written down first.
    Recording(Box<TranscriptionJob>),
    /// With its id in the library.
    Transcript(Box<TranscriptionRecipe>, String),
}

impl Order for MinutesOrder {
    type Job = MinutesJob;
    type Live = ();

    fn prepare(self, resources: &Resources) -> Result<Prepared<Self>> {
        let writer = resources
            .models
            .choose(self.writer.as_deref(), Skill::Text)?;
        let (recording, source) = match self.source {
            MinutesSource::Recording { request } => {
                let path = request.path.clone();
                let model = self.listener;
                let listening = TranscriptionOrder { model, request }.prepare(resources)?;
                (path, Source::Recording(Box::new(listening.job)))
            }
            MinutesSource::Transcript { work } => {
                let made = resources.works.open(&work)?.made.map(|recipe| recipe.made);
                let Some(Made::Transcription(heard)) = made else {
                    return Err(Failure::new(Code::NothingToSumUp, &work));
                };
                let path = heard.request.path.clone();
                (path, Source::Transcript(Box::new(heard), work))
            }
        };
        Ok(Prepared {
            model: writer.id.clone(),
            live: (),
            job: MinutesJob {
                source,
                recording: recipe::file_name(&recording),
                writer,
            },
        })
    }
}

impl Job for MinutesJob {
    type Progress = MinutesProgress;
    type Made = MinutesMade;

    fn check_ending(path: &Path) -> Result<(), UnknownFormat> {
        text_format(path)
    }

    fn run(&mut self, context: &mut JobContext<'_, Self>) -> Result<MinutesMade> {
        let (heard, transcript) = match &mut self.source {
            Source::Recording(job) => {
                let keep = context.keep.on_the_way();
                let wrap = |event| MinutesProgress::Listening {
                    event: Box::new(event),
                };
                let finished = context.nested(job.as_mut(), &keep, wrap)?;
                (finished.made, finished.works.into_iter().next())
            }
            Source::Transcript(heard, work) => (heard.as_ref().clone(), Some(work.clone())),
        };
        let (request, listener) = match &self.source {
            Source::Recording(job) => (Some(job.order().request.clone()), Some(job.model())),
            Source::Transcript(..) => (None, None),
        };
        let lines: Vec<String> = spoken_lines(&heard.segments);
        if lines.is_empty() {
            return Err(Failure::new(Code::NothingToSumUp, &self.recording));
        }
        let language = heard.stats.language;
        let started = Instant::now();
        let cancel = context.cancel;
        let (model, events) = context.model::<dyn TextModel>(&self.writer)?;
        let talk = Talk::of(&heard.segments);
        let mut writer = Writer {
            talk: &talk,
            prompts: Prompts::of(&language),
            parameters: TextParameters {
                // The likeliest words: minutes are no place for ideas, and they replay.
                temperature: 0.0,
                seed: Some(0),
                ..model.info().defaults
            },
            model,
            events,
            cancel,
            stats: MinutesStats {
                language,
                pieces: 0,
                prompt_tokens: 0,
                generated_tokens: 0,
                left_out: None,
                seconds: 0.0,
            },
        };
        let draft = writer.minutes(&lines)?;
        let (text, left_out) = talk.minutes(&draft, writer.prompts);
        let mut stats = writer.stats;
        stats.left_out = Some(left_out);
        stats.seconds = started.elapsed().as_secs_f64();
        let plain = |segment: Segment| Segment {
            pieces: Vec::new(),
            ..segment
        };
        Ok(MinutesMade {
            text,
            recipe: MinutesRecipe {
                request,
                recording: self.recording.clone(),
                listener: listener.map(str::to_owned),
                transcript,
                segments: heard.segments.into_iter().map(plain).collect(),
                stats,
            },
        })
    }

    fn products<'a>(&'a self, MinutesMade { text, recipe }: &'a MinutesMade) -> Vec<Product<'a>> {
        let prompts = Prompts::of(&recipe.stats.language);
        vec![Product {
            modality: Modality::Text,
            model: &self.writer,
            seconds: recipe.stats.seconds,
            title: recipe::title(&prompts.title(&self.recording)),
            content: Some(text.clone()),
            made: Made::Minutes(recipe.clone()),
            source: SourceType::Generated,
            parts: Vec::new(),
            body: Body::Text(text),
        }]
    }
}

/// One line a segment in which something was said.
fn spoken_lines(segments: &[Segment]) -> Vec<String> {
    let texts = segments.iter().map(|segment| segment.text.trim());
    let texts = texts.filter(|text| !text.is_empty());
    texts.map(str::to_owned).collect()
}

/// The model at work on one transcript.
struct Writer<'a, 'e> {
    talk: &'a Talk,
    prompts: Prompts,
    parameters: TextParameters,
    model: &'a mut dyn TextModel,
    events: &'a mut EventSender<'e, EventOf<MinutesJob>>,
    cancel: &'a Cancel,
    stats: MinutesStats,
}

impl Writer<'_, '_> {
    fn minutes(&mut self, lines: &[String]) -> Result<String> {
        let mut pieces = self.pieces(lines)?;
        self.stats.pieces = pieces.len() as u32;
        let mut are_notes = false;
        let mut rounds = 0;
        while pieces.len() > 1 && rounds < MAX_ROUNDS {
            let mut notes = Vec::new();
            let total = pieces.len() as u32;
            for (index, piece) in (0..).zip(&pieces) {
                let prompt = self.prompts.notes(piece, index + 1, total);
                let most = self.bounded(piece, NOTES_TOKENS)?;
                let written = self.write(MinutesStep::Notes, (index, total), prompt, most)?;
                notes.extend(written.lines().map(str::to_owned));
            }
            notes.retain(|line| !line.trim().is_empty());
            pieces = self.pieces(&self.talk.supported(notes))?;
            are_notes = true;
            rounds += 1;
        }
        // After the last round the first of what is left must do.
        let text = pieces.into_iter().next().unwrap_or_default();
        let prompt = self.prompts.minutes(&text, are_notes);
        let most = self.bounded(&text, MINUTES_TOKENS)?;
        self.write(MinutesStep::Minutes, (0, 1), prompt, most)
    }

    /// How many tokens may be written of a text.
    fn bounded(&mut self, text: &str, most: u32) -> Result<u32> {
        let read = self.model.tokenize(text)?.len();
        Ok((DRAFT_FLOOR + 2 * read).min(most as usize) as u32)
    }

    /// Lines put together to pieces that are read at once.
    fn pieces(&mut self, lines: &[String]) -> Result<Vec<String>> {
        let context = self.model.info().context_length as usize;
        let room = context.saturating_sub(OVERHEAD_TOKENS + MINUTES_TOKENS as usize);
        let most = room.min(MAX_PIECE_TOKENS).max(context / 4).max(1);
        let mut pieces: Vec<String> = Vec::new();
        let mut tokens = 0;
        for line in lines {
            self.cancel.check()?;
            // The line's end is a token too.
            let count = self.model.tokenize(line)?.len() + 1;
            match pieces.last_mut() {
                Some(piece) if tokens + count <= most => {
                    piece.push('\n');
                    piece.push_str(line);
                    tokens += count;
                }
                _ => {
                    pieces.push(line.clone());
                    tokens = count;
                }
            }
        }
        Ok(pieces)
    }

    fn write(
        &mut self,
        step: MinutesStep,
        (index, total): (u32, u32),
        messages: Vec<Message>,
        max_tokens: u32,
    ) -> Result<String> {
        self.events
            .progress(MinutesProgress::Step { step, index, total });
        let context = self.model.info().context_length;
        let request = TextRequest {
            messages,
            answer_start: Vec::new(),
            parameters: TextParameters {
                max_tokens: max_tokens.min(context / 4).max(1),
                ..self.parameters.clone()
            },
            alternatives: 0,
            local_time: None,
        };
        let mut written = String::new();
        let mut is_cut = false;
        for event in self.model.run(request, self.cancel)? {
            match event? {
                TextEvent::Prompt { done, total, .. } => {
                    self.events
                        .coalesced(MinutesProgress::Prompt { done, total });
                }
                TextEvent::Token(token) => {
                    written.push_str(&token.text);
                    self.events
                        .coalesced(MinutesProgress::Text { text: token.text });
                }
                TextEvent::Done(stats) => {
                    self.stats.prompt_tokens += stats.prompt_tokens;
                    self.stats.generated_tokens += stats.generated_tokens;
                    is_cut = stats.reason != FinishReason::EndOfTurn;
                }
            }
        }
        Ok(if is_cut { whole(&written) } else { &written }
            .trim()
            .to_owned())
    }
}

/// A text that was cut off, without the sentence or the line that it was cut off in: a beginning may say something
/// else. Where there is nothing more, it stays.
fn whole(written: &str) -> &str {
    let line = written.rfind('\n').map_or(0, |end| end + 1);
    let last = sentences(&written[line..]).last().unwrap_or_default();
    let kept = written.trim_end().strip_suffix(last).unwrap_or(written);
    let is_whole = last.ends_with(['.', '!', '?', '。', '！', '？']);
    if is_whole || kept.trim().is_empty() {
        written
    } else {
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_draft_that_was_cut_off_the_last_sentence_or_line_goes() {
        for (cut, wanted) in [
            (
                "## Tasks\n- Tom brings tea\n- Tom do",
                "## Tasks\n- Tom brings tea",
            ),
            (
                "## Summary\nTea is hot. It is go",
                "## Summary\nTea is hot.",
            ),
            ("## 摘要\n大家喝茶。茶很", "## 摘要\n大家喝茶。"),
            ("Tea is hot.", "Tea is hot."),
            ("One long line", "One long line"),
            ("", ""),
        ] {
            assert_eq!(whole(cut).trim(), wanted);
        }
    }
}
