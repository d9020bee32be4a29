//! What is wrong with a command line, and the frame of the help, in Chinese: clap speaks English alone.

use std::{
    ffi::{OsStr, OsString},
    num::{ParseFloatError, ParseIntError},
    process::ExitCode,
};

use clap::{
    CommandFactory as _, FromArgMatches as _,
    error::{ContextKind, ContextValue, ErrorKind},
};
use quartet_studio::Language;

use crate::{
    arguments::{Arguments, Wrong},
    help,
    output::{note, write},
    words::{self, say},
};

/// What the process was asked for; the help is in `language`.
///
/// # Errors
/// What is wrong with the command line, and the help where it is asked for.
pub fn read(language: Language) -> Result<Arguments, clap::Error> {
    let command = Arguments::command();
    let mut command = match language {
        Language::En => command,
        Language::Zh => help::in_chinese(command),
    };
    let mut matches = command.try_get_matches_from_mut(std::env::args_os())?;
    Arguments::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
}

/// Shows why a command line was not taken, or the help that it asks for; gives the exit code.
pub fn refuse(error: &clap::Error, language: Language) -> ExitCode {
    let code = ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
    if language == Language::En {
        // That the terminal is gone is nobody's concern.
        let _ = error.print();
        return code;
    }
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let _ = write(&framed(&error.render().to_string()));
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            note(framed(&error.render().to_string()).trim_end());
        }
        _ => told(error).iter().for_each(|line| note(line)),
    }
    code
}

/// The language of a command line that could not be read: the last that it names and that there is.
pub fn named_language(arguments: impl IntoIterator<Item = OsString>) -> Option<Language> {
    let mut language = None;
    let mut is_named = false;
    for argument in arguments {
        let text = argument.to_string_lossy();
        if text == "--" {
            break;
        }
        let value = if is_named {
            Some(&*text)
        } else {
            text.strip_prefix("--language=")
        };
        language = match value {
            Some("zh") => Some(Language::Zh),
            Some("en") => Some(Language::En),
            _ => language,
        };
        is_named = argument == OsStr::new("--language");
    }
    language
}

/// What clap itself writes around the descriptions of the help.
const FRAME: [(&str, &str); 14] = [
    ("Usage: ", "用法："),
    ("Commands:", "命令："),
    ("[OPTIONS]", "[选项]"),
    ("<COMMAND>", "<命令>"),
    ("Arguments:", "参数："),
    ("Options:", "选项："),
    ("Exit codes:", "退出码："),
    ("Environment:", "环境变量："),
    ("[possible values: ", "[可选值："),
    ("[default: ", "[默认值："),
    (
        "Print this message or the help of the given subcommand(s)",
        "显示本帮助，或某个命令的帮助",
    ),
    ("[aliases: ", "[别名："),
    ("Print help", "显示帮助"),
    ("Print version", "显示版本"),
];

fn framed(help: &str) -> String {
    FRAME
        .iter()
        .fold(help.to_owned(), |text, (en, zh)| text.replace(en, zh))
}

/// What happened, what could have been meant, how it is called.
fn told(error: &clap::Error) -> Vec<String> {
    let kind = say(words::ERROR, Language::Zh);
    let mut lines = vec![format!("{kind}: {}", message(error))];
    let next = say(words::NEXT, Language::Zh);
    lines.extend(suggestion(error).map(|suggestion| format!("{next}: {suggestion}")));
    if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
        let usage = usage.to_string();
        lines.push(framed(usage.trim_end()));
    }
    lines.push("加上 --help 可查看全部用法。".to_owned());
    lines
}

fn message(error: &clap::Error) -> String {
    let of = |kind| texts(error, kind).join("、");
    let argument = of(ContextKind::InvalidArg);
    let value = of(ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::UnknownArgument => format!("没有“{argument}”这个参数。"),
        ErrorKind::InvalidSubcommand => {
            format!("没有“{}”这个命令。", of(ContextKind::InvalidSubcommand))
        }
        ErrorKind::MissingSubcommand => "还需要一个命令。".to_owned(),
        ErrorKind::MissingRequiredArgument => format!("缺少必需的参数：{argument}。"),
        ErrorKind::ArgumentConflict => match of(ContextKind::PriorArg) {
            prior if prior.is_empty() || prior == argument => {
                format!("参数“{argument}”只能给出一次，或不能与其他参数同时使用。")
            }
            prior => format!("参数“{argument}”不能与“{prior}”同时使用。"),
        },
        ErrorKind::InvalidValue if value.is_empty() => format!("参数“{argument}”缺少值。"),
        ErrorKind::InvalidValue => format!("“{value}”不是参数“{argument}”的可选值。"),
        ErrorKind::ValueValidation => {
            let reason = reason(error).unwrap_or_default();
            format!("“{value}”不能作为参数“{argument}”的值。{reason}")
        }
        ErrorKind::NoEquals => format!("参数“{argument}”与值之间需要等号。"),
        ErrorKind::TooManyValues => format!("参数“{argument}”多了一个值：“{value}”。"),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("参数“{argument}”的值的个数不对。")
        }
        ErrorKind::InvalidUtf8 => "命令行中有无法读取的文字（不是 UTF-8）。".to_owned(),
        _ => "命令行有误。".to_owned(),
    }
}

