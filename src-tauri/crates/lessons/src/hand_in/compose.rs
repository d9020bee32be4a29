//! A hand-in from what the window kept: words from the lesson, models and seeds from the library.

use std::collections::BTreeSet;

use quartet_media::{
    Picture, data_url,
    labels::{Label, SourceType, new_id},
};
use quartet_studio::{
    Code, ExperimentMade, Failure, Language, Made, Measure, Result, Studio, clock, one_line,
    pictures::PictureSource,
};

use super::{
    order::{HandInOrder, HandInRun},
    page::{Page, Shown},
    types::{
        Answer, Claimed, Group, HAND_IN_SCHEMA, HandIn, Prediction, Reflection, Results, RunResult,
        Taught,
    },
    words::{Words, figure, words},
};
use crate::{
    act::{Act, Experiment},
    lesson::{Lesson, Step},
};

/// In characters.
const MOST_NAME: usize = 80;
const MOST_TEXT: usize = 8000;
const MOST_ANSWER: usize = 2000;
const MOST_REFLECTED: usize = 1000;
const MOST_CAME: usize = 200;
/// More are left out, and told.
const MOST_RUNS: usize = 60;
/// Of a picture that comes as text, in bytes.
const MOST_PICTURE: usize = 8 << 20;

/// What is to be handed in, with its pictures.
///
/// # Errors
/// `HandInNothing`.
pub fn page(studio: &Studio, lesson: &Lesson, order: &HandInOrder) -> Result<Page> {
    let composer = Composer {
        studio,
        lesson,
        order,
        words: words(order.language),
    };
    let asked = order.runs.iter().filter(|run| !is_empty(run));
    let asked: Vec<_> = asked.collect();
    let (runs, pictures): (Vec<_>, Vec<_>) = asked
        .iter()
        .take(MOST_RUNS)
        .filter_map(|run| composer.run(run))
        .unzip();
    let hand_in = HandIn {
        schema: HAND_IN_SCHEMA,
        quartet: env!("CARGO_PKG_VERSION").to_owned(),
        language: order.language,
        name: one_line(&order.name, MOST_NAME),
        lesson: Taught {
            id: lesson.id.clone(),
            title: plain(lesson.title.of(order.language)),
            digest: order.digest.clone(),
            steps: lesson.steps.len() as u32,
        },
        begun: one_line(&order.begun, MOST_NAME),
        written: clock::rfc3339(clock::now()),
        seconds: finite(order.seconds),
        finished: order.finished,
        predictions: composer.predictions(&runs),
        claim: composer.claim(),
        reflections: composer.reflections(),
        runs,
    };
    if hand_in.predictions.is_empty() && hand_in.runs.is_empty() && hand_in.reflections.is_empty() {
        return Err(Failure::new(Code::HandInNothing, ""));
    }
    Ok(Page {
        id: new_id().to_string(),
        hand_in,
        pictures,
        left_out: asked.len().saturating_sub(MOST_RUNS) as u32,
    })
}

/// Such as of an act that only opened a place.
fn is_empty(run: &HandInRun) -> bool {
    run.texts.iter().all(String::is_empty)
        && run.picture.is_none()
        && run.works.is_empty()
        && run.experiment.is_none()
}

struct Composer<'a> {
    studio: &'a Studio,
    lesson: &'a Lesson,
    order: &'a HandInOrder,
    words: &'static Words,
}

impl<'a> Composer<'a> {
    fn language(&self) -> Language {
        self.order.language
    }

