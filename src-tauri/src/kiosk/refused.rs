//! The one gate in front of every command.

use quartet_kiosk::Refusal;
use quartet_studio::{Code, Failure};
use serde_json::Value;
use tauri::{
    Manager as _, Runtime,
    ipc::{Invoke, InvokeBody},
};

use super::Host;
use crate::current::Current;

/// Why a kiosk does not answer; none where it does, and in every other window.
pub fn refused<R: Runtime>(invoke: &Invoke<R>) -> Option<Failure> {
    let message = &invoke.message;
    let webview = message.webview_ref();
    let host = webview.try_state::<Host>()?;
    let InvokeBody::Json(arguments) = message.payload() else {
        return Some(told(&Refusal::Command));
    };
    let command = message.command();
    // Read only where it is compared with what is wished for.
    let settings =
        (command == "save_settings").then(|| webview.state::<Current>().studio().settings());
    let settings = serde_json::to_value(settings).unwrap_or(Value::Null);
    host.check(command, arguments, &settings)
        .err()
        .map(|refusal| told(&refusal))
}

fn told(refusal: &Refusal) -> Failure {
    let (en, zh) = match refusal {
        Refusal::Closed => return Failure::new(Code::KioskClosed, ""),
        Refusal::Command => (
            "it reaches beyond the kiosk".to_owned(),
            "它超出了展台的范围".to_owned(),
        ),
        Refusal::Place => (
            "that place is not open".to_owned(),
            "那个面板没有开放".to_owned(),
        ),
        Refusal::Model(id) => (
            format!("the model {id} is not open"),
            format!("模型 {id} 没有开放"),
        ),
        Refusal::Language(id) => (
            format!("the language {id} is not open"),
            format!("语言 {id} 没有开放"),
        ),
        Refusal::Words => (
            "only the words of cards and lessons are taken".to_owned(),
            "只接受卡片和课程里的文字".to_owned(),
        ),
        Refusal::Setting(name) => (
            format!("the setting {name} is not a visitor's"),
            format!("设置 {name} 不能由访客更改"),
        ),
        Refusal::Lesson(id) => (
            format!("the lesson {id} is not open"),
            format!("课程 {id} 没有开放"),
        ),
    };
    Failure::in_both(Code::KioskRefused, [&[("what", &en)], &[("what", &zh)]], "")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use quartet_kiosk::COMMANDS;

    use super::*;

    /// The window's commands, as `lib.rs` lists them.
    fn listed() -> BTreeSet<&'static str> {
        let source = include_str!("../lib.rs");
        let list = source.split_once("collect_commands![").unwrap().1;
        let list = list.split_once(']').unwrap().0;
        let names = list
            .split(',')
            .filter_map(|name| name.trim().rsplit("::").next());
        names.filter(|name| !name.is_empty()).collect()
    }

    #[test]
    fn it_is_decided_of_every_command_whether_a_kiosk_answers_it() {
        let decided: BTreeSet<_> = COMMANDS.iter().map(|(name, _)| *name).collect();
        let listed = listed();
        assert!(listed.len() > 80 && listed.contains("start_text"));
        let undecided: Vec<_> = listed.difference(&decided).collect();
        assert!(
            undecided.is_empty(),
            "refused until decided, in quartet-kiosk's rules.rs: {undecided:?}"
        );
        let gone: Vec<_> = decided.difference(&listed).collect();
        assert!(gone.is_empty(), "no longer there: {gone:?}");
    }

    #[test]
    fn what_is_refused_is_told_in_both_languages() {
        let failure = told(&Refusal::Model("large".to_owned()));
        assert_eq!(failure.code, Code::KioskRefused);
        assert!(failure.message.en.contains("the model large"));
        assert!(failure.message.zh.contains("模型 large"));
        assert_eq!(told(&Refusal::Closed).code, Code::KioskClosed);
    }
}
