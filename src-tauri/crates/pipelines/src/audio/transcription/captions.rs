//! What was said as captions on a screen: one or two lines each, parted where the sense allows.

use super::{characters::is_character, types::Segment};

/// Letters of a line; a Chinese line holds 20 characters (guidelines of Netflix for either).
const WIDEST: f32 = 42.0;
const WIDE_CHARACTER: f32 = WIDEST / 20.0;
const LINES: usize = 2;

/// A caption is shown this long where the next one leaves the time, in seconds.
const SHORTEST: f64 = 1.0;

/// What a break costs: after a sentence, a clause, before a word that opens a phrase, elsewhere, after a
/// word that belongs to the next.
const SENTENCE: f32 = 0.0;
const CLAUSE: f32 = 1.0;
const PHRASE: f32 = 3.0;
const WORDS: f32 = 6.0;
const BOUND: f32 = 12.0;
/// That of one more caption, and of a line that is left empty.
const CAPTION: f32 = 8.0;
const EMPTY: f32 = 6.0;

/// English words that open a phrase, and those that belong to the word after them.
const OPENING: [&str; 28] = [
    "and", "but", "or", "so", "because", "that", "which", "who", "when", "where", "while", "if",
    "as", "than", "to", "of", "in", "on", "at", "for", "with", "from", "by", "into", "about",
    "after", "before", "until",
];
const BINDING: [&str; 14] = [
    "a", "an", "the", "my", "your", "his", "her", "its", "our", "their", "this", "no", "mr.", "dr.",
];
/// Chinese characters that mostly end a phrase, and those that mostly open one.
const ENDS: &str = "的了吗呢吧啊着过们后时里上下";
const OPENS: &str = "和与或但而因所如就也还都在把被从对给让并请我你他她它这那";

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Caption {
    pub(super) start: f64,
    pub(super) end: f64,
    pub(super) lines: Vec<String>,
}

pub(super) fn captions(segments: &[Segment]) -> Vec<Caption> {
    let mut captions: Vec<Caption> = segments.iter().flat_map(of_segment).collect();
    let starts: Vec<f64> = captions.iter().skip(1).map(|next| next.start).collect();
    let nexts = starts.into_iter().map(Some).chain([None]);
    for (caption, next) in captions.iter_mut().zip(nexts) {
        let wanted = caption.start + SHORTEST;
        let longest = next.map_or(wanted, |next| wanted.min(next));
        caption.end = caption.end.max(longest);
    }
    captions
}

/// A segment's captions share its time by what is said in them.
fn of_segment(segment: &Segment) -> Vec<Caption> {
    let atoms = atoms(&segment.text);
    let all: f32 = atoms.iter().map(|atom| atom.width).sum();
    let length = (segment.end - segment.start).max(0.0);
    let time = |width: f32| segment.start + length * f64::from(width / all.max(1.0));
    let mut behind = 0.0;
    let mut captions = Vec::new();
    for lines in laid_out(&atoms) {
        let start = time(behind);
        let width = |line: &[Atom]| line.iter().map(|atom| atom.width).sum::<f32>();
        behind += lines.iter().map(|line| width(line)).sum::<f32>();
        let text = |line: &[Atom]| {
            let line: String = line.iter().map(|atom| atom.text.as_str()).collect();
            line.trim().to_owned()
        };
        captions.push(Caption {
            start,
            end: time(behind),
            lines: lines.iter().map(|line| text(line)).collect(),
        });
    }
    captions
}

/// What no line parts: a word, or a Chinese character, with the marks and the space after it.
#[derive(Debug, Clone, PartialEq)]
struct Atom {
    text: String,
    width: f32,
    /// Of a break after it.
    cost: f32,
}

fn is_wide(c: char) -> bool {
    ('\u{2e80}'..='\u{ffef}').contains(&c)
}

fn width(text: &str) -> f32 {
    let width = |c: char| if is_wide(c) { WIDE_CHARACTER } else { 1.0 };
    text.chars().map(width).sum()
}

fn atoms(text: &str) -> Vec<Atom> {
    let mut texts: Vec<String> = Vec::new();
    let mut before = ' ';
    for c in text
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
    {
        let opens = is_character(c) || "“‘（《「".contains(c);
        let after_opening = "“‘（《「".contains(before);
        let word_begins = before == ' ' || is_character(before) && c.is_alphanumeric();
        let too_wide = texts
            .last()
            .is_some_and(|text| width(text) >= WIDEST - WIDE_CHARACTER);
        match texts.last_mut() {
            Some(text) if !(opens || word_begins || too_wide) || after_opening => text.push(c),
            _ => texts.push(c.to_string()),
        }
        before = c;
    }
    let nexts: Vec<Option<String>> = texts.iter().skip(1).cloned().map(Some).collect();
    texts
        .into_iter()
        .zip(nexts.into_iter().chain([None]))
        .map(|(text, next)| Atom {
            width: width(&text),
            cost: cost(&text, next.as_deref().unwrap_or_default()),
            text,
        })
        .collect()
}

fn cost(text: &str, next: &str) -> f32 {
    let word = text.trim_end().to_lowercase();
    let Some(last) = word.chars().next_back() else {
        return WORDS;
    };
    if BINDING.contains(&word.as_str()) {
        return BOUND;
    }
    if ".!?。！？…".contains(last) {
        return SENTENCE;
    }
    if ",;:，；：、—".contains(last) {
        return CLAUSE;
    }
    let next = next.trim_end().to_lowercase();
    let opens = next
        .chars()
        .next()
        .is_some_and(|first| OPENS.contains(first));
    if OPENING.contains(&next.as_str()) || opens || ENDS.contains(last) {
        return PHRASE;
    }
    // A preposition at a line's end leaves its noun behind; within Chinese most breaks part a word.
    if OPENING.contains(&word.as_str()) || is_character(last) {
        return BOUND;
    }
    WORDS
}

