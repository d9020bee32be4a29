//! Four lines about a topic: how a text model is asked for them, and how they are found in what it
//! writes.

use quartet_pipelines::text::{Message, Role};

use crate::film_orders::StoryLine;

/// As many as a film of half a minute shows.
const LINES: usize = 4;
/// A longer line is cut: it is a caption.
const LONGEST: usize = 160;

/// What the answer begins with.
pub(super) const START: &str = "1.";

/// Plain words: small models follow them best.
pub(super) fn asked(topic: &str, language: &str) -> Vec<Message> {
    let topic = topic.trim();
    let (system, prompt) = if language.starts_with("zh") {
        (
            "你写非常短的看图故事。",
            format!(
                "请用恰好四个简短的句子讲一个关于“{topic}”的故事。每句话说一样看得见、画得出的东西。\
                 每句一行，用 1 到 4 编号。"
            ),
        )
    } else {
        (
            "You write very short picture stories.",
            format!(
                "Tell a story about {topic} in exactly four short sentences. Each sentence names one \
                 thing that can be seen and drawn. One sentence a line, numbered from 1 to 4."
            ),
        )
    };
    let message = |role, content: String| Message { role, content };
    vec![
        message(Role::System, system.to_owned()),
        message(Role::User, prompt),
    ]
}

/// At most four lines of what was written: without numbers, bullets and headings; where the model wrote
/// one paragraph, its sentences. Empty where it wrote no words.
pub(super) fn lines(written: &str) -> Vec<StoryLine> {
    let bare = |line: &str| bare(line).to_owned();
    let lines: Vec<String> = written
        .lines()
        .map(bare)
        .filter(|line| is_line(line))
        .collect();
    let lines = if lines.len() > 1 {
        lines
    } else {
        sentences(written)
            .iter()
            .map(|line| bare(line))
            .filter(|line| is_line(line))
            .collect()
    };
    let line = |text: String| StoryLine {
        prompt: text
            .trim_end_matches(['.', '!', '?', '。', '！', '？'])
            .to_owned(),
        text,
    };
    lines.into_iter().take(LINES).map(cut).map(line).collect()
}

/// A line that says something, and is no heading.
fn is_line(line: &str) -> bool {
    line.chars().any(char::is_alphabetic) && !line.ends_with([':', '：'])
}

fn bare(line: &str) -> &str {
    let line = line
        .trim()
        .trim_start_matches(['-', '*', '•', '#', '>', ' ']);
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let line = if rest.len() < line.len() {
        rest.trim_start_matches(['.', ')', '、', '．', ':', '：', ' '])
    } else {
        line
    };
    line.trim_matches(['"', '“', '”', '*', ' '])
}

fn sentences(text: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    for character in text.chars() {
        let ends = matches!(character, '.' | '!' | '?' | '。' | '！' | '？' | '\n');
        if let Some(last) = found.last_mut() {
            last.push(character);
        }
        if ends {
            found.push(String::new());
        }
    }
    found
}

/// Between words, where there are spaces.
fn cut(line: String) -> String {
    if line.chars().count() <= LONGEST {
        return line;
    }
    let start: String = line.chars().take(LONGEST - 1).collect();
    let end = start.rfind(' ').unwrap_or(start.len());
    format!("{}…", &start[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(written: &str) -> Vec<String> {
        lines(written).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn numbers_headings_and_quotes_are_no_part_of_a_story() {
        let written = "Here is a story:\n\n1. A fox wakes up.\n2) \"It sees a **moon**.\"\n- 3. Rain!\n\
                       4、狐狸回家。\n5. Too much.";
        assert_eq!(
            texts(written),
            [
                "A fox wakes up.",
                "It sees a **moon**.",
                "Rain!",
                "狐狸回家。"
            ]
        );
        assert_eq!(lines(written)[0].prompt, "A fox wakes up");
    }

    #[test]
    fn a_paragraph_is_cut_into_its_sentences() {
        let written = "A fox wakes up. It sees the moon! Does it rain? It goes home. The end.";
        assert_eq!(texts(written).len(), 4);
        assert_eq!(texts("狐狸醒了。下雨了。"), ["狐狸醒了。", "下雨了。"]);
    }

    #[test]
    fn nothing_is_no_story_and_endless_lines_end() {
        assert!(texts("").is_empty() && texts("1.\n2.\n…").is_empty());
        let long = texts(&"word ".repeat(100));
        assert!(long[0].chars().count() <= LONGEST && long[0].ends_with("word…"));
    }

    #[test]
    fn a_story_is_asked_for_in_its_language() {
        assert!(asked("a fox", "en")[1].content.contains("about a fox"));
        assert!(asked("狐狸", "zh-CN")[1].content.contains("“狐狸”"));
    }
}
