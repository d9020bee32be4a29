//! `quartet lessons`: those that there are, what is wrong with one, what one comes to.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
    process::ExitCode,
};

use quartet_lessons::{
    Asked, Finding, Folder, HandInTable, Lesson, LessonListing, LessonProblem, Measured, Origin,
    Outcome, Ran, Shelf, Watched, check, csv, gather, json_schema, record, run as run_lesson,
};
use quartet_studio::{Cause, Code, Failure, Language, Studio};
use serde::Serialize;

use crate::{
    arguments::{LessonsCommand, RecordArguments, ResultsArguments, RunArguments},
    found::{tell, told},
    output::{Result, User, json, note, result, write},
    progress::Progress,
    words,
};

pub fn run(studio: &Studio, command: LessonsCommand, user: &User) -> Result<ExitCode> {
    match command {
        LessonsCommand::List { json } => list(studio, json, user),
        LessonsCommand::Check { folder, json } => checked(&folder, json, user),
        LessonsCommand::Run(arguments) => tried(studio, &arguments, user),
        LessonsCommand::Record(arguments) => recorded(studio, &arguments, user),
        LessonsCommand::Results(arguments) => results(&arguments, user),
        LessonsCommand::Schema => json(json_schema()).map(|()| ExitCode::SUCCESS),
    }
}

