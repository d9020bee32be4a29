//! What to do in a terminal, where the window's words name its own pages.

use quartet_studio::Code;

use crate::words::Words;

/// What can be typed; none where the window's words do.
pub fn in_terminal(code: Code) -> Option<Words> {
    Some(match code {
        Code::RuntimeMissing => (
            "Install Quartet again, or set QUARTET_ORT to the library's file. In a clone, `cargo xtask run` fetches it.",
            "请重新安装 Quartet，或把 QUARTET_ORT 设为该库文件的路径。在源码目录中，`cargo xtask run` 会获取它。",
        ),
        Code::ModelNone => (
            "Add a model's folder: quartet models add FOLDER. In a clone, `cargo xtask models` fetches the starter models.",
            "添加模型文件夹：quartet models add FOLDER。在源码目录中，`cargo xtask models` 会获取入门模型。",
        ),
        Code::ModelUnknown => (
            "See the ids of the models that are here: quartet models list. Add another: quartet models add FOLDER",
            "查看已有模型的 id：quartet models list。添加其他模型：quartet models add FOLDER",
        ),
        Code::ModelWrongKind => (
            "See what each model is for: quartet models list",
            "查看每个模型的用途：quartet models list",
        ),
        Code::RunFailed => (
            "Try again. If it happens again, verify the models' files: quartet models verify",
            "请重试。若仍然出错，请校验模型文件：quartet models verify",
        ),
        Code::ModelNotFinite => (
            "Verify the models' files: quartet models verify. Or choose another: --model ID",
            "请校验模型文件：quartet models verify。或换用其他模型：--model ID",
        ),
        Code::WorkUnknown => (
            "See the ids of the works that are here: quartet works list",
            "查看已有作品的 id：quartet works list",
        ),
        Code::LessonUnknown => (
            "See the ids of the lessons that are here: quartet lessons list. Or name a lesson's folder",
            "查看已有课程的 id：quartet lessons list。也可以给出课程文件夹",
        ),
        Code::DeckUnknown => (
            "See the ids of the decks that are here: quartet decks list",
            "查看已有演示流程的 id：quartet decks list",
        ),
        Code::ParameterOutOfRange => (
            "Change it, or leave the option out.",
            "请修改，或不写这个参数。",
        ),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::arguments::Arguments;

    /// The commands in a sentence: from `quartet` to what ends it.
    fn commands(text: &str) -> Vec<String> {
        let after = text.split("quartet ").skip(1);
        after
            .map(|rest| {
                let end = rest.find(['.', '。', '，']).unwrap_or(rest.len());
                format!("quartet {}", &rest[..end])
            })
            .collect()
    }

    #[test]
    fn what_is_to_be_typed_can_be() {
        let mut found = 0;
        for code in Code::ALL {
            let Some((en, zh)) = in_terminal(*code) else {
                continue;
            };
            assert_eq!(commands(en), commands(zh), "{code:?}");
            for command in commands(en) {
                let words = command.split_whitespace();
                let parsed = Arguments::try_parse_from(words);
                assert!(parsed.is_ok(), "{command}");
                found += 1;
            }
        }
        assert!(found >= 7);
    }
}
