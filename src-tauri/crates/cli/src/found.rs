//! What is wrong with a file that people write.

use std::process::ExitCode;

use quartet_lessons::LessonProblem;
use quartet_studio::Code;

use crate::{
    output::{Result, User, exit_code, json, line},
    words,
};

/// As compilers tell it: editors lead there.
pub fn told(problem: &LessonProblem, user: &User) -> String {
    let message = problem.message.of(user.language);
    format!("{}:{}: {message}", problem.file, problem.line)
}

/// All that was found in `place`, a line each, or that nothing was; ends with the code of `broken` where something
/// was.
pub fn tell(
    place: &str,
    found: &[LessonProblem],
    as_json: bool,
    broken: Code,
    user: &User,
) -> Result<ExitCode> {
    if as_json {
        json(&found)?;
    } else if found.is_empty() {
        line(&format!("{place}: {}", user.say(words::NOTHING_WRONG)))?;
    } else {
        found.iter().try_for_each(|one| line(&told(one, user)))?;
    }
    Ok(if found.is_empty() {
        ExitCode::SUCCESS
    } else {
        exit_code(broken)
    })
}
