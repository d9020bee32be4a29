//! Minutes as a job: listen, read in pieces, write, keep, tell.
//!
//! A transcript longer than the model reads well is read in pieces, each of which becomes notes; the
//! notes become the minutes, or again notes where they are too long themselves.

mod prompts;

use std::{path::Path, time::Instant};

use quartet_pipelines::{
    audio::transcription::Segment,
    text::{TextEvent, TextParameters, TextRequest},
};
use quartet_runtime::Cancel;

use super::{Heard, Outlet, Task, TranscriptionJob};
use crate::{
    Code, Failure, JobEvent, Modality, Result,
    bench::Bench,
    engine::TextModel,
    labels,
    models::Model,
    recipe::{self, MinutesRecipe, MinutesStats, Recipe},
    wire::{MinutesJobEvent, MinutesStep},
    works::{Draft, Work},
};
use prompts::Prompts;

/// A small model loses the thread of more, whatever its context holds.
const MAX_PIECE_TOKENS: usize = 1500;
/// Of the notes of one piece, and of the minutes.
const NOTES_TOKENS: u32 = 256;
const MINUTES_TOKENS: u32 = 700;
/// What the instructions and the chat template take.
const OVERHEAD_TOKENS: usize = 200;
/// Each round makes the text several times shorter; a model that writes more than it reads would
/// otherwise never come to an end.
const MAX_ROUNDS: u32 = 4;

pub(crate) struct MinutesJob {
    /// Comes first, where there is no transcript yet.
    pub(crate) listening: Option<TranscriptionJob>,
    pub(crate) heard: Option<Heard>,
    /// What the recording is called.
    pub(crate) name: String,
    pub(crate) writer: Model,
    /// Whether the result goes into the library.
    pub(crate) keep: bool,
    pub(crate) outlet: Outlet<MinutesJobEvent>,
}

impl Task for MinutesJob {
    fn run(&mut self, bench: &mut Bench, cancel: &Cancel) -> Result<()> {
        if let Some(listening) = &mut self.listening {
            listening.run(bench, cancel)?;
            self.heard = listening.heard.take();
        }
        let heard = self.heard.clone();
        let heard = heard.ok_or_else(|| Failure::new(Code::Internal, "nothing was listened to"))?;
        let lines: Vec<String> = said(&heard.segments);
        if lines.is_empty() {
            return Err(Failure::new(Code::NothingToSumUp, &self.name));
        }
        let started = Instant::now();
        let model = bench.text(&self.writer, &mut self.outlet, cancel)?;
        let device = model.info().device;
        let mut writing = Writing {
            prompts: Prompts::of(&heard.language),
            parameters: TextParameters {
                // The likeliest words: minutes are no place for ideas, and they replay.
                temperature: 0.0,
                seed: Some(0),
                ..model.info().defaults
            },
            model,
            outlet: &mut self.outlet,
            cancel,
            stats: MinutesStats {
                language: heard.language.clone(),
                pieces: 0,
                prompt_tokens: 0,
                generated_tokens: 0,
                seconds: 0.0,
            },
        };
        let minutes = writing.minutes(&lines)?;
        let mut stats = writing.stats;
        stats.seconds = started.elapsed().as_secs_f64();
        self.outlet.flush();
        let kept = self
            .keep
            .then(|| self.keep(bench, &minutes, &heard, &stats, device))
            .transpose();
        let (work, keep_failure) = match kept {
            Ok(work) => (work.map(|work| work.id), None),
            Err(failure) => (None, Some(failure)),
        };
        self.outlet.send(MinutesJobEvent::Done {
            minutes,
            stats,
            work,
            keep_failure,
        });
        Ok(())
    }

    fn fail(&mut self, failure: Failure) {
        self.outlet.send(MinutesJobEvent::failed(failure));
    }

    fn ahead(&mut self, jobs: u32) {
        self.outlet.send(MinutesJobEvent::queued(jobs));
    }
}

/// One line a segment in which something was said.
fn said(segments: &[Segment]) -> Vec<String> {
    let texts = segments.iter().map(|segment| segment.text.trim());
    let texts = texts.filter(|text| !text.is_empty());
    texts.map(str::to_owned).collect()
}

/// The model at work on one transcript.
struct Writing<'a> {
    prompts: Prompts,
    parameters: TextParameters,
    model: &'a mut dyn TextModel,
    outlet: &'a mut Outlet<MinutesJobEvent>,
    cancel: &'a Cancel,
    stats: MinutesStats,
}

impl Writing<'_> {
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
                let written =
                    self.write(MinutesStep::Notes, (index, total), prompt, NOTES_TOKENS)?;
                notes.extend(written.lines().map(str::to_owned));
            }
            notes.retain(|line| !line.trim().is_empty());
            pieces = self.pieces(&notes)?;
            are_notes = true;
            rounds += 1;
        }
        // After so many rounds the first of what is left must do.
        let text = pieces.into_iter().next().unwrap_or_default();
        let prompt = self.prompts.minutes(&text, are_notes);
        self.write(MinutesStep::Minutes, (0, 1), prompt, MINUTES_TOKENS)
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
        messages: Vec<quartet_pipelines::text::Message>,
        max_tokens: u32,
    ) -> Result<String> {
        self.outlet
            .send(MinutesJobEvent::Step { step, index, total });
        let context = self.model.info().context_length;
        let request = TextRequest {
            messages,
            answer_start: Vec::new(),
            parameters: TextParameters {
                max_tokens: max_tokens.min(context / 4).max(1),
                ..self.parameters.clone()
            },
            alternatives: 0,
        };
        let mut written = String::new();
        for event in self.model.run(request, self.cancel)? {
            match event? {
                TextEvent::Prompt { done, total, .. } => {
                    self.outlet.gather(MinutesJobEvent::Prompt { done, total });
                }
                TextEvent::Token(token) => {
                    written.push_str(&token.text);
                    self.outlet
                        .gather(MinutesJobEvent::Text { text: token.text });
                }
                TextEvent::Done(stats) => {
                    self.stats.prompt_tokens += stats.prompt_tokens;
                    self.stats.generated_tokens += stats.generated_tokens;
                }
            }
        }
        Ok(written.trim().to_owned())
    }
}

impl MinutesJob {
    fn keep(
        &self,
        bench: &Bench,
        minutes: &str,
        heard: &Heard,
        stats: &MinutesStats,
        device: String,
    ) -> Result<Work> {
        let library = bench.library()?;
        let plain = |segment: &Segment| Segment {
            pieces: Vec::new(),
            ..segment.clone()
        };
        let listening = self.listening.as_ref();
        let recipe = Recipe {
            minutes: Some(MinutesRecipe {
                request: listening.map(|listening| listening.request.clone()),
                listener: listening.map(|listening| listening.model.id.clone()),
                transcript: heard.work.clone(),
                segments: heard.segments.iter().map(plain).collect(),
                stats: stats.clone(),
            }),
            ..bench.recipe(Modality::Text, &self.writer, device, stats.seconds)
        }
        .json()?;
        let name = Path::new(&self.name).file_name().unwrap_or_default();
        let name = name.to_string_lossy();
        let title = recipe::title(&Prompts::of(&heard.language).title(&name));
        let draft = Draft {
            modality: Modality::Text,
            title: &title,
            model: &self.writer.id,
            seconds: stats.seconds,
            prompt: &name,
            content: minutes,
            recipe: &recipe,
            extension: "md",
        };
        library.keep(&draft, |stamp, out| {
            let provenance = draft.provenance(stamp);
            labels::text::write(out, &stamp.id, &provenance, minutes)
        })
    }
}
