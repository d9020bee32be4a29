//! The lines of minutes: of a draft only what was said, each with its time and under one heading.

/// What minutes are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Summary,
    Decisions,
    Tasks,
    /// Questions, and what was not decided.
    Open,
}

impl Section {
    pub(super) const ALL: [Self; 4] = [Self::Summary, Self::Decisions, Self::Tasks, Self::Open];

    /// What headings of it are called by those who write them.
    fn words(self) -> &'static [&'static str] {
        match self {
            Self::Summary => &["summary", "overview", "摘要", "总结", "概要", "概述"],
            Self::Decisions => &["decision", "决定", "决议", "决策"],
            Self::Tasks => &["task", "action", "to do", "to-do", "任务", "待办", "行动"],
            // No draft is asked for it.
            Self::Open => &[],
        }
    }
}

/// Each claim of a draft with the section it stands in; sentences of the summary are claims of their own.
pub(super) fn claims(draft: &str) -> Vec<(Section, String)> {
    let mut section = Section::Summary;
    let mut claims = Vec::new();
    for line in draft.lines() {
        let (line, rest) = match heading(line) {
            None => (line, None),
            Some((next, rest)) => {
                section = next;
                ("", rest)
            }
        };
        let line = plain(rest.unwrap_or(line));
        if section == Section::Summary {
            claims.extend(sentences(&line).map(|one| (section, plain(one))));
        } else if !line.is_empty() {
            claims.push((section, line));
        }
    }
    claims.retain(|(_, claim)| !is_none(claim));
    claims
}

/// Which section begins with a line, and what of the line already belongs to it.
fn heading(line: &str) -> Option<(Section, Option<&str>)> {
    let marked = line.trim_start();
    // What stands in brackets behind it is the instruction.
    let bracket = marked.find(['(', '（']).filter(|place| {
        let colon = marked.find([':', '：']);
        marked.starts_with(['#', '*']) && colon.is_none_or(|colon| *place < colon)
    });
    let marked = bracket.map_or(marked, |place| &marked[..place]);
    let (name, rest) = match marked.find([':', '：']) {
        Some(place) => {
            let (name, rest) = marked.split_at(place);
            (name, Some(rest.trim_start_matches([':', '：', '*', ' '])))
        }
        None => (marked, None),
    };
    let lower = name.to_lowercase();
    let known = |section: &Section| section.words().iter().any(|word| lower.contains(word));
    let section = Section::ALL.into_iter().find(known)?;
    let is_heading =
        marked.starts_with('#') || marked.starts_with("**") || name.chars().count() <= 12;
    is_heading.then_some((section, rest.filter(|rest| !rest.is_empty())))
}

/// A line without its marks of Markdown.
fn plain(line: &str) -> String {
    let line = line
        .trim()
        .trim_start_matches(['-', '*', '•', '#', '>', '+', ' ']);
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = digits
        .strip_prefix(['.', ')', '、'])
        .filter(|_| digits.len() < line.len());
    let line = numbered.unwrap_or(line).trim();
    line.replace("**", "").replace('`', "").trim().to_owned()
}

fn is_none(claim: &str) -> bool {
    let lower = claim.to_lowercase();
    let bare = lower.trim_matches(|c: char| !c.is_alphanumeric());
    [
        "none", "无", "没有", "n/a", "na", "null", "nothing", "暂无", "",
    ]
    .contains(&bare)
}

/// The sentences of a text, with the marks at their ends.
pub(super) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text.trim();
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut places = rest.char_indices().peekable();
        let mut end = rest.len();
        while let Some((place, c)) = places.next() {
            let next = places.peek().map(|(_, next)| *next);
            let ends =
                "。！？".contains(c) || ".!?".contains(c) && next.is_none_or(char::is_whitespace);
            // Mr. and the like end no sentence.
            let before = rest[..place].rsplit(' ').next().unwrap_or_default();
            let title = c == '.' && ["Mr", "Mrs", "Ms", "Dr", "St", "No"].contains(&before);
            if ends && !title {
                end = place + c.len_utf8();
                break;
            }
        }
        let (sentence, later) = rest.split_at(end);
        rest = later.trim_start();
        Some(sentence)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_its_claims_whatever_its_headings_are_like() {
        let draft = "## Summary (two or three sentences)\nTea is hot. Mr. Fox likes it.\n\n**Decisions:**\n\
                     1. **Friday**: tea\n- None\n### Tasks: Tom buys tea\n无";
        let (summary, decisions, tasks) = (Section::Summary, Section::Decisions, Section::Tasks);
        let found = claims(draft);
        let found: Vec<_> = found
            .iter()
            .map(|(section, claim)| (*section, claim.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                (summary, "Tea is hot."),
                (summary, "Mr. Fox likes it."),
                (decisions, "Friday: tea"),
                (tasks, "Tom buys tea"),
            ]
        );
        let found = claims("会议摘要：大家喝茶。\n决定\n1、周五喝茶\n## 任务（列表：谁、做什么）");
        assert_eq!(found[0], (summary, "大家喝茶。".to_owned()));
        assert_eq!(found[1], (decisions, "周五喝茶".to_owned()));
    }
}
