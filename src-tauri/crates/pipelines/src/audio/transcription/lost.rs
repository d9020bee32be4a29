//! What a network may have left out of a window: stretches of voice that its text seems to say nothing of, and
//! whether what is heard of them alone is in the text.

use std::ops::Range;

use super::{
    LogMel,
    activity::seconds,
    characters::is_character,
    edges::{Word, words},
    mel::HOP,
};

/// Voice shorter than this, in seconds, is no sentence.
const LEAST: f64 = 0.6;
/// Of a stretch, more than this is outside all segments.
const OUTSIDE: f64 = 0.7;
/// Two stretches are alike whose lengths differ by less than this, and whose spectra are as near as this.
const LENGTHS: f64 = 0.2;
const DISTANCE: f32 = 0.19;
/// A sentence may have pauses: so many stretches at most are one.
const MOST_STRETCHES: usize = 3;
/// A segment lasts so many times as long as it should where something of it is left out.
const SLOW: f64 = 1.3;
/// How much slower than usual somebody speaks of whom less than so many segments are known; nobody is faster, or
/// slower, than this.
const UNKNOWN: (f64, usize) = (1.25, 3);
const PACES: (f64, f64) = (1.0, 2.5);
/// Letters, Chinese characters and digits that are said in a second.
const LETTERS: f64 = 14.0;
const CHARACTERS: f64 = 4.8;
const DIGITS: f64 = 3.0;
/// So many words, or Chinese characters, in a row are more than what is heard otherwise alone than among others.
const RUN: (usize, usize) = (2, 3);
/// At the ends of what was heard.
const RUN_AT_END: (usize, usize) = (3, 4);

/// A part of a window that is to be heard again in two parts.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Suspect {
    /// Frames of the first and of the second part.
    pub(super) first: Range<usize>,
    pub(super) second: Range<usize>,
}

/// What was written, as far as it matters here.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Written {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) text: String,
}

/// How many parts may yet be heard again for nothing: hearing stays less than a tenth longer.
#[derive(Debug)]
pub(super) struct Credit(f64);

impl Credit {
    /// What a recording begins with.
    const FIRST: f64 = 6.0;
    /// Seconds of it that are worth one part more.
    const SECONDS: f64 = 50.0;

    pub(super) fn new() -> Self {
        Self(Self::FIRST)
    }

    pub(super) fn earn(&mut self, seconds: f64) {
        self.0 += seconds / Self::SECONDS;
    }

    /// Whether there is not enough for two parts.
    pub(super) fn is_spent(&self) -> bool {
        self.0 < 2.0
    }

    pub(super) fn spend(&mut self) {
        self.0 -= 1.0;
    }

    /// Two parts that were not for nothing.
    pub(super) fn give_back(&mut self) {
        self.0 += 2.0;
    }
}

/// The parts of a window worth hearing again, the likeliest first. `stretches` of voice are in frames; `pace` is
/// [`pace`] of the recording so far.
pub(super) fn suspects(
    stretches: &[Range<usize>],
    written: &[Written],
    sound: &[f32],
    mel: &LogMel,
    pace: f64,
) -> Vec<Suspect> {
    let mut suspects = twins(stretches, sound, mel);
    suspects.extend(wordless(stretches, written));
    suspects.extend(slow(stretches, written, pace));
    let mut known: Vec<Suspect> = Vec::new();
    for suspect in suspects {
        let is_same = |other: &Suspect| other.second.start == suspect.second.start;
        if !known.iter().any(is_same) {
            known.push(suspect);
        }
    }
    known
}

/// Stretches outside all segments, each with the one before it.
fn wordless(stretches: &[Range<usize>], written: &[Written]) -> Vec<Suspect> {
    let inside = |stretch: &Range<usize>| -> f64 {
        let (from, to) = times(stretch);
        let shared = written
            .iter()
            .map(|one| (one.to.min(to) - one.from.max(from)).max(0.0));
        shared.sum::<f64>() / (to - from)
    };
    stretches
        .windows(2)
        .filter(|pair| length(&pair[1]) >= LEAST && inside(&pair[1]) < 1.0 - OUTSIDE)
        .map(|pair| Suspect {
            first: pair[0].clone(),
            second: pair[1].clone(),
        })
        .collect()
}

