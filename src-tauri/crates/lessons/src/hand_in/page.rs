//! The file of a hand-in: a page that shows itself anywhere, without a script, and its data.

use std::{fmt::Write as _, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use minijinja::{Environment, value::Serde};
use quartet_media::{
    Picture, UnknownFormat, data_url, format as formats,
    labels::{Label, SourceType, aigc_json},
};
use quartet_studio::{Code, Failure, Result};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::{
    read::{END, START, digest},
    types::{HandIn, MAX_HAND_IN, Results, RunResult},
    words::{Words, claimed, figure, measure, words},
};

const TEMPLATE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");

/// The longest side of a picture, tried one after the other until the file is small enough; then without.
const SIDES: [Option<u32>; 4] = [Some(480), Some(320), Some(160), None];

/// Whether a hand-in can be written to a path, by its ending.
///
/// # Errors
/// [`UnknownFormat`].
pub fn format(path: &Path) -> Result<(), UnknownFormat> {
    formats::of(path, &[((), &["html", "htm"])])
}

/// A hand-in and its pictures.
#[derive(Debug)]
pub struct Page {
    /// Of the file, for its label.
    pub id: String,
    pub hand_in: HandIn,
    /// One a run.
    pub pictures: Vec<Option<Shown>>,
    /// Runs that it does not hold.
    pub left_out: u32,
}

/// A picture with what it says of itself.
#[derive(Debug)]
pub struct Shown {
    picture: Picture,
    label: Label,
}

/// The picture of a run, in one size of the page.
#[derive(Debug)]
enum Seen {
    Nothing,
    /// With it the file would be too large.
    LeftOut,
    /// Its `data:` address.
    Here(String),
}

impl Shown {
    /// No larger than it will be shown.
    pub fn new(picture: &Picture, label: Label) -> Self {
        let picture = picture.within(SIDES[0].unwrap_or_default());
        Self { picture, label }
    }
}

impl Page {
    /// The whole file, with how many pictures and runs were left out so that it is no larger than 5 MB.
    ///
    /// # Errors
    /// `HandInTooLarge`.
    pub fn file(&self, path: &Path) -> Result<(String, u32)> {
        for side in SIDES {
            let seen = self.pictures.iter().map(|shown| match (shown, side) {
                (None, _) => Seen::Nothing,
                (Some(_), None) => Seen::LeftOut,
                (Some(shown), Some(side)) => {
                    Seen::Here(data_url::jpeg(&shown.label, &shown.picture, side))
                }
            });
            let seen: Vec<_> = seen.collect();
            let file = self.html(&seen)?;
            if file.len() as u64 <= MAX_HAND_IN {
                let out = seen.iter().filter(|one| matches!(one, Seen::LeftOut));
                return Ok((file, self.left_out + out.count() as u32));
            }
        }
        Err(Failure::at(Code::HandInTooLarge, path, ""))
    }

    /// With what is seen of each run.
    fn html(&self, pictures: &[Seen]) -> Result<String> {
        let internal = |error: minijinja::Error| Failure::new(Code::Internal, format!("{error:#}"));
        let mut templates = Environment::new();
        // By its ending, everything in it is escaped as HTML.
        templates
            .add_template("page.html", TEMPLATE)
            .map_err(internal)?;
        let template = templates.get_template("page.html").map_err(internal)?;
        let hand_in = &self.hand_in;
        let language = hand_in.language;
        let runs = hand_in.runs.iter().enumerate().map(|(at, run)| {
            let picture = pictures.get(at).unwrap_or(&Seen::Nothing);
            RunShown::of(run, picture, hand_in)
        });
        let claim = hand_in.claim.as_ref().map(|claim| {
            let told = |value| claimed(claim.measure, claim.is_difference, value, language);
            ClaimShown {
                what: &claim.what,
                measure: measure(claim.measure, language),
                number: claim.number.map(told),
                at_least: claim.at_least.map(told),
                at_most: claim.at_most.map(told),
                holds: claim.holds,
                recorded: claim.recorded,
            }
        });
        let mut page = template
            .render(Serde(PageShown {
                w: words(language),
                h: hand_in,
                runs: runs.collect(),
                claim,
                minutes: (hand_in.seconds / 60.0).round().clamp(1.0, 99_999.0) as u32,
                written: hand_in
                    .written
                    .get(..16)
                    .unwrap_or_default()
                    .replace('T', " "),
                digest: hand_in.lesson.digest.get(..12).unwrap_or_default(),
                aigc: aigc_json(&self.id),
                source: SourceType::Edited.code(),
                style: STYLE,
                style_hash: STANDARD.encode(Sha256::digest(STYLE)),
            }))
            .map_err(internal)?;
        let data = serde_json::to_string(hand_in);
        let data = data.map_err(|error| Failure::new(Code::Internal, error))?;
        let data = inert(&data);
        let (of_page, of_data) = (digest(&page), digest(&data));
        // Writing to a String cannot fail.
        let _ = write!(
            page,
            "{START}{of_data} {of_page}\">{data}{END}\n</body>\n</html>\n"
        );
        Ok(page)
    }
}

/// JSON that ends no script and begins no comment in HTML: the same document.
fn inert(json: &str) -> String {
    let mut inert = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(inert, "\\u{:04x}", character as u32);
            }
            other => inert.push(other),
        }
    }
    inert
}

