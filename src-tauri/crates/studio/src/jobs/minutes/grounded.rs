//! Minutes of what was said: each line is a sentence of the talk, in its own words.
//!
//! The draft chooses: what it says of a sentence stands where that is the sentence made shorter, else the sentence
//! itself, in quotation marks. So nothing is in minutes that was not said.

use std::{collections::BTreeSet, fmt::Write as _};

use quartet_pipelines::audio::transcription::Segment;

use super::{
    cues::kind,
    prompts::Prompts,
    sections::{Section, claims, sentences},
};
use crate::grounding::{Source, Verdict, has_numbers};

/// What a list holds at most.
const LIST: usize = 30;
/// The summary has a line for so many sentences of the talk, and so many at least and at most.
const SHARE: usize = 3;
const SUMMARY: (usize, usize) = (5, 12);
/// So many words that carry sense has a sentence that is worth adding; greetings have fewer.
const WORTH: usize = 3;
/// A sentence goes on in the next segment: within so many seconds, and up to so many characters.
const PAUSE: f64 = 2.0;
const LONGEST: usize = 160;

/// What was said, sentence by sentence.
#[derive(Debug)]
pub(super) struct Talk {
    said: Vec<Said>,
    source: Source,
}

#[derive(Debug, Clone, PartialEq)]
struct Said {
    /// Seconds
    at: f64,
    text: String,
}

#[derive(Debug, Clone, PartialEq)]
struct Line {
    text: String,
    section: Section,
    /// Of the sentence in the talk.
    place: usize,
}

impl Talk {
    pub(super) fn of(segments: &[Segment]) -> Self {
        let mut said = Vec::new();
        let mut run: Vec<&Segment> = Vec::new();
        for segment in segments.iter().filter(|one| !one.text.trim().is_empty()) {
            if run.last().is_some_and(|last| !goes_on(last, segment, &run)) {
                said.extend(parted(&std::mem::take(&mut run)));
            }
            run.push(segment);
        }
        said.extend(parted(&run));
        Self {
            source: Source::new(said.iter().map(|said| said.text.as_str())),
            said,
        }
    }

    /// The sentences that lines are about, each once and in order; the lines themselves where there is none.
    pub(super) fn supported(&self, lines: Vec<String>) -> Vec<String> {
        let places: BTreeSet<usize> = lines.iter().flat_map(|line| self.places(line)).collect();
        if places.is_empty() {
            return lines;
        }
        let said = places.into_iter().filter_map(|place| self.said.get(place));
        said.map(|said| said.text.clone()).collect()
    }

    fn places(&self, claim: &str) -> Vec<usize> {
        match self.source.check(claim) {
            Verdict::Said(place) => vec![place],
            Verdict::Near(places) => places,
            Verdict::Unsupported => Vec::new(),
        }
    }

    /// Markdown under our own headings, each line with the time at which it was said; and how many lines of the
    /// draft are not there, since nobody said the like. What a draft says twice counts once.
    pub(super) fn minutes(&self, draft: &str, prompts: Prompts) -> (String, u32) {
        let mut lines: Vec<Line> = Vec::new();
        let mut left_out = BTreeSet::new();
        for (_, claim) in claims(draft) {
            match self.source.check(&claim) {
                Verdict::Said(place) => {
                    self.add(&mut lines, place, self.shorter(claim, place));
                }
                Verdict::Near(places) => {
                    for place in places {
                        self.add(&mut lines, place, self.quoted(place));
                    }
                }
                Verdict::Unsupported => {
                    left_out.insert(claim);
                }
            }
        }
        self.complete(&mut lines);
        lines.sort_by_key(|line| line.place);
        let text = self.markdown(&lines, !left_out.is_empty(), prompts);
        (text, left_out.len() as u32)
    }

    fn text(&self, place: usize) -> &str {
        self.said.get(place).map_or("", |said| &said.text)
    }

    fn quoted(&self, place: usize) -> String {
        let within = self.text(place).replace('“', "‘").replace('”', "’");
        format!("“{}”", within.replace('"', "'"))
    }

    /// A line that says what a sentence says; in quotation marks where it is that sentence.
    fn shorter(&self, claim: String, place: usize) -> String {
        let letters =
            |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
        if letters(&claim) == letters(self.text(place)) {
            self.quoted(place)
        } else {
            claim
        }
    }

    /// Adds a sentence where none says it yet, and its section has room.
    fn add(&self, lines: &mut Vec<Line>, place: usize, text: String) {
        let section = kind(self.text(place)).unwrap_or(Section::Summary);
        let most = match section {
            // A date or a price that is lost is missed most.
            Section::Summary if has_numbers(self.text(place)) => SUMMARY.1,
            Section::Summary => self.summary_length(),
            _ => LIST,
        };
        let count = lines.iter().filter(|line| line.section == section).count();
        let is_told = |line: &Line| line.place == place || line.text == text;
        if count < most && !lines.iter().any(is_told) {
            lines.push(Line {
                text,
                section,
                place,
            });
        }
    }

    fn summary_length(&self) -> usize {
        (self.said.len() / SHARE).clamp(SUMMARY.0, SUMMARY.1)
    }