/// Neighbours that sound alike.
fn twins(stretches: &[Range<usize>], sound: &[f32], mel: &LogMel) -> Vec<Suspect> {
    let mut twins = Vec::new();
    for count in 1..=MOST_STRETCHES {
        for group in stretches.windows(2 * count) {
            let part = |stretches: &[Range<usize>]| stretches[0].start..stretches[count - 1].end;
            let (first, second) = (part(&group[..count]), part(&group[count..]));
            let (short, long) = (
                length(&first).min(length(&second)),
                length(&first).max(length(&second)),
            );
            if short >= LEAST && short >= long * (1.0 - LENGTHS) {
                let distance = distance(
                    &spectrum(&first, sound, mel),
                    &spectrum(&second, sound, mel),
                );
                if distance < DISTANCE {
                    twins.push(Suspect { first, second });
                }
            }
        }
    }
    twins
}

/// Segments that last longer than their words take at this pace, in halves.
fn slow(stretches: &[Range<usize>], written: &[Written], pace: f64) -> Vec<Suspect> {
    let mut slow = Vec::new();
    for one in written {
        let within = within(stretches, one);
        let voice: f64 = within.iter().map(length).sum();
        let expected = usual_seconds(&one.text) * pace;
        let (Some(first), Some(last)) = (within.first(), within.last()) else {
            continue;
        };
        if voice - expected < LEAST || voice < expected * SLOW {
            continue;
        }
        let middle = usize::midpoint(first.start, last.end);
        let pauses = within.windows(2);
        if let Some(pair) = pauses.min_by_key(|pair| pair[1].start.abs_diff(middle)) {
            slow.push(Suspect {
                first: first.start..pair[0].end,
                second: pair[1].start..last.end,
            });
        }
    }
    slow
}

/// How much slower than usual each segment was spoken; of those too short to tell none.
pub(super) fn paces(stretches: &[Range<usize>], written: &[Written]) -> Vec<f64> {
    let known = written.iter().filter_map(|one| {
        let usual = usual_seconds(&one.text);
        let voice: f64 = within(stretches, one).iter().map(length).sum();
        (usual > 1.0 && voice > 0.0).then(|| voice / usual)
    });
    known.collect()
}

/// The pace that most segments have.
pub(super) fn pace(mut paces: Vec<f64>) -> f64 {
    paces.sort_by(f64::total_cmp);
    let middle = paces
        .get(paces.len() / 2)
        .filter(|_| paces.len() >= UNKNOWN.1);
    middle.copied().unwrap_or(UNKNOWN.0).clamp(PACES.0, PACES.1)
}

/// The stretches whose middle is in a segment.
fn within<'a>(stretches: &'a [Range<usize>], one: &Written) -> &'a [Range<usize>] {
    let middle = |stretch: &Range<usize>| {
        let (from, to) = times(stretch);
        f64::midpoint(from, to)
    };
    let from = stretches.partition_point(|stretch| middle(stretch) < one.from);
    let to = stretches.partition_point(|stretch| middle(stretch) < one.to);
    &stretches[from..to.max(from)]
}

fn length(frames: &Range<usize>) -> f64 {
    seconds(frames.len() * HOP)
}

fn times(frames: &Range<usize>) -> (f64, f64) {
    (seconds(frames.start * HOP), seconds(frames.end * HOP))
}

/// For how long a text is usually spoken.
fn usual_seconds(text: &str) -> f64 {
    let count = |test: fn(char) -> bool| text.chars().filter(|c| test(*c)).count() as f64;
    let is_letter = |c: char| c.is_alphabetic() && !is_character(c);
    count(is_letter) / LETTERS
        + count(is_character) / CHARACTERS
        + count(|c| c.is_ascii_digit()) / DIGITS
}

/// The log-mel frames of a part, each band around its mean.
fn spectrum(frames: &Range<usize>, sound: &[f32], mel: &LogMel) -> Vec<Vec<f32>> {
    let range = frames.start * HOP..(frames.end * HOP).min(sound.len());
    let count = frames.len().max(2);
    let mel = mel.spectrogram(sound.get(range).unwrap_or_default(), count);
    let mean = |band: usize| mel.values[band * count..][..count].iter().sum::<f32>() / count as f32;
    let means: Vec<f32> = (0..mel.bands).map(mean).collect();
    let frame = |at: usize| -> Vec<f32> {
        (0..mel.bands)
            .map(|band| mel.values[band * count + at] - means[band])
            .collect()
    };
    (0..count).step_by(2).map(frame).collect()
}