fn list(studio: &Studio, as_json: bool, user: &User) -> Result<ExitCode> {
    let lessons = Shelf::new(studio.home()).list();
    if as_json {
        json(&lessons)?;
    } else {
        lessons.iter().try_for_each(|lesson| row(lesson, user))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// id, origin, topic, minutes, title; of a broken one its folder and what is wrong first.
fn row(listing: &LessonListing, user: &User) -> Result<()> {
    let origin = match listing.origin {
        Origin::BuiltIn => "builtIn",
        Origin::Own => "own",
    };
    let cells = match (&listing.lesson, listing.problems.first()) {
        (Some(lesson), _) => {
            let topic = serde_json::to_value(lesson.topic).unwrap_or_default();
            [
                lesson.id.clone(),
                origin.to_owned(),
                topic.as_str().unwrap_or_default().to_owned(),
                lesson.minutes.to_string(),
                lesson.title.of(user.language).to_owned(),
            ]
        }
        (None, problem) => [
            listing.folder.clone(),
            origin.to_owned(),
            String::new(),
            String::new(),
            problem.map_or_else(|| drafted(listing, user), |problem| told(problem, user)),
        ],
    };
    user.row(&cells.each_ref().map(String::as_str), None)
}

/// Of one that is being written in the window.
fn drafted(listing: &LessonListing, user: &User) -> String {
    let Some(draft) = &listing.draft else {
        return String::new();
    };
    let missing = draft.problems.len();
    match user.language {
        Language::En => format!("a draft: {missing} things missing"),
        Language::Zh => format!("草稿：还缺 {missing} 处"),
    }
}

fn problems(folder: &Folder, findings: &[Finding]) -> Vec<LessonProblem> {
    let file = folder.told(quartet_lessons::FILE);
    findings.iter().map(|finding| finding.told(&file)).collect()
}

fn checked(folder: &Path, as_json: bool, user: &User) -> Result<ExitCode> {
    let folder = Folder::OnDisk(folder.to_owned());
    let found = problems(&folder, &check(&folder).findings);
    tell(&folder.place(), &found, as_json, Code::LessonBroken, user)
}

/// The lesson, or what is wrong with it a line each.
fn whole(folder: &Folder, user: &User) -> Result<Lesson> {
    let checked = check(folder);
    for problem in problems(folder, &checked.findings) {
        note(&told(&problem, user));
    }
    let mut whole = checked.whole(folder);
    if let Err(failure) = &mut whole {
        // It was told.
        failure.detail.clear();
    }
    Ok(whole?)
}

/// A path rather than an id, where there is a folder or the name cannot be an id.
fn find(studio: &Studio, lesson: &Path) -> Result<Folder> {
    let id = lesson.to_str().unwrap_or_default();
    if lesson.is_dir() || lesson.components().count() > 1 {
        return Ok(Folder::OnDisk(lesson.to_owned()));
    }
    let found = Shelf::new(studio.home()).find(id);
    let unknown = || Failure::with(Code::LessonUnknown, &[("lesson", id)], "");
    Ok(found.ok_or_else(unknown)?)
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    lesson: &'a str,
    ran: &'a [Ran],
    /// Whether the claim held in two of three tries or more; none where nothing is claimed.
    holds: Option<bool>,
}

fn tried(studio: &Studio, arguments: &RunArguments, user: &User) -> Result<ExitCode> {
    let lesson = whole(&find(studio, &arguments.lesson)?, user)?;
    let asked = Asked {
        languages: languages(arguments.spoken_language),
        tries: arguments.seeds,
        max_tokens: arguments.max_tokens,
        with_files: false,
    };
    let ran = followed(studio, &lesson, &asked, user)?;
    let failure = ran.iter().find_map(broken_claim);
    if arguments.json {
        json(&Document {
            lesson: &lesson.id,
            ran: &ran,
            holds: lesson.claim.as_ref().map(|_| failure.is_none()),
        })?;
    } else {
        ran.iter().try_for_each(|ran| show(ran, user))?;
        if lesson.claim.is_none() {
            note(user.say(words::NOTHING_CLAIMED));
        }
    }
    Ok(failure.map_or(ExitCode::SUCCESS, |failure| user.failure(&failure)))
}

fn languages(named: Option<Language>) -> Vec<Language> {
    named.map_or_else(
        || vec![Language::En, Language::Zh],
        |language| vec![language],
    )
}

/// A claim that held in fewer than two of three tries.
fn broken_claim(ran: &Ran) -> Option<Failure> {
    let (held, sets) = (
        ran.claims.iter().filter(|one| one.holds).count(),
        ran.claims.len(),
    );
    (held * 3 < sets * 2).then(|| {
        let values = [("held", held.to_string()), ("sets", sets.to_string())];
        let values = values
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        Failure::with(Code::LessonClaim, &values, ran.language.code())
    })
}

/// Runs the lesson with its progress; a failure is told with the step that it happened in.
fn followed(studio: &Studio, lesson: &Lesson, asked: &Asked, user: &User) -> Result<Vec<Ran>> {
    let mut progress = Progress::new(user.language);
    let mut at = String::new();
    let total = lesson.steps.len();
    let ran = run_lesson(studio, lesson, asked, &mut |watched| {
        match watched {
            Watched::Step {
                step,
                act,
                language,
            } => {
                at = format!(" {step} / {total}  {act}  ({})", language.code());
                progress.about(words::STEP, &at);
            }
            Watched::Loading {
                model,
                seconds,
                expected_seconds,
            } => {
                progress.loading(model, seconds, expected_seconds);
            }
            Watched::Answers { done, total } => {
                progress.about(words::STEP, format_args!("{at}  {done} / {total}"));
            }
        }
        if user.cancel.is_raised() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    progress.clear();
    Ok(ran.inspect_err(|failure| {
        if failure.code.cause() != Cause::Stopped {
            note(&format!(
                "{} {}{at}",
                user.say(words::FAILED_AT),
                user.say(words::STEP)
            ));
        }
    })?)
}

/// A line for each step, and one for each try of the claim.
fn show(ran: &Ran, user: &User) -> Result<()> {
    let language = ran.language.code();
    for step in &ran.steps {
        let seconds = format!("{:.1}", step.seconds);
        let what = outcome(&step.outcome);
        user.row(&[language, &step.name, step.act, &seconds, &what], None)?;
    }
    for measured in &ran.claims {
        claim(language, measured, user)?;
    }
    Ok(())
}

fn claim(language: &str, measured: &Measured, user: &User) -> Result<()> {
    let seeds: Vec<_> = measured.seeds.iter().map(u32::to_string).collect();
    let number = measured
        .number
        .map_or_else(|| "-".to_owned(), |number| format!("{number:.3}"));
    let holds = if measured.holds {
        words::HOLDS
    } else {
        words::HOLDS_NOT
    };
    let cells = [
        language,
        user.say(words::CLAIM),
        &seeds.join(","),
        &number,
        user.say(holds),
    ];
    user.row(&cells, None)
}

/// In a line.
fn outcome(outcome: &Outcome) -> String {
    let short = |text: &str| {
        let mut short: String = text.chars().take(60).collect();
        if short.len() < text.len() {
            short.push('…');
        }
        short
    };
    match outcome {
        Outcome::Text { text, .. } => short(text),
        Outcome::NextWord { beginnings, .. } => {
            let pieces = beginnings
                .iter()
                .map(|one| format!("{:?} {:.2}", one.piece, one.logprob.exp()));
            short(&pieces.collect::<Vec<_>>().join(", "))
        }
        Outcome::Tokens { pieces, .. } => pieces.len().to_string(),
        Outcome::Compare { a, b, .. } => format!("{} | {}", short(a), short(b)),
        Outcome::Experiment { made, .. } => {
            let answers: usize = made.rows.iter().map(|row| row.answers.len()).sum();
            answers.to_string()
        }
        Outcome::Made { model, .. } => model.clone(),
        Outcome::Checked => String::new(),
    }
}

fn recorded(studio: &Studio, arguments: &RecordArguments, user: &User) -> Result<ExitCode> {
    let lesson = whole(&Folder::OnDisk(arguments.folder.clone()), user)?;
    let asked = Asked {
        languages: languages(arguments.spoken_language),
        tries: 1,
        max_tokens: arguments.max_tokens,
        with_files: true,
    };
    let ran = followed(studio, &lesson, &asked, user)?;
    let files: Vec<PathBuf> = record(&arguments.folder, &ran)?;
    result(false, &(), &files)?;
    Ok(ExitCode::SUCCESS)
}

fn results(arguments: &ResultsArguments, user: &User) -> Result<ExitCode> {
    let table = gather(&arguments.folder, user.language, |_| {
        if user.cancel.is_raised() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })?;
    if arguments.json {
        json(&table)?;
    } else {
        table
            .problems
            .iter()
            .for_each(|problem| user.warning(&problem.failure));
        if arguments.csv {
            write(&csv(&table, user.language))?;
        } else {
            class(&table, user)?;
        }
    }
    if table.rows.is_empty() {
        let failure = Failure::at(Code::HandInsNone, &arguments.folder, "");
        return Ok(user.failure(&failure));
    }
    Ok(ExitCode::SUCCESS)
}

/// A line a file; then, for each question, how many chose what.
fn class(table: &HandInTable, user: &User) -> Result<()> {
    for row in &table.rows {
        let lesson = table.lessons.get(row.lesson as usize);
        let right = format!("{}/{}", row.right, row.judged);
        let number = if row.told.is_empty() { "-" } else { &row.told };
        let lesson = lesson.map_or("", |lesson| lesson.lesson.as_str());
        let reflections = row.reflections.join(" | ");
        let (file, name) = (row.file.as_str(), row.name.as_str());
        user.row(
            &[file, name, lesson, &right, number, &reflections],
            row.remark.as_ref(),
        )?;
    }
    for lesson in &table.lessons {
        for question in &lesson.questions {
            note(&format!("{}: {}", lesson.title, question.ask));
            for choice in &question.choices {
                note(&format!("  {:>3}  {}", choice.count, choice.text));
            }
        }
    }
    Ok(())
}