/// All that the template is given.
#[derive(Debug, Serialize)]
struct PageShown<'a> {
    w: &'static Words,
    h: &'a HandIn,
    runs: Vec<RunShown<'a>>,
    claim: Option<ClaimShown<'a>>,
    minutes: u32,
    written: String,
    digest: &'a str,
    /// The marks of GB 45438-2025, as JSON.
    aigc: String,
    source: &'static str,
    style: &'static str,
    style_hash: String,
}

#[derive(Debug, Serialize)]
struct ClaimShown<'a> {
    what: &'a str,
    measure: &'static str,
    number: Option<String>,
    at_least: Option<String>,
    at_most: Option<String>,
    holds: bool,
    recorded: bool,
}

/// A run as the template shows it.
#[derive(Debug, Serialize)]
struct RunShown<'a> {
    run: &'a RunResult,
    picture: Option<&'a str>,
    /// Why there is nothing to see.
    note: Option<&'static str>,
    /// Models made it, and not a program that counts.
    generated: bool,
    texts: &'a [String],
    seconds: Option<String>,
    /// A sound's outline, as the path of a drawing 192 by 64.
    wave: Option<String>,
    measures: Vec<&'static str>,
    groups: Vec<GroupShown<'a>>,
    answers: Vec<AnswerShown<'a>>,
}

#[derive(Debug, Serialize)]
struct GroupShown<'a> {
    name: &'a str,
    answers: u32,
    values: Vec<String>,
}

#[derive(Debug, Serialize)]
struct AnswerShown<'a> {
    row: &'a str,
    seed: u32,
    text: &'a str,
    verdict: &'static str,
}

impl<'a> RunShown<'a> {
    fn of(run: &'a RunResult, picture: &'a Seen, hand_in: &HandIn) -> Self {
        let words = words(hand_in.language);
        let mut shown = Self {
            run,
            picture: match picture {
                Seen::Here(address) => Some(address),
                Seen::Nothing | Seen::LeftOut => None,
            },
            note: matches!(picture, Seen::LeftOut).then_some(words.left_out),
            generated: run.act != "text.tokens",
            texts: &[],
            seconds: None,
            wave: None,
            measures: Vec::new(),
            groups: Vec::new(),
            answers: Vec::new(),
        };
        let long = |seconds: f64| (seconds > 0.0).then(|| format!("{seconds:.1}"));
        match &run.result {
            Results::Text { texts } => shown.texts = texts,
            Results::Picture => {}
            Results::Sound { seconds, wave } => {
                shown.seconds = long(*seconds);
                shown.wave = Some(outline(wave));
            }
            Results::Film { seconds } => shown.seconds = long(*seconds),
            Results::Gone => shown.note = Some(words.gone),
            Results::Experiment {
                measures,
                groups,
                answers,
            } => {
                let language = hand_in.language;
                shown.measures = measures.iter().map(|&one| measure(one, language)).collect();
                let groups = groups.iter().map(|group| GroupShown {
                    name: &group.name,
                    answers: group.answers,
                    values: measures
                        .iter()
                        .zip(&group.values)
                        .map(|(&one, value)| {
                            value.map_or_else(|| "–".to_owned(), |value| figure(one, value))
                        })
                        .collect(),
                });
                shown.groups = groups.collect();
                let answers = answers.iter().map(|answer| AnswerShown {
                    row: &answer.row,
                    seed: answer.seed,
                    text: &answer.text,
                    verdict: verdict(answer.right, words),
                });
                shown.answers = answers.collect();
            }
        }
        shown
    }
}

/// Empty where nobody judges.
fn verdict(right: Option<bool>, words: &Words) -> &'static str {
    match right {
        Some(true) => words.right,
        Some(false) => words.wrong,
        None => "",
    }
}

/// Upright lines from the lowest to the highest sample.
fn outline(wave: &[i8]) -> String {
    let mut path = String::new();
    for (at, pair) in wave.chunks_exact(2).enumerate() {
        let y = |sample: i8| 32.0 - f32::from(sample) / 4.0;
        let (low, high) = (y(pair[0]) + 0.5, y(pair[1]) - 0.5);
        // Writing to a String cannot fail.
        let _ = write!(path, "M{} {low:.1}V{high:.1}", at * 2 + 1);
    }
    path
}