/// The mean distance of two spectra along the path on which they are nearest (dynamic time warping); 0 is the same.
fn distance(a: &[Vec<f32>], b: &[Vec<f32>]) -> f32 {
    let apart = |a: &[f32], b: &[f32]| -> f32 {
        let sum: f32 = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum();
        (sum / a.len().max(1) as f32).sqrt()
    };
    let mut row: Vec<(f32, f32)> = Vec::new();
    for (i, x) in a.iter().enumerate() {
        let mut next: Vec<(f32, f32)> = Vec::with_capacity(b.len());
        for (j, y) in b.iter().enumerate() {
            let before = [
                row.get(j).copied(),
                j.checked_sub(1).and_then(|j| row.get(j).copied()),
                j.checked_sub(1).and_then(|j| next.get(j).copied()),
            ];
            let least = before
                .into_iter()
                .flatten()
                .min_by(|a, b| a.0.total_cmp(&b.0));
            let (sum, steps) = least.filter(|_| i + j > 0).unwrap_or((0.0, 0.0));
            next.push((sum + apart(x, y), steps + 1.0));
        }
        row = next;
    }
    row.last().map_or(f32::MAX, |(sum, steps)| sum / steps)
}

/// Whether something in what was `heard` of two neighbouring parts is not in `text`, which was written of both and
/// their surroundings.
pub(super) fn is_left_out(heard: &[String; 2], text: &str) -> bool {
    let heard: Vec<Word> = heard.iter().flat_map(|part| words(part)).collect();
    let text = words(text);
    let places = aligned(&heard, &text);
    let mut at = 0;
    while at < places.len() {
        let run = places[at..]
            .iter()
            .take_while(|place| place.is_none())
            .count();
        let before = at.checked_sub(1).and_then(|before| places[before]);
        let after = places.get(at + run).copied().flatten();
        let characters = heard[at..at + run]
            .iter()
            .filter(|word| word.character)
            .count();
        let most = |(words, characters_most): (usize, usize)| {
            (run - characters) as f64 / words as f64 + characters as f64 / characters_most as f64
                >= 1.0
        };
        let left_out = match (before, after) {
            // What was written in its place is the same, heard otherwise.
            (Some(before), Some(after)) => most(RUN) && (after - before - 1) * 4 <= run,
            _ => most(RUN_AT_END),
        };
        if run > 0 && left_out {
            return true;
        }
        at += run.max(1);
    }
    false
}

/// For each word where in the text it is: as many as can be, in their order.
fn aligned(heard: &[Word], text: &[Word]) -> Vec<Option<usize>> {
    let width = text.len() + 1;
    // The most words that agree from here on.
    let mut most = vec![0_usize; (heard.len() + 1) * width];
    for i in (0..heard.len()).rev() {
        for j in (0..text.len()).rev() {
            let same = usize::from(alike(&heard[i], &text[j]));
            most[i * width + j] = (same * (1 + most[(i + 1) * width + j + 1]))
                .max(most[(i + 1) * width + j])
                .max(most[i * width + j + 1]);
        }
    }
    let mut places = Vec::new();
    let mut j = 0;
    for i in 0..heard.len() {
        let here = most[i * width + j];
        // The first place at which nothing is lost by taking it.
        let place = (j..text.len())
            .find(|&at| alike(&heard[i], &text[at]) && 1 + most[(i + 1) * width + at + 1] == here);
        let skip = most[(i + 1) * width + j] == here;
        places.push(place.filter(|_| !skip || here > 0));
        if let Some(place) = places[i] {
            j = place + 1;
        }
    }
    places
}

