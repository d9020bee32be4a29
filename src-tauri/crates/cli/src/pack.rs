//! `quartet pack`: class packs made, verified and installed.

use std::{cell::RefCell, path::Path, process::ExitCode};

use quartet_pack::{
    ClassPackProgress, Fate, InstallInto, InstallOrder, InstalledItem, ModelChoice, PackItem,
    PackKind, PackOrder, Places, Stick, install, make, plan, verify,
};
use quartet_studio::{Failure, Paths, Studio};

use crate::{
    arguments::{InstallArguments, MakeArguments, PackCommand},
    output::{Result, User, json, line, note},
    progress::Progress,
    words::{self, Words},
};

pub fn run(studio: &Studio, command: PackCommand, user: &User) -> Result<ExitCode> {
    match command {
        PackCommand::Make(arguments) => made(studio, &arguments, user),
        PackCommand::Verify { folder, json } => verified(&folder, json, user),
        PackCommand::Install(arguments) => installed(&arguments, user),
    }
}

fn made(studio: &Studio, arguments: &MakeArguments, user: &User) -> Result<ExitCode> {
    let models = match arguments.models.as_slice() {
        [all] if all == "all" => ModelChoice::All,
        [none] if none == "none" => ModelChoice::Ids(Vec::new()),
        ids => ModelChoice::Ids(ids.to_vec()),
    };
    let order = PackOrder {
        models,
        lessons: arguments.lessons.clone(),
        own: !arguments.no_own,
        packages: arguments.packages.clone(),
        apps: arguments.app.clone(),
        portable: arguments.portable.then_some(arguments.data),
    };
    let plan = plan(studio, &order)?;
    let mut progress = Progress::new(user.language);
    let made = make(plan, &arguments.out, &user.cancel, &mut |at| {
        show(&mut progress, words::PACKING, &at);
    });
    progress.clear();
    let made = made?;
    for one in &made.left_out {
        note(&format!("{}: {}", user.say(words::NOT_PACKED), one.name));
        user.warning(&one.failure);
    }
    if arguments.json {
        json(&made)?;
    } else {
        line(&made.folder.display().to_string())?;
        let (files, megabytes) = (made.files, made.bytes / 1_000_000);
        note(&format!(
            "{files} {}, {megabytes} MB",
            user.say(words::FILES)
        ));
    }
    Ok(ExitCode::SUCCESS)
}

/// How far, how fast, how long it will take.
fn show(progress: &mut Progress, words: Words, at: &ClassPackProgress) {
    let megabytes = |bytes: u64| bytes / 1_000_000;
    let (done, total) = (megabytes(at.done), megabytes(at.total));
    let speed = at.bytes_per_second / 1e6;
    let left = at.seconds_left.map_or_else(String::new, |seconds| {
        let seconds = seconds.ceil() as u64;
        format!("  -{}:{:02}", seconds / 60, seconds % 60)
    });
    let path = &at.path;
    progress.about(
        words,
        format_args!("  {done} / {total} MB  {speed:.0} MB/s{left}  {path}"),
    );
}

fn verified(folder: &Path, as_json: bool, user: &User) -> Result<ExitCode> {
    let progress = RefCell::new(Progress::new(user.language));
    let mut shown = Ok(());
    let checked = verify(
        folder,
        &user.cancel,
        &mut |at| show(&mut progress.borrow_mut(), words::VERIFYING, &at),
        &mut |one| {
            progress.borrow_mut().clear();
            if !as_json && shown.is_ok() {
                let state = if one.whole {
                    words::WHOLE
                } else {
                    words::NOT_WHOLE
                };
                shown = row(&one.item, state, user);
            }
        },
    );
    progress.borrow_mut().clear();
    let checked = checked?;
    shown?;
    if as_json {
        json(&checked)?;
    } else {
        for path in &checked.extra {
            note(&format!("{}: {path}", user.say(words::NOT_LISTED)));
        }
    }
    Ok(told(&checked.wrong, user).unwrap_or_else(|| {
        note(user.say(words::PACK_WHOLE));
        ExitCode::SUCCESS
    }))
}

/// Each thing that is wrong; the exit code of the first.
fn told(wrong: &[Failure], user: &User) -> Option<ExitCode> {
    let codes: Vec<_> = wrong.iter().map(|failure| user.failure(failure)).collect();
    codes.into_iter().next()
}

/// kind, id, size, what of it, name.
fn row(item: &PackItem, state: Words, user: &User) -> Result<()> {
    let kind = match item.kind {
        PackKind::Model => "model",
        PackKind::Lesson => "lesson",
        PackKind::Deck => "deck",
        PackKind::App => "app",
        PackKind::Package => "package",
    };
    let size = format!("{} MB", item.bytes.div_ceil(1_000_000));
    let name = item.name.of(user.language);
    user.row(&[kind, &item.id, &size, user.say(state), name], None)
}

fn installed(arguments: &InstallArguments, user: &User) -> Result<ExitCode> {
    let stick = Stick::open(&arguments.folder)?;
    let into = match &arguments.shared {
        Some(folder) => InstallInto::Shared {
            folder: folder.clone(),
        },
        None => InstallInto::Person {
            home: Paths::installed_home()?,
            places: if arguments.no_app {
                None
            } else {
                Some(Places::own()?)
            },
        },
    };
    let order = InstallOrder {
        into,
        only: Vec::new(),
    };
    let progress = RefCell::new(Progress::new(user.language));
    let mut shown = Ok(());
    let outcome = install(
        &stick,
        &order,
        &user.cancel,
        &mut |at| show(&mut progress.borrow_mut(), words::INSTALLING, &at),
        &mut |one| {
            progress.borrow_mut().clear();
            if !arguments.json && shown.is_ok() {
                shown = row(&one.item, fate(one), user);
            }
        },
    );
    progress.borrow_mut().clear();
    let outcome = outcome?;
    shown?;
    if arguments.json {
        json(&outcome)?;
    }
    for text in &outcome.notes {
        note(text.of(user.language));
    }
    Ok(told(&outcome.wrong, user).unwrap_or(ExitCode::SUCCESS))
}

fn fate(one: &InstalledItem) -> Words {
    match one.fate {
        Fate::Installed => words::INSTALLED,
        Fate::AlreadyThere => words::ALREADY_THERE,
        Fate::KeptYours => words::KEPT_YOURS,
        Fate::Refused => words::REFUSED,
        Fate::NotTrusted => words::NOT_TRUSTED,
        Fate::NotForHere => words::NOT_FOR_HERE,
    }
}