/// Why a value was not taken; none where only English says it.
fn reason(error: &clap::Error) -> Option<String> {
    let source = std::error::Error::source(error)?;
    if let Some(wrong) = source.downcast_ref::<Wrong>() {
        return Some(wrong.zh.clone());
    }
    if source.is::<ParseIntError>() {
        return Some("这里需要整数。".to_owned());
    }
    if source.is::<ParseFloatError>() {
        return Some("这里需要数字。".to_owned());
    }
    // As clap says it of whole numbers: `9 is not in 1..=4`.
    let said = source.to_string();
    let (_, range) = said.split_once(" is not in ")?;
    let (from, to) = range.split_once("..")?;
    let to = to.trim_start_matches('=');
    Some(match to {
        "" => format!("最小为 {from}。"),
        to => format!("允许的范围是 {from} 到 {to}。"),
    })
}

fn suggestion(error: &clap::Error) -> Option<String> {
    let of = |kind| {
        let texts = texts(error, kind);
        (!texts.is_empty()).then(|| texts.join("、"))
    };
    let kinds = [
        ContextKind::SuggestedArg,
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedValue,
    ];
    let mut meant = kinds.into_iter().map(|kind| texts(error, kind));
    let meant = meant.find(|texts| !texts.is_empty());
    // clap names the likeliest last.
    let meant = meant.map(|texts| texts.into_iter().rev().collect::<Vec<_>>().join("”或“"));
    let meant = meant.map(|meant| format!("是不是想输入“{meant}”？"));
    let valid = of(ContextKind::ValidValue).or_else(|| of(ContextKind::ValidSubcommand));
    let valid = valid.map(|valid| format!("可选：{valid}。"));
    match (meant, valid) {
        (None, None) => None,
        (meant, valid) => Some(meant.unwrap_or_default() + &valid.unwrap_or_default()),
    }
}

fn texts(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    fn said(line: &str) -> String {
        let words = ["quartet"].into_iter().chain(line.split(' '));
        told(&Arguments::try_parse_from(words).unwrap_err()).join("\n")
    }

    #[test]
    fn every_kind_of_mistake_is_told_in_chinese_with_what_could_be_meant() {
        for (line, parts) in [
            ("spaek x", &["没有“spaek”这个命令", "speak"][..]),
            (
                "text x --tempreature 1",
                &["--tempreature", "“--temperature”"],
            ),
            ("text", &["缺少必需的参数：<PROMPT>", "用法："]),
            ("text x --model", &["“--model <MODEL>”缺少值"]),
            ("text x --seed -1", &["允许的范围是 0 到 4294967295"]),
            ("text x --seed x", &["这里需要整数"]),
            ("text x --temperature warm", &["“warm”", "这里需要数字"]),
            (
                "video --format webpp",
                &["“webpp”", "“webp”", "webp、gif、png、mp4"],
            ),
            ("compose --mood angry", &["“angry”", "lullaby"]),
            ("compose --key H", &["A 到 G"]),
            ("image x --size 5y5", &["512x768"]),
            ("image x --enlarge 9", &["1 到 4"]),
            ("video --scene a@x", &["秒"]),
            ("video a --scene b", &["不能与", "同时使用"]),
            ("video", &["缺少必需的参数"]),
            ("speak x --no-keep", &["缺少必需的参数：--out <OUT>"]),
            ("speak x --seed 1 --seed 2", &["--seed", "只能给出一次"]),
        ] {
            let said = said(line);
            for part in parts {
                assert!(said.contains(part), "{line}: {said}");
            }
            for english in ["error", "tip", "Usage", "invalid", "unexpected", "required"] {
                assert!(!said.contains(english), "{line}: {said}");
            }
        }
    }

    #[test]
    fn the_language_is_read_from_a_line_that_cannot_be() {
        let named = |line: &str| named_language(line.split(' ').map(OsString::from));
        assert_eq!(named("text --nonsense --language zh"), Some(Language::Zh));
        assert_eq!(named("--language=zh text"), Some(Language::Zh));
        assert_eq!(named("--language zh --language en"), Some(Language::En));
        assert_eq!(named("--language fr"), None);
        assert_eq!(named("text -- --language zh"), None);
    }

    #[test]
    fn the_frame_of_the_help_is_chinese() {
        let command = help::in_chinese(Arguments::command());
        let help = command.try_get_matches_from(["quartet", "compose", "--help"]);
        let help = framed(&help.unwrap_err().render().to_string());
        for word in [
            "用法：quartet compose",
            "选项：",
            "[默认值：cheerful]",
            "显示帮助",
            "小节数，4 到 64",
        ] {
            assert!(help.contains(word), "{word}: {help}");
        }
    }

    #[test]
    fn the_help_has_no_english_sentence() {
        let mut command = help::in_chinese(Arguments::command());
        command.build();
        let mut helps = vec![command.render_long_help().to_string()];
        for inner in command.get_subcommands_mut() {
            helps.push(inner.render_long_help().to_string());
            helps.extend(
                inner
                    .get_subcommands_mut()
                    .map(|one| one.render_long_help().to_string()),
            );
        }
        for help in helps.iter().map(|help| framed(help)) {
            for english in [
                " the ",
                "Print ",
                " a ",
                "default:",
                "Options",
                "Usage",
                "possible values",
            ] {
                assert!(!help.contains(english), "{english}: {help}");
            }
        }
    }
}