/// Words that differ in less than a third of their letters are heard as the same.
fn alike(a: &Word, b: &Word) -> bool {
    if a.text == b.text {
        return true;
    }
    let common = a
        .text
        .chars()
        .zip(b.text.chars())
        .take_while(|(a, b)| a == b)
        .count();
    let longer = a.text.chars().count().max(b.text.chars().count());
    !a.character && common >= 3 && common * 3 >= longer * 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left_out(first: &str, second: &str, text: &str) -> bool {
        is_left_out(&[first.to_owned(), second.to_owned()], text)
    }

    #[test]
    fn what_was_heard_once_more_than_it_was_written_is_left_out() {
        let apples = "I like green apples.";
        assert!(left_out(apples, apples, apples));
        assert!(left_out(
            apples,
            apples,
            "Hello. I like green apples. It is late."
        ));
        assert!(!left_out(
            apples,
            apples,
            "I like green apples. I like green apples."
        ));
        assert!(left_out(
            "我喜欢苹果。",
            "我喜欢苹果。",
            "明天见。我喜欢苹果。再见。"
        ));
        assert!(!left_out(
            "明天见。",
            "我喜欢苹果。",
            "明天见。我喜欢苹果。再见。"
        ));
        assert!(left_out(
            apples,
            "The door is open.",
            "I like green apples."
        ));
    }

    #[test]
    fn what_is_heard_otherwise_alone_is_not_left_out() {
        for (first, second, text) in [
            (
                "The bus leaves at",
                "half past eight, Tom.",
                "The bus leaves at 8.30 Tom.",
            ),
            ("I like green", "apple", "I like green apples."),
            (
                "We meet on Sunday",
                "",
                "We meet on Sunday and leave on Monday.",
            ),
            ("Thank you.", "", "Good morning."),
            ("我们去图书馆", "看书", "我们去图书管看书"),
            ("", "", "Hello."),
        ] {
            assert!(
                !left_out(first, second, text),
                "{first}, {second} of {text}"
            );
        }
    }

    fn written(from: f64, to: f64, text: &str) -> Written {
        Written {
            from,
            to,
            text: text.to_owned(),
        }
    }

    #[test]
    fn a_stretch_outside_all_segments_is_suspect() {
        let stretches = [50..200, 250..400, 450..480];
        let found = wordless(&stretches, &[written(0.4, 2.1, "I like green apples.")]);
        let wanted = Suspect {
            first: 50..200,
            second: 250..400,
        };
        assert_eq!(found, [wanted], "a third of a second is no sentence");
        assert!(wordless(&stretches, &[written(0.4, 4.1, "Two.")]).is_empty());
    }

    #[test]
    fn a_segment_that_lasts_twice_as_long_as_its_words_take_is_suspect() {
        let stretches = [50..170, 200..320];
        let found = slow(
            &stretches,
            &[written(0.4, 3.3, "I like green apples.")],
            1.0,
        );
        let wanted = Suspect {
            first: 50..170,
            second: 200..320,
        };
        assert_eq!(found, [wanted]);
        let said = "I like green apples and Tom likes yellow ones.";
        assert!(slow(&stretches, &[written(0.4, 3.3, said)], 1.0).is_empty());
        let said = [written(0.4, 3.3, "I like green apples.")];
        assert!(
            slow(&stretches, &said, pace(vec![2.0, 1.9, 2.1])).is_empty(),
            "slow as ever"
        );
    }

    /// Tones of 0.1 s each, of so many hertz.
    fn tones(hertz: &[f32]) -> Vec<f32> {
        let tone = |hertz: &f32| {
            let step = hertz * std::f32::consts::TAU / 16_000.0;
            (0..1600).map(move |n| (n as f32 * step).sin() * 0.4)
        };
        hertz.iter().flat_map(tone).collect()
    }

    #[test]
    fn neighbours_that_sound_alike_are_suspect() {
        let melody = [300.0, 500.0, 900.0, 400.0, 2000.0, 700.0, 300.0, 1200.0];
        let other = [1500.0, 800.0, 350.0, 2500.0, 450.0, 1800.0, 950.0, 250.0];
        let pause = vec![0.0; 8000];
        let of = |second: &[f32]| [tones(&melody), pause.clone(), tones(second)].concat();
        let stretches = [0..80, 130..210];
        let mel = LogMel::new(80);
        assert_eq!(twins(&stretches, &of(&melody), &mel).len(), 1);
        assert!(twins(&stretches, &of(&other), &mel).is_empty());
    }
}
