//! Minutes of what was said: the lines of a draft that the talk supports, and what the draft left out.

use std::{collections::BTreeSet, fmt::Write as _, ops::Range};

use quartet_pipelines::audio::transcription::Segment;

use super::{
    prompts::Prompts,
    sections::{Section, claims, kind, sentences},
};
use crate::grounding::{Source, Verdict, likeness};

/// Two lines that share this much of their words say the same.
const SAME: f32 = 0.7;
/// What the summary and the lists hold at most.
const SUMMARY: usize = 3;
const LIST: usize = 12;
/// Sentences that stand for a summary where the draft has none.
const GIST: usize = 2;

/// What was said, sentence by sentence, each with its time in seconds.
#[derive(Debug)]
pub(super) struct Talk {
    sentences: Vec<(f64, String)>,
    source: Source,
}

#[derive(Debug, Clone, PartialEq)]
struct Line {
    text: String,
    section: Section,
    /// Sentences of the talk.
    place: Range<usize>,
}

impl Talk {
    pub(super) fn of(segments: &[Segment]) -> Self {
        let mut said = Vec::new();
        for segment in segments {
            let length = segment.text.chars().count().max(1) as f64;
            let mut behind = 0;
            for sentence in sentences(&segment.text) {
                // A sentence's time is shared out by how much is said.
                let share = f64::from(behind) / length;
                said.push((
                    segment.start + (segment.end - segment.start) * share,
                    sentence.to_owned(),
                ));
                behind += sentence.chars().count() as u32;
            }
        }
        Self {
            source: Source::new(said.iter().map(|(_, text)| text.as_str())),
            sentences: said,
        }
    }

    /// The lines that are in the talk; all of them where none is.
    pub(super) fn supported(&self, lines: Vec<String>) -> Vec<String> {
        let is_said = |line: &&String| matches!(self.source.check(line), Verdict::Supported(_));
        let kept: Vec<String> = lines.iter().filter(is_said).cloned().collect();
        if kept.is_empty() { lines } else { kept }
    }

    /// Markdown under our own headings, each line with the time at which it was said; and how many lines of the
    /// draft are not there, since nobody said so. What a draft says twice counts once.
    pub(super) fn minutes(&self, draft: &str, prompts: Prompts) -> (String, u32) {
        let mut lines: Vec<Line> = Vec::new();
        let mut left_out = BTreeSet::new();
        let mut for_summary = Vec::new();
        for (section, text) in claims(draft) {
            let Verdict::Supported(place) = self.source.check(&text) else {
                left_out.insert(text);
                continue;
            };
            let section = match (section, kind(&self.said(&place))) {
                (Section::Summary, _) | (_, None) => Section::Summary,
                (_, Some(section)) => section,
            };
            let line = Line {
                text,
                section,
                place,
            };
            if section == Section::Summary {
                for_summary.push(line);
            } else {
                add(&mut lines, line, LIST);
            }
        }
        self.complete(&mut lines);
        for line in for_summary {
            add(&mut lines, line, SUMMARY);
        }
        self.gist(&mut lines);
        lines.sort_by_key(|line| line.place.start);
        let text = self.markdown(&lines, !left_out.is_empty(), prompts);
        (text, left_out.len() as u32)
    }

    fn said(&self, place: &Range<usize>) -> String {
        let said = self.sentences.get(place.clone()).unwrap_or_default();
        let texts: Vec<&str> = said.iter().map(|(_, text)| text.as_str()).collect();
        texts.join(" ")
    }

    /// Adds the decisions and tasks that a small model overlooked, in the words in which they were said.
    fn complete(&self, lines: &mut Vec<Line>) {
        for (at, (_, text)) in self.sentences.iter().enumerate() {
            let Some(section) = kind(text) else { continue };
            let told = lines.iter().any(|line| {
                line.place.contains(&at) && likeness(&line.text, text) >= SAME
                    || line.place == (at..at + 1)
            });
            if !told {
                let (text, place) = (text.clone(), at..at + 1);
                add(
                    lines,
                    Line {
                        text,
                        section,
                        place,
                    },
                    LIST,
                );
            }
        }
    }

    /// Where nothing of the draft's summary was said: the sentences that share most with the others.
    fn gist(&self, lines: &mut Vec<Line>) {
        if lines.iter().any(|line| line.section == Section::Summary) {
            return;
        }
        let free = |at: &usize| !lines.iter().any(|line| line.place.contains(at));
        let mut places: Vec<usize> = (0..self.sentences.len()).filter(free).collect();
        if places.is_empty() {
            places = (0..self.sentences.len()).take(1).collect();
        }
        let worth = |at: usize| -> f32 {
            let text = &self.sentences[at].1;
            let others = self
                .sentences
                .iter()
                .map(|(_, other)| likeness(text, other));
            // A greeting shares nothing, and says little.
            others.sum::<f32>() + (text.chars().count() as f32 / 100.0).min(1.0)
        };
        places.sort_by(|a, b| worth(*b).total_cmp(&worth(*a)));
        for at in places.into_iter().take(GIST) {
            lines.push(Line {
                text: self.sentences[at].1.clone(),
                section: Section::Summary,
                place: at..at + 1,
            });
        }
    }

