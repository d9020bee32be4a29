//! A lesson without a window: every act through studio, nothing kept, its claim measured.

mod orders;
mod record;

use std::{fs, ops::ControlFlow, time::Instant};

use quartet_media::data_url;
use quartet_studio::{
    Code, ExperimentMade, ExperimentProgress, Failure, Job, JobEvent, Keep, Language, Live,
    LoadedSpeech, MadeOf, Order, Result, Skill, Studio, TextMade,
    text::{Alternative, TokenPiece},
};
use serde::{Deserialize, Serialize};

use crate::{
    act::{Act, Experiment},
    lesson::{Claim, Lesson, Step},
};
pub use record::{MAX_RECORDED, Recorded, record, recorded_file};

/// How far the seeds of one try are from those of the next.
const BETWEEN_TRIES: u32 = 1000;

/// How likely beginnings are asked for.
const BEGINNINGS: u32 = 10;

/// As what a result comes along.
struct FileFormat {
    ending: &'static str,
    media_type: &'static str,
}

const PNG: FileFormat = FileFormat {
    ending: "png",
    media_type: "image/png",
};
const WAV: FileFormat = FileFormat {
    ending: "wav",
    media_type: "audio/wav",
};
const WEBP: FileFormat = FileFormat {
    ending: "webp",
    media_type: "image/webp",
};

/// How a lesson is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub languages: Vec<Language>,
    /// How often the claim is measured: each time with other seeds.
    pub tries: u32,
    /// Answers are cut there.
    pub max_tokens: Option<u32>,
    /// Whether pictures, sounds and films come along as files.
    pub with_files: bool,
}

/// What is going on.
#[derive(Debug, Clone, PartialEq)]
pub enum Watched<'a> {
    /// An act begins; steps count from 1.
    Step {
        step: usize,
        act: &'static str,
        language: Language,
    },
    Loading {
        model: &'a str,
        seconds: f64,
        expected_seconds: Option<f64>,
    },
    /// Of an experiment's answers.
    Answers { done: u32, total: u32 },
}

/// Who watches; `Break` stops the run.
pub type Watch<'a> = dyn FnMut(Watched<'_>) -> ControlFlow<()> + 'a;

/// What a lesson came to in one language.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ran {
    pub language: Language,
    pub steps: Vec<StepRan>,
    /// One a try; none where the lesson claims nothing.
    pub claims: Vec<Measured>,
}

/// What the act of a step came to.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StepRan {
    /// Counted from 1.
    pub step: usize,
    /// The id, or what stands in for it.
    pub name: String,
    pub act: &'static str,
    pub seconds: f64,
    pub outcome: Outcome,
}

/// What an act ended with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Outcome {
    Text {
        model: String,
        text: String,
        tokens: u32,
    },
    NextWord {
        model: String,
        beginnings: Vec<Alternative>,
    },
    Tokens {
        model: String,
        pieces: Vec<TokenPiece>,
    },
    Compare {
        model: String,
        a: String,
        b: String,
    },
    Experiment {
        model: String,
        made: ExperimentMade,
    },
    /// A picture, a sound or a film was made.
    Made {
        model: String,
        /// The labelled file as a `data:` address; of several pictures the first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        file: Option<String>,
    },
    /// There is nothing to run without a window.
    Checked,
}

/// What a claim was measured by.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Measured {
    pub seeds: Vec<u32>,
    /// None where there was nothing to measure it by.
    pub number: Option<f64>,
    pub holds: bool,
}

/// Runs every act of a lesson in each language.
///
/// # Errors
/// The first failure of an act; `Cancelled` when it was stopped.
pub fn run(
    studio: &Studio,
    lesson: &Lesson,
    asked: &Asked,
    watch: &mut Watch<'_>,
) -> Result<Vec<Ran>> {
    let languages = asked.languages.iter();
    let ran = languages.map(|&language| {
        let max_tokens = asked.max_tokens.unwrap_or(u32::MAX);
        let mut runner = Runner {
            studio,
            language,
            max_tokens,
            with_files: asked.with_files,
            watch,
        };
        let steps = runner.steps(&lesson.steps)?;
        let claim = lesson.claim.as_ref();
        let claims = claim.map(|claim| runner.claims(claim, lesson, &steps, asked.tries));
        Ok(Ran {
            language,
            steps,
            claims: claims.transpose()?.unwrap_or_default(),
        })
    });
    ran.collect()
}

