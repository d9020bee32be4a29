//! `quartet kiosk`: what is wrong with a kiosk's file, and the hash of a passcode.

use std::{
    io::{self, BufRead as _, IsTerminal as _, Read as _},
    path::Path,
    process::ExitCode,
};

use quartet_kiosk::{Here, check, hash};
use quartet_lessons::{LessonProblem, Shelf};
use quartet_studio::{Code, Failure, Studio};

use crate::{
    arguments::KioskCommand,
    found::tell,
    output::{Result, User, line},
    words,
};

/// Of what is read from a pipe.
const MOST: u64 = 4096;

pub fn run(studio: &Studio, command: &KioskCommand, user: &User) -> Result<ExitCode> {
    match command {
        KioskCommand::Check { file, json } => checked(studio, file, *json, user),
        KioskCommand::Passcode => hashed(user),
    }
}

fn checked(studio: &Studio, file: &Path, as_json: bool, user: &User) -> Result<ExitCode> {
    let lessons = Shelf::new(studio.home()).list().into_iter();
    let models = studio.models().list().into_iter();
    let models = models.filter(|model| model.problem.is_none());
    let here = Here {
        lessons: Some(lessons.filter_map(|one| Some(one.lesson?.id)).collect()),
        models: Some(models.map(|model| model.id).collect()),
    };
    let name = file.display().to_string();
    let findings = check(file, &here).findings;
    let found: Vec<LessonProblem> = findings.iter().map(|one| one.told(&name)).collect();
    tell(&name, &found, as_json, Code::KioskBroken, user)
}

fn hashed(user: &User) -> Result<ExitCode> {
    let unread = |error: io::Error| Failure::new(Code::KioskPasscodeShort, error);
    let passcode = if io::stdin().is_terminal() {
        let ask = |words| rpassword::prompt_password(user.say(words)).map_err(unread);
        let passcode = ask(words::NEW_PASSCODE)?;
        if ask(words::PASSCODE_AGAIN)? != passcode {
            return Err(Failure::new(Code::KioskPasscodeDiffers, "").into());
        }
        passcode
    } else {
        let mut passcode = String::new();
        let mut stdin = io::stdin().lock().take(MOST);
        stdin.read_line(&mut passcode).map_err(unread)?;
        passcode.trim_end_matches(['\n', '\r']).to_owned()
    };
    let hash = hash(&passcode).ok_or_else(|| Failure::new(Code::KioskPasscodeShort, ""))?;
    line(&hash)?;
    Ok(ExitCode::SUCCESS)
}