    fn step(&self, at: u32) -> Option<&'a Step> {
        self.lesson.steps.get(at as usize)
    }

    fn predictions(&self, runs: &[RunResult]) -> Vec<Prediction> {
        let language = self.language();
        let said = self.order.predictions.iter();
        let said = said.filter_map(|(&at, &said)| {
            let predict = self.step(at)?.predict.as_ref()?;
            predict.choices.get(said as usize)?;
            let choices = predict.choices.iter();
            Some(Prediction {
                step: at + 1,
                ask: plain(predict.ask.of(language)),
                choices: choices.map(|one| plain(one.text.of(language))).collect(),
                said,
                right: predict.right,
                came: self.came(at, runs),
            })
        });
        said.collect()
    }

    /// A prediction is about its own step's run, or the next that there is.
    fn came(&self, at: u32, runs: &[RunResult]) -> String {
        let mut acts = self.lesson.steps.iter().enumerate().skip(at as usize);
        let Some((index, _)) = acts.find(|(_, step)| step.act.is_some()) else {
            return String::new();
        };
        let run = runs
            .iter()
            .find(|run| run.step as usize == index + 1 && !run.own);
        let words = self.words;
        let came = match run.map(|run| &run.result) {
            None => String::new(),
            Some(Results::Text { texts }) => texts.join(" / "),
            Some(Results::Picture) => words.picture.to_owned(),
            Some(Results::Film { .. }) => words.film.to_owned(),
            Some(Results::Sound { .. }) => words.sound.to_owned(),
            Some(Results::Gone) => words.gone.to_owned(),
            Some(Results::Experiment {
                measures, groups, ..
            }) => {
                let Some(&first) = measures.first() else {
                    return String::new();
                };
                let values = groups.iter().filter_map(|group| {
                    let value = (*group.values.first()?)?;
                    Some(format!("{} {}", group.name, figure(first, value)))
                });
                values.collect::<Vec<_>>().join(" / ")
            }
        };
        one_line(&came, MOST_CAME)
    }

    fn reflections(&self) -> Vec<Reflection> {
        let typed = self.order.reflections.iter();
        let typed = typed.filter(|(_, words)| !words.trim().is_empty());
        let typed = typed.filter_map(|(&at, words)| {
            let keep = self.step(at)?.keep.as_ref()?;
            Some(Reflection {
                step: at + 1,
                ask: plain(keep.ask.of(self.language())),
                words: cut(words.trim(), MOST_REFLECTED),
            })
        });
        typed.collect()
    }

    fn claim(&self) -> Option<Claimed> {
        let claim = self.lesson.claim.as_ref()?;
        let mut steps = self.lesson.steps.iter();
        let at = steps.position(|step| step.id.as_ref() == Some(&claim.step))?;
        let Some(Act::Experiment(experiment)) = &self.lesson.steps[at].act else {
            return None;
        };
        let run =
            self.order.runs.iter().find(|run| {
                run.step as usize == at && run.words.is_none() && run.experiment.is_some()
            });
        let made = run.and_then(|run| run.experiment.as_ref());
        let number = made.and_then(|made| claim.number(made));
        let name = |id: &str| group_name(experiment, id, self.language());
        let what = match &claim.minus {
            None => name(&claim.group),
            Some(minus) => format!(
                "{} {} {}",
                name(&claim.group),
                self.words.minus,
                name(minus)
            ),
        };
        Some(Claimed {
            what,
            measure: claim.measure,
            is_difference: claim.minus.is_some(),
            number,
            at_least: claim.at_least,
            at_most: claim.at_most,
            holds: number.is_some_and(|number| claim.holds(number)),
            recorded: run.is_some_and(|run| run.recorded),
        })
    }

    fn run(&self, run: &HandInRun) -> Option<(RunResult, Option<Shown>)> {
        let step = self.step(run.step)?;
        let act = step.act.as_ref()?;
        let kept = run.works.first().map(|id| self.kept(id));
        let (recipe, result, shown) = match kept {
            Some(Ok(kept)) => (Some(kept.facts), kept.result, kept.shown),
            Some(Err(_)) if run.texts.iter().all(String::is_empty) => (None, Results::Gone, None),
            _ => {
                let (result, shown) = self.sent(run, act);
                (None, result, shown)
            }
        };
        let (model, seed) = recipe.unzip();
        let own = run.words.as_ref();
        Some((
            RunResult {
                step: run.step + 1,
                say: plain(step.say.of(self.language())),
                act: act.name().to_owned(),
                own: own.is_some(),
                prompts: prompts(act, own.map(String::as_str), self.language()),
                model: one_line(
                    &model.or_else(|| run.model.clone()).unwrap_or_default(),
                    MOST_NAME,
                ),
                seeds: seeds(run, act, seed.flatten()),
                at: one_line(&run.at, MOST_NAME),
                recorded: run.recorded,
                result,
            },
            shown,
        ))
    }

    /// What the page itself sent.
    fn sent(&self, run: &HandInRun, act: &Act) -> (Results, Option<Shown>) {
        if let Some(made) = &run.experiment {
            return (self.experiment(made, act, run.words.is_some()), None);
        }
        let shown = run.picture.as_deref().and_then(|address| {
            let bytes = (address.len() <= MOST_PICTURE)
                .then(|| data_url::decode(address).ok())
                .flatten()?;
            let picture = Picture::decode(&bytes).ok()?;
            let model = run.model.clone().unwrap_or_default();
            let label = Label::anonymous(model, SourceType::Generated);
            Some(Shown::new(&picture, label))
        });
        if shown.is_some() {
            let seconds = 0.0;
            let result = match act {
                Act::VideoTravel { .. } => Results::Film { seconds },
                _ => Results::Picture,
            };
            return (result, shown);
        }
        let texts = run.texts.iter().map(|text| cut(text, MOST_TEXT));
        let texts = texts.collect();
        (Results::Text { texts }, None)
    }

    fn experiment(&self, made: &ExperimentMade, act: &Act, own: bool) -> Results {
        let asked = match act {
            Act::Experiment(asked) => Some(asked),
            _ => None,
        };
        let name = |id: &str| match asked {
            Some(asked) => group_name(asked, id, self.language()),
            None => id.to_owned(),
        };
        let measures = asked.map_or(&[][..], |asked| &asked.show).iter().copied();
        // The number that the lesson is about comes first.
        let claim = self.lesson.claim.as_ref().filter(|_| !own);
        let claim = claim.map(|claim| claim.measure);
        let mut shown: Vec<Measure> = claim.into_iter().collect();
        shown.extend(measures.filter(|one| Some(*one) != claim));
        let groups = made.groups.iter().map(|group| Group {
            name: name(&group.group),
            answers: group.answers,
            values: shown
                .iter()
                .map(|&one| group.get(one).map(finite))
                .collect(),
        });
        let answers = made.rows.iter().flat_map(|row| {
            row.answers.iter().map(|answer| Answer {
                row: one_line(&row.row.label, MOST_CAME),
                group: name(&row.row.group),
                seed: answer.seed,
                text: cut(&answer.text, MOST_ANSWER),
                right: answer.right,
            })
        });
        Results::Experiment {
            groups: groups.collect(),
            answers: answers.collect(),
            measures: shown,
        }
    }

    /// What the library holds, in the bin too.
    fn kept(&self, id: &str) -> Result<Kept> {
        let works = self.studio.works();
        let detail = works.open(id)?;
        let seed = detail
            .made
            .as_ref()
            .and_then(|recipe| seed_of(&recipe.made));
        let facts = (detail.work.model.clone(), seed);
        let made = detail.made.map(|recipe| recipe.made);
        let (result, shown) = match made {
            Some(Made::Image(_) | Made::Upscale(_)) => {
                let picture = works.picture(&PictureSource::Work { id: id.to_owned() })?;
                let shown = Shown::new(&picture, works.label(id)?);
                (Results::Picture, Some(shown))
            }
            Some(Made::Film(film)) => {
                let seconds = finite(film.stats.seconds);
                let poster = Picture::decode(&works.poster(id)?)?;
                let shown = Shown::new(&poster, works.label(id)?);
                (Results::Film { seconds }, Some(shown))
            }
            Some(Made::Speech(said)) => (self.sound(id, said.stats.audio_seconds)?, None),
            Some(Made::Composition(tune)) => (self.sound(id, tune.stats.audio_seconds)?, None),
            _ => {
                let texts = vec![cut(&detail.content, MOST_TEXT)];
                (Results::Text { texts }, None)
            }
        };
        Ok(Kept {
            facts,
            result,
            shown,
        })
    }

    fn sound(&self, id: &str, seconds: f64) -> Result<Results> {
        let wave = self.studio.works().poster(id)?;
        Ok(Results::Sound {
            seconds: finite(seconds),
            wave: wave.into_iter().map(u8::cast_signed).collect(),
        })
    }
}