struct Runner<'a, 'w> {
    studio: &'a Studio,
    language: Language,
    max_tokens: u32,
    with_files: bool,
    watch: &'a mut Watch<'w>,
}

impl Runner<'_, '_> {
    fn steps(&mut self, steps: &[Step]) -> Result<Vec<StepRan>> {
        let acts = steps.iter().enumerate();
        let acts = acts.filter_map(|(index, step)| Some((index, step, step.act.as_ref()?)));
        let ran = acts.map(|(index, step, act)| {
            self.tell(Watched::Step {
                step: index + 1,
                act: act.name(),
                language: self.language,
            })?;
            let started = Instant::now();
            let outcome = self.act(act)?;
            Ok(StepRan {
                step: index + 1,
                name: step.name(index),
                act: act.name(),
                seconds: started.elapsed().as_secs_f64(),
                outcome,
            })
        });
        ran.collect()
    }

    fn tell(&mut self, watched: Watched<'_>) -> Result<()> {
        match (self.watch)(watched) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Failure::new(Code::Cancelled, "nobody watches")),
        }
    }

    fn act(&mut self, act: &Act) -> Result<Outcome> {
        let jobs = self.studio.jobs();
        match act {
            Act::TextAsk { .. } => {
                let own = self.text_model()?;
                let order = orders::text(act, &own, self.language, self.max_tokens);
                let (model, made) = self.text(order)?;
                let (text, tokens) = (made.text, made.stats.generated_tokens);
                Ok(Outcome::Text {
                    model,
                    text,
                    tokens,
                })
            }
            Act::TextNextWord { prompt } => {
                let own = self.text_model()?;
                let request = orders::next_word(prompt.of(self.language), &own);
                let beginnings = jobs.next_token(&own.model, request, BEGINNINGS)?;
                Ok(Outcome::NextWord {
                    model: own.model,
                    beginnings,
                })
            }
            Act::TextTokens { text } => {
                let model = self.studio.models().default(Skill::Text)?;
                let pieces = jobs.tokenize(&model, text.of(self.language).to_owned())?;
                Ok(Outcome::Tokens { model, pieces })
            }
            Act::TextCompare { a, b, max_tokens } => {
                let own = self.text_model()?;
                let most = max_tokens.unwrap_or(u32::MAX).min(self.max_tokens);
                let (model, a) = self.text(orders::side(a, &own, self.language, most))?;
                let (_, b) = self.text(orders::side(b, &own, self.language, most))?;
                let (a, b) = (a.text, b.text);
                Ok(Outcome::Compare { model, a, b })
            }
            Act::Experiment(experiment) => self.experiment(experiment, 0),
            Act::ImageDraw { .. } => self.made(orders::picture(act, self.language), &PNG),
            Act::AudioSpeak { .. } => {
                let speaker = self.speaker()?;
                self.made(orders::speech(act, self.language, speaker), &WAV)
            }
            Act::AudioCompose { .. } => self.made(orders::tune(act), &WAV),
            Act::VideoTravel { .. } => self.made(orders::film(act, self.language), &WEBP),
            Act::ImageStep { .. } | Act::Open { .. } => Ok(Outcome::Checked),
        }
    }

    /// What the text model says of itself: its own parameters are the defaults.
    fn text_model(&mut self) -> Result<quartet_studio::LoadedText> {
        let model = self.studio.models().default(Skill::Text)?;
        self.studio
            .jobs()
            .load(&model, Box::new(|_| ControlFlow::Continue(())))
    }

    /// A model and its first voice that speaks the language, of the default model where it has one.
    fn speaker(&mut self) -> Result<(Option<String>, Option<String>)> {
        let tag = self.language.code();
        let models = self.studio.models();
        let default = models.default(Skill::Speech)?;
        let others = models.list().into_iter().filter(|model| {
            model.skill == Some(Skill::Speech) && model.problem.is_none() && model.id != default
        });
        for id in [default.clone()]
            .into_iter()
            .chain(others.map(|model| model.id))
        {
            let silent = Box::new(|_| ControlFlow::Continue(()));
            let known: LoadedSpeech = self.studio.jobs().load(&id, silent)?;
            let mut voices = known.voices.into_iter();
            if let Some(voice) = voices.find(|voice| voice.language.starts_with(tag)) {
                return Ok((Some(id), Some(voice.id)));
            }
        }
        // Its own failure says which models there are.
        Ok((Some(default), None))
    }

    fn text(&mut self, order: quartet_studio::TextOrder) -> Result<(String, TextMade)> {
        self.job(order, |_| None)
    }

    fn made<O: Order<Live: Live>>(&mut self, order: O, format: &FileFormat) -> Result<Outcome> {
        if !self.with_files {
            let (model, _) = self.job(order, |_| None)?;
            return Ok(Outcome::Made { model, file: None });
        }
        let failed = |error| Failure::new(Code::ExportFailed, error);
        let folder = tempfile::tempdir().map_err(failed)?;
        let path = folder.path().join(format!("made.{}", format.ending));
        let (model, _) = self.kept(order, Keep::File(path), |_| None)?;
        let files = fs::read_dir(folder.path()).map_err(failed)?.flatten();
        let first = files.map(|file| file.path()).min();
        let bytes = first.map(fs::read).transpose().map_err(failed)?;
        let file = bytes.map(|bytes| data_url::encode(format.media_type, &bytes));
        Ok(Outcome::Made { model, file })
    }

    /// With the seeds of one of its tries.
    fn experiment(&mut self, experiment: &Experiment, one: u32) -> Result<Outcome> {
        let order = orders::experiment(experiment, self.language, self.max_tokens, shift(one));
        let (model, made) = self.job(order, |progress| match progress {
            ExperimentProgress::Answer { done, total, .. } => Some((done, total)),
            ExperimentProgress::Began { .. } => None,
        })?;
        Ok(Outcome::Experiment { model, made })
    }

    /// Runs a job to its end; `count` is what there is to tell of its progress.
    fn job<O: Order<Live: Live>>(
        &mut self,
        order: O,
        count: impl Fn(<O::Job as Job>::Progress) -> Option<(u32, u32)>,
    ) -> Result<(String, MadeOf<O::Job>)> {
        self.kept(order, Keep::No, count)
    }

    fn kept<O: Order<Live: Live>>(
        &mut self,
        order: O,
        keep: Keep,
        count: impl Fn(<O::Job as Job>::Progress) -> Option<(u32, u32)>,
    ) -> Result<(String, MadeOf<O::Job>)> {
        let studio = self.studio;
        let (handle, made) = studio.jobs().finish(order, keep, |event| match event {
            JobEvent::Loading {
                model,
                seconds,
                expected_seconds,
            } => self.tell(Watched::Loading {
                model: &model,
                seconds,
                expected_seconds,
            }),
            JobEvent::Progress { progress } => match count(progress) {
                Some((done, total)) => self.tell(Watched::Answers { done, total }),
                None => Ok(()),
            },
            _ => Ok(()),
        })?;
        Ok((handle.model, made))
    }

    /// Measures the claim: in what was run already, and with other seeds.
    fn claims(
        &mut self,
        claim: &Claim,
        lesson: &Lesson,
        steps: &[StepRan],
        tries: u32,
    ) -> Result<Vec<Measured>> {
        let found = lesson
            .steps
            .iter()
            .position(|step| step.id.as_ref() == Some(&claim.step));
        let act = found.and_then(|index| lesson.steps[index].act.as_ref());
        let (Some(index), Some(Act::Experiment(experiment))) = (found, act) else {
            return Ok(Vec::new());
        };
        let first = steps.iter().find(|ran| ran.step == index + 1);
        let mut measured = Vec::new();
        for one in 0..tries.max(1) {
            let outcome = if let (0, Some(first)) = (one, first) {
                first.outcome.clone()
            } else {
                let (step, language) = (index + 1, self.language);
                let act = "experiment";
                self.tell(Watched::Step {
                    step,
                    act,
                    language,
                })?;
                self.experiment(experiment, one)?
            };
            if let Outcome::Experiment { made, .. } = &outcome {
                measured.push(measure(claim, made, orders::seeds(experiment, shift(one))));
            }
        }
        Ok(measured)
    }
}

/// What the seeds of a try are larger by.
fn shift(one: u32) -> u32 {
    one.wrapping_mul(BETWEEN_TRIES)
}

fn measure(claim: &Claim, made: &ExperimentMade, seeds: Vec<u32>) -> Measured {
    let number = claim.number(made);
    let holds = number.is_some_and(|number| claim.holds(number));
    Measured {
        seeds,
        number,
        holds,
    }
}

#[cfg(test)]
mod tests;
