//! `quartet doctor`: before a class, whether everything works on this computer, and how fast.

use std::process::ExitCode;

use quartet_studio::{Check, CheckName, CheckVerdict, CheckupEvent, Studio, check_up};

use crate::{
    arguments::DoctorArguments,
    output::{Result, User, json, line},
    progress::Progress,
    words::{self, Words},
};

pub fn run(studio: &Studio, arguments: &DoctorArguments, user: &User) -> Result<ExitCode> {
    let mut progress = Progress::new(user.language);
    let mut shown = Ok(());
    let checkup = check_up(studio, &user.cancel, |event| match event {
        CheckupEvent::Began { name, index, total } => {
            let named = user.say(title(name));
            let more = format_args!("  {named}  {} / {total}", index + 1);
            progress.about(words::CHECKING, more);
        }
        CheckupEvent::Found { check } => {
            progress.clear();
            if !arguments.json && shown.is_ok() {
                shown = show(&check, user);
            }
        }
    })?;
    shown?;
    if arguments.json {
        json(&checkup)?;
    } else {
        if let Some(same) = &checkup.same_seed {
            let (code, processor) = (&same.code, &same.processor);
            line(&format!(
                "{}  {code}  ({processor})",
                user.say(words::SAME_SEED)
            ))?;
        }
        line(user.say(match checkup.verdict {
            CheckVerdict::Fine => words::ALL_FINE,
            CheckVerdict::Doubtful => words::FINE_BUT,
            CheckVerdict::Wrong => words::NOT_FINE,
        }))?;
    }
    Ok(match checkup.verdict {
        CheckVerdict::Wrong => ExitCode::FAILURE,
        CheckVerdict::Fine | CheckVerdict::Doubtful => ExitCode::SUCCESS,
    })
}

fn show(check: &Check, user: &User) -> Result<()> {
    let mark = match check.verdict {
        CheckVerdict::Fine => "✓",
        CheckVerdict::Doubtful => "!",
        CheckVerdict::Wrong => "✗",
    };
    let (name, found) = (user.say(title(check.name)), check.found.of(user.language));
    line(&format!("{mark} {name}: {found}"))?;
    check.next_step.iter().try_for_each(|next| {
        let next = next.of(user.language);
        line(&format!("  {}: {next}", user.say(words::NEXT)))
    })
}

fn title(name: CheckName) -> Words {
    match name {
        CheckName::Engine => ("Engine", "引擎"),
        CheckName::Models => ("Models", "模型"),
        CheckName::Library => ("Library", "作品库"),
        CheckName::Disk => ("Disk", "磁盘"),
        CheckName::Memory => ("Memory", "内存"),
        CheckName::Clock => ("Clock", "时钟"),
        CheckName::SoundOut => ("Sound", "声音"),
        CheckName::Microphone => ("Microphone", "麦克风"),
        CheckName::Text => ("Text", "文本"),
        CheckName::Picture => ("Pictures", "图片"),
        CheckName::Speech => ("Speech", "朗读"),
        CheckName::Hearing => ("Listening", "听写"),
        CheckName::Tune => ("Music", "音乐"),
        CheckName::Film => ("Film", "影片"),
    }
}