struct Kept {
    /// Model and seed.
    facts: (String, Option<u32>),
    result: Results,
    shown: Option<Shown>,
}

fn seed_of(made: &Made) -> Option<u32> {
    match made {
        Made::Text(text) => Some(text.stats.seed),
        Made::Speech(speech) => Some(speech.stats.seed),
        Made::Composition(tune) => Some(tune.stats.seed),
        Made::Image(image) => Some(image.stats.seed),
        Made::Film(film) => Some(film.stats.seed),
        _ => None,
    }
}

/// What was asked; a learner's own words take the place of the last.
fn prompts(act: &Act, own: Option<&str>, language: Language) -> Vec<String> {
    let mut prompts: Vec<&str> = match act {
        Act::TextAsk { prompt, .. }
        | Act::TextNextWord { prompt }
        | Act::ImageDraw { prompt, .. } => vec![prompt.of(language)],
        Act::TextTokens { text } | Act::AudioSpeak { text, .. } => vec![text.of(language)],
        Act::TextCompare { a, b, .. } => vec![a.prompt.of(language), b.prompt.of(language)],
        Act::VideoTravel { scenes, .. } => scenes.iter().map(|scene| scene.of(language)).collect(),
        // Its questions stand with their answers.
        Act::Experiment(_) if own.is_some() => vec![""],
        Act::Experiment(_)
        | Act::ImageStep { .. }
        | Act::AudioCompose { .. }
        | Act::Open { .. } => Vec::new(),
    };
    if let (Some(own), Some(last)) = (own, prompts.last_mut()) {
        *last = own;
    }
    prompts.into_iter().map(|one| cut(one, MOST_TEXT)).collect()
}