    /// Adds what a small model overlooked: decisions, tasks, questions, then sentences with numbers, then as
    /// many others as there is room for.
    fn complete(&self, lines: &mut Vec<Line>) {
        let has_kind = |place: &usize| kind(self.text(*place)).is_some();
        let counts = |place: &usize| has_numbers(self.text(*place));
        let all = 0..self.said.len();
        for place in all.clone().filter(has_kind).chain(all.filter(counts)) {
            self.add(lines, place, self.quoted(place));
        }
        let of_summary = lines.iter().filter(|line| line.section == Section::Summary);
        if of_summary.count() >= self.summary_length() {
            return;
        }
        for place in self.gist() {
            self.add(lines, place, self.quoted(place));
        }
    }

    /// Sentences that share most with the others before those that share little.
    fn gist(&self) -> Vec<usize> {
        let says = |place: &usize| self.source.weight(*place) >= WORTH;
        let mut places: Vec<usize> = (0..self.said.len()).filter(says).collect();
        let worth = |place: usize| -> f32 {
            let length = self.text(place).chars().count() as f32 / 100.0;
            self.source.kinship(place) + length.min(1.0)
        };
        places.sort_by_cached_key(|place| -(worth(*place) * 1000.0) as i64);
        if places.is_empty() {
            places.extend(0..self.said.len());
        }
        places
    }

    fn markdown(&self, lines: &[Line], has_left_out: bool, prompts: Prompts) -> String {
        let mut text = String::new();
        for section in Section::ALL {
            let of_section = lines.iter().filter(|line| line.section == section);
            let of_section: Vec<&Line> = of_section.collect();
            if section == Section::Open && of_section.is_empty() {
                continue;
            }
            // Writing to a string does not fail.
            let _ = write!(text, "## {}\n\n", prompts.heading(section));
            for line in &of_section {
                let at = self.said.get(line.place).map_or(0.0, |said| said.at);
                let _ = writeln!(text, "- {} [{}]", line.text, clock(at));
            }
            if of_section.is_empty() {
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

/// Whether the sentence that `last` breaks off in goes on in `next`.
fn goes_on(last: &Segment, next: &Segment, run: &[&Segment]) -> bool {
    let ends = last
        .text
        .trim_end()
        .ends_with(['.', '!', '?', '。', '！', '？', '…']);
    let length: usize = run.iter().map(|segment| segment.text.chars().count()).sum();
    !ends && next.start - last.end < PAUSE && length < LONGEST
}

/// The sentences of segments that belong together. Within a segment a sentence's time is shared out by how much
/// is said.
fn parted(run: &[&Segment]) -> Vec<Said> {
    let mut text = String::new();
    // Where in the text each segment begins.
    let mut begins = Vec::new();
    for segment in run {
        let more = segment.text.trim();
        // Chinese and Japanese stand without spaces.
        let dense = |c: char| c >= '\u{2e80}';
        if !text.is_empty() && !text.ends_with(dense) && !more.starts_with(dense) {
            text.push(' ');
        }
        begins.push((text.len(), segment));
        text.push_str(more);
    }
    let at = |place: usize| {
        let Some((begin, segment)) = begins.iter().rev().find(|(begin, _)| *begin <= place) else {
            return 0.0;
        };
        let share = (place - begin) as f64 / segment.text.trim().len().max(1) as f64;
        segment.start + (segment.end - segment.start) * share
    };
    let mut behind = 0;
    let said = sentences(&text).map(|sentence| {
        let place = text[behind..]
            .find(sentence)
            .map_or(behind, |place| behind + place);
        behind = place + sentence.len();
        Said {
            at: at(place),
            text: sentence.to_owned(),
        }
    });
    said.collect()
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
            "## Summary\n\n- “The summer concert is in the garden this year.” [0:02]\n\n\
             ## Decisions\n\n- “We agreed to start at seven.” [1:05]\n\n\
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
            "## 摘要\n\n- “大家好，今天我们聊一本关于海洋的书。” [0:00]\n\
             - “作者在船上住了两年，书里的海洋很安静。” [0:12]\n\n## 决定\n\n无\n\n## 任务\n\n无\n\n\
             *草稿中有些内容在录音里没有说过，已略去。*"
        );
    }

    #[test]
    fn what_a_draft_turns_mixes_or_adds_gives_way_to_what_was_said() {
        let talk = talk(&[
            (0.0, "Tom asked Anna to bring the balls, but Anna said no."),
            (
                20.0,
                "We have not decided who pays for the lunch. Please bring your own",
            ),
            (
                30.0,
                "water bottle. Peter will print the notices and Lucy will book the bus.",
            ),
        ]);
        let draft = "## Decisions\n- Anna asked Tom to bring the balls\n- Who pays for the lunch\n## Tasks\n\
                     - Committee requested that all attendees bring their own water bottle\n\
                     - Peter will book the bus\n- Anna will bring the balls";
        let (minutes, left_out) = talk.minutes(draft, Prompts::English);
        assert_eq!(left_out, 0);
        assert_eq!(
            minutes,
            "## Summary\n\n- “Tom asked Anna to bring the balls, but Anna said no.” [0:00]\n\n\
             ## Decisions\n\nNone\n\n\
             ## Tasks\n\n- “Please bring your own water bottle.” [0:26]\n\
             - “Peter will print the notices and Lucy will book the bus.” [0:32]\n\n\
             ## Questions and open points\n\n- “We have not decided who pays for the lunch.” [0:20]"
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
            minutes.contains("## Tasks\n\n- “Please close the window.” [0:03]"),
            "{minutes}"
        );
        assert!(
            minutes.contains("- “The window is open and it is cold.”"),
            "{minutes}"
        );
        assert!(minutes.contains("## Decisions\n\nNone"), "{minutes}");
    }
}