/// Captions of lines of atoms, at the least cost.
fn laid_out(atoms: &[Atom]) -> Vec<Vec<&[Atom]>> {
    // From the end: what the rest costs from an atom on, in a caption that has so many lines, and how
    // many atoms its next line takes and whether a caption ends with it.
    let count = atoms.len();
    let mut best = vec![[(f32::INFINITY, 0, true); LINES]; count + 1];
    best[count] = [(0.0, 0, true); LINES];
    for from in (0..count).rev() {
        for line in 0..LINES {
            let mut filled = 0.0;
            for to in from + 1..=count {
                let atom = &atoms[to - 1];
                // The space at a line's end takes no place.
                if filled + width(atom.text.trim_end()) > WIDEST && to > from + 1 {
                    break;
                }
                filled += atom.width;
                let unfilled = EMPTY * ((WIDEST - filled).max(0.0) / WIDEST).powi(2);
                let last = to == count;
                let stop = if last { 0.0 } else { atom.cost + unfilled };
                let ended = stop + if last { 0.0 } else { CAPTION } + best[to][0].0;
                let went_on = stop + best[to][(line + 1).min(LINES - 1)].0;
                let choice = if line + 1 < LINES && !last && went_on < ended {
                    (went_on, to - from, false)
                } else {
                    (ended, to - from, true)
                };
                if choice.0 < best[from][line].0 {
                    best[from][line] = choice;
                }
            }
        }
    }
    let mut captions: Vec<Vec<&[Atom]>> = Vec::new();
    let (mut at, mut line) = (0, 0);
    while at < count {
        let (_, taken, ends) = best[at][line];
        let taken = taken.max(1);
        match captions.last_mut() {
            Some(caption) if line > 0 => caption.push(&atoms[at..at + taken]),
            _ => captions.push(vec![&atoms[at..at + taken]]),
        }
        line = if ends { 0 } else { line + 1 };
        at += taken;
    }
    captions
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Segment {
        Segment {
            start: 10.0,
            end: 20.0,
            text: text.to_owned(),
            pieces: Vec::new(),
            temperature: 0.0,
        }
    }

    fn lines(text: &str) -> Vec<Vec<String>> {
        let captions = captions(&[said(text)]);
        for caption in &captions {
            assert!(caption.lines.len() <= LINES, "{caption:?}");
            for line in &caption.lines {
                assert!(width(line) <= WIDEST + 1e-3, "{line}");
            }
        }
        captions.into_iter().map(|caption| caption.lines).collect()
    }

    #[test]
    fn what_fits_is_one_line() {
        assert_eq!(
            lines("Please bring your own water bottle."),
            [["Please bring your own water bottle."]]
        );
        assert_eq!(lines("请大家提前准备问题。"), [["请大家提前准备问题。"]]);
        assert!(captions(&[said("")]).is_empty());
    }

    #[test]
    fn longer_sentences_are_two_lines_parted_at_a_phrase() {
        assert_eq!(
            lines("The bus to the museum leaves at half past nine, and lunch is at one."),
            [[
                "The bus to the museum leaves",
                "at half past nine, and lunch is at one."
            ]]
        );
        assert_eq!(
            lines("下个月我们读一本关于海洋的书，请大家提前准备问题，星期五见。"),
            [[
                "下个月我们读一本关于海洋的书，",
                "请大家提前准备问题，星期五见。"
            ]]
        );
    }

    #[test]
    fn a_very_long_sentence_is_several_captions_and_nothing_is_lost() {
        let text = "When the sun rose over the quiet harbour the next morning, the fishermen had already \
                    gone out to sea and nobody remained but the old man with his cat, who slept.";
        let found = lines(text);
        assert!(found.len() >= 2, "{found:?}");
        assert_eq!(found.concat().join(" "), text);
        let times = captions(&[said(text)]);
        assert!((times[0].start - 10.0).abs() < 1e-9);
        assert!((times[times.len() - 1].end - 20.0).abs() < 1e-6);
        assert!(
            times
                .windows(2)
                .all(|pair| pair[0].end <= pair[1].start + 1e-9)
        );
    }

    #[test]
    fn no_line_begins_with_a_mark_and_no_word_is_parted_unless_it_is_wider_than_a_line() {
        let found = lines(
            "他说：“我们明天下午三点在学校图书馆门口集合，然后一起坐公共汽车去海洋博物馆。”大家都说好。",
        );
        let flat = found.concat();
        assert!(
            flat.iter().all(|line| !"，。：”、".contains(&line[..3])),
            "{flat:?}"
        );
        let address = "x".repeat(100);
        assert_eq!(lines(&address).concat().concat(), address);
    }

    #[test]
    fn a_moment_is_shown_for_a_second_where_there_is_time() {
        let short = Segment {
            end: 10.1,
            ..said("Yes.")
        };
        let next = Segment {
            start: 10.6,
            ..said("No.")
        };
        let shown = captions(&[short, next]);
        assert!((shown[0].end - 10.6).abs() < 1e-9, "{shown:?}");
    }
}