/// Those that were used: as the library says, as came back, as the lesson asks.
fn seeds(run: &HandInRun, act: &Act, kept: Option<u32>) -> Vec<u32> {
    if let Some(made) = &run.experiment {
        let answers = made.rows.iter().flat_map(|row| &row.answers);
        let seeds: BTreeSet<_> = answers.map(|answer| answer.seed).collect();
        return seeds.into_iter().collect();
    }
    let asked: Vec<u32> = match act {
        Act::TextCompare { a, b, .. } => a.seed.into_iter().chain(b.seed).collect(),
        Act::TextAsk { seed, .. }
        | Act::ImageDraw { seed, .. }
        | Act::AudioSpeak { seed, .. }
        | Act::VideoTravel { seed, .. } => seed.iter().copied().collect(),
        Act::AudioCompose { seed, .. } => vec![*seed],
        _ => Vec::new(),
    };
    kept.or(run.seed).map_or(asked, |seed| vec![seed])
}

fn group_name(experiment: &Experiment, id: &str, language: Language) -> String {
    let name = experiment.groups.get(id);
    name.map_or_else(|| id.to_owned(), |name| plain(name.of(language)))
}

/// A lesson's words without the marks of what is bold.
fn plain(words: &str) -> String {
    words.replace("**", "")
}

fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// A number that JSON can hold.
fn finite(number: f64) -> f64 {
    if number.is_finite() { number } else { 0.0 }
}
