//! What the model is asked for, in the language of the meeting.

use quartet_pipelines::text::{Message, Role};

use super::sections::Section;

/// Plain words and short lists: small models follow them best.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Prompts {
    English,
    Chinese,
}

impl Prompts {
    /// English for every language but Chinese.
    pub(super) fn of(language: &str) -> Self {
        if language.starts_with("zh") || language == "yue" {
            Self::Chinese
        } else {
            Self::English
        }
    }

    pub(super) fn title(self, name: &str) -> String {
        match self {
            Self::English => format!("Minutes: {name}"),
            Self::Chinese => format!("会议纪要：{name}"),
        }
    }

    /// Notes of one piece of a transcript.
    pub(super) fn notes(self, piece: &str, number: u32, total: u32) -> Vec<Message> {
        self.asked(&match self {
            Self::English => format!(
                "This is part {number} of {total} of the transcript of a meeting. List what matters \
                 in it as short bullet points: topics, decisions, tasks with names and dates. Write \
                 only what was said.\n\nTranscript:\n{piece}"
            ),
            Self::Chinese => format!(
                "下面是一次会议记录的第 {number} 部分（共 {total} 部分）。请用简短的要点列出其中重要的内容：\
                 议题、决定、任务（负责人和日期）。只写说过的内容。\n\n记录：\n{piece}"
            ),
        })
    }

    /// The minutes, of a whole transcript or of notes.
    pub(super) fn minutes(self, text: &str, are_notes: bool) -> Vec<Message> {
        self.asked(&match (self, are_notes) {
            (Self::English, false) => format!(
                "Write the minutes of this meeting in Markdown, with the headings ## Summary, ## Decisions \
                 and ## Tasks. The summary is two or three sentences. Decisions and tasks are lists; a \
                 task says who, what and until when. Write only what was said, and None where there is \
                 none.\n\nTranscript:\n{text}"
            ),
            (Self::English, true) => format!(
                "These are the notes of one meeting, in order. Write its minutes in Markdown, with the \
                 headings ## Summary, ## Decisions and ## Tasks. The summary is two or three sentences. \
                 Decisions and tasks are lists; a task says who, what and until when. Write only what is \
                 in the notes, and None where there is none.\n\nNotes:\n{text}"
            ),
            (Self::Chinese, false) => format!(
                "请根据下面的会议记录写一份 Markdown 格式的会议纪要，标题是：## 摘要、## 决定、## 任务。\
                 摘要写两三句话；决定和任务写成列表，任务写明谁、做什么、何时完成。只写说过的内容，\
                 没有的写“无”。\n\n记录：\n{text}"
            ),
            (Self::Chinese, true) => format!(
                "下面是一次会议按顺序记下的要点。请据此写一份 Markdown 格式的会议纪要，标题是：## 摘要、\
                 ## 决定、## 任务。摘要写两三句话；决定和任务写成列表，任务写明谁、做什么、何时完成。\
                 只写要点中有的内容，没有的写“无”。\n\n要点：\n{text}"
            ),
        })
    }

    /// Of a section of the minutes.
    pub(super) fn heading(self, section: Section) -> &'static str {
        match (self, section) {
            (Self::English, Section::Summary) => "Summary",
            (Self::English, Section::Decisions) => "Decisions",
            (Self::English, Section::Tasks) => "Tasks",
            (Self::English, Section::Open) => "Questions and open points",
            (Self::Chinese, Section::Summary) => "摘要",
            (Self::Chinese, Section::Decisions) => "决定",
            (Self::Chinese, Section::Tasks) => "任务",
            (Self::Chinese, Section::Open) => "问题与待定",
        }
    }

    /// What stands under a heading that has nothing.
    pub(super) fn none(self) -> &'static str {
        match self {
            Self::English => "None",
            Self::Chinese => "无",
        }
    }

    /// That something was left out; how much stands in the statistics.
    pub(super) fn left_out(self) -> &'static str {
        match self {
            Self::English => "*Some of the draft was not said in the recording and was left out.*",
            Self::Chinese => "*草稿中有些内容在录音里没有说过，已略去。*",
        }
    }

    fn asked(self, prompt: &str) -> Vec<Message> {
        let system = match self {
            Self::English => "You take the minutes of meetings, briefly and faithfully.",
            Self::Chinese => "你是会议记录员，记录简明、忠实。",
        };
        let message = |role, content: &str| Message {
            role,
            content: content.to_owned(),
        };
        vec![message(Role::System, system), message(Role::User, prompt)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meeting_is_summed_up_in_its_own_language() {
        assert_eq!(Prompts::of("zh"), Prompts::Chinese);
        assert_eq!(Prompts::of("de"), Prompts::English);
        let asked = Prompts::Chinese.minutes("大家好", false);
        assert!(asked[1].content.ends_with("记录：\n大家好"));
        let asked = Prompts::English.notes("Hello.", 2, 3);
        assert!(asked[1].content.contains("part 2 of 3"));
        assert_eq!(Prompts::Chinese.title("a.wav"), "会议纪要：a.wav");
    }
}