    fn markdown(&self, lines: &[Line], has_left_out: bool, prompts: Prompts) -> String {
        let mut text = String::new();
        for section in Section::ALL {
            // Writing to a string does not fail.
            let _ = write!(text, "## {}\n\n", prompts.heading(section));
            let mut empty = true;
            for line in lines.iter().filter(|line| line.section == section) {
                let at = self
                    .sentences
                    .get(line.place.start)
                    .map_or(0.0, |(at, _)| *at);
                let _ = writeln!(text, "- {} [{}]", line.text, clock(at));
                empty = false;
            }
            if empty {
                let _ = writeln!(text, "{}", prompts.none());
            }
            text.push('\n');
        }
        if has_left_out {
            text += prompts.left_out();
        }
        text.trim_end().to_owned()
    }
}

/// Adds a line that says what no other says, as long as its section has room.
fn add(lines: &mut Vec<Line>, line: Line, most: usize) {
    let alike = |other: &Line| likeness(&other.text, &line.text) >= SAME;
    let count = lines
        .iter()
        .filter(|other| other.section == line.section)
        .count();
    if count < most && !lines.iter().any(alike) {
        lines.push(line);
    }
}

/// `1:05`, `1:02:03`
fn clock(seconds: f64) -> String {
    let whole = seconds.max(0.0) as u64;
    let (hours, minutes, seconds) = (whole / 3600, whole / 60 % 60, whole % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn talk(segments: &[(f64, &str)]) -> Talk {
        let segment = |(start, text): &(f64, &str)| Segment {
            start: *start,
            end: start + 10.0,
            text: (*text).to_owned(),
            pieces: Vec::new(),
            temperature: 0.0,
        };
        Talk::of(&segments.iter().map(segment).collect::<Vec<_>>())
    }

    #[test]
    fn only_what_was_said_stands_each_line_once_with_its_time() {
        let talk = talk(&[
            (
                0.0,
                "Good morning. The summer concert is in the garden this year.",
            ),
            (
                65.0,
                "We agreed to start at seven. Tom will bring the projector on Friday.",
            ),
        ]);
        let same = "- Tom brings the projector on Friday\n- Anna will buy 12 flowers\n";
        let draft = format!(
            "## Summary (two or three sentences)\nThe concert is in the garden this year. {same}\n\
             ## Decisions (a list)\n{same}## Tasks (a list: who, what)\n{same}"
        );
        let (minutes, left_out) = talk.minutes(&draft, Prompts::English);
        // The same line under three headings is one.
        assert_eq!(left_out, 1);
        assert_eq!(
            minutes,
            "## Summary\n\n- The concert is in the garden this year. [0:02]\n\n\
             ## Decisions\n\n- We agreed to start at seven. [1:05]\n\n\
             ## Tasks\n\n- Tom brings the projector on Friday [1:09]\n\n\
             *Some of the draft was not said in the recording and was left out.*"
        );
    }

    #[test]
    fn a_talk_without_tasks_and_decisions_has_none() {
        let talk = talk(&[
            (0.0, "大家好，今天我们聊一本关于海洋的书。"),
            (12.0, "作者在船上住了两年，书里的海洋很安静。"),
        ]);
        let draft = "## 摘要\n今天聊一本关于海洋的书。\n## 决定\n- 阅读《红楼梦》\n## 任务（谁、做什么）\n\
                     - 张三：阅读第三章\n- 李四：写读后感";
        let (minutes, left_out) = talk.minutes(draft, Prompts::Chinese);
        assert_eq!(left_out, 3);
        assert_eq!(
            minutes,
            "## 摘要\n\n- 今天聊一本关于海洋的书。 [0:00]\n\n## 决定\n\n无\n\n## 任务\n\n无\n\n\
             *草稿中有些内容在录音里没有说过，已略去。*"
        );
    }

    #[test]
    fn without_a_draft_what_was_said_speaks_for_itself() {
        let talk = talk(&[(
            3.0,
            "Please close the window. The window is open and it is cold.",
        )]);
        let (minutes, left_out) = talk.minutes("", Prompts::English);
        assert_eq!(left_out, 0);
        assert!(
            minutes.contains("## Tasks\n\n- Please close the window. [0:03]"),
            "{minutes}"
        );
        assert!(
            minutes.contains("- The window is open and it is cold."),
            "{minutes}"
        );
        assert!(minutes.contains("## Decisions\n\nNone"), "{minutes}");
    }
}
