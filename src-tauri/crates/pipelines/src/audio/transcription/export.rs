//! Transcripts as files: plain text, captions, data.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::{
    captions::{Caption, captions},
    types::Segment,
};

/// A file that a transcript can become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "kebab-case")]
pub enum TranscriptFormat {
    /// A line a segment.
    Txt,
    /// `SubRip` captions.
    Srt,
    /// `WebVTT` captions.
    Vtt,
    /// Everything that is known of each segment.
    Json,
}

impl TranscriptFormat {
    pub const ALL: [Self; 4] = [Self::Txt, Self::Srt, Self::Vtt, Self::Json];

    /// The ending of its files' names.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Txt => "txt",
            Self::Srt => "srt",
            Self::Vtt => "vtt",
            Self::Json => "json",
        }
    }
}

/// How long a caption that only says what made the others is shown.
const NOTE_SECONDS: f64 = 2.0;

/// The file's content, which says with `note` what made it: as a line or a caption after the last
/// where the format has no place of its own for that.
pub fn transcript(segments: &[Segment], format: TranscriptFormat, note: &str) -> String {
    match format {
        TranscriptFormat::Txt => lines(segments, note),
        TranscriptFormat::Srt => srt(segments, note),
        TranscriptFormat::Vtt => vtt(segments, note),
        TranscriptFormat::Json => json(segments, note),
    }
}

fn lines(segments: &[Segment], note: &str) -> String {
    let line = |segment: &Segment| format!("{}\n", one_line(&segment.text));
    let lines: String = segments.iter().map(line).collect();
    format!("{lines}\n{}\n", one_line(note))
}

fn srt(segments: &[Segment], note: &str) -> String {
    let end = segments.last().map_or(0.0, |segment| segment.end);
    let mut said = captions(segments);
    let start = said.last().map_or(end, |last| last.end.max(end));
    said.push(Caption {
        start,
        end: start + NOTE_SECONDS,
        lines: vec![one_line(note)],
    });
    let mut file = String::new();
    for (number, Caption { start, end, lines }) in (1..).zip(said) {
        let (start, end, text) = (clock(start, ','), clock(end, ','), lines.join("\n"));
        // Writing to a string does not fail.
        let _ = write!(file, "{number}\n{start} --> {end}\n{text}\n\n");
    }
    file
}

fn vtt(segments: &[Segment], note: &str) -> String {
    // A blank line or an arrow would end the note.
    let note = one_line(note).replace("-->", "->");
    let mut file = format!("WEBVTT\n\nNOTE {note}\n\n");
    for caption in captions(segments) {
        let (start, end) = (clock(caption.start, '.'), clock(caption.end, '.'));
        let text = caption
            .lines
            .join("\n")
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        let _ = write!(file, "{start} --> {end}\n{text}\n\n");
    }
    file
}

fn json(segments: &[Segment], note: &str) -> String {
    let content = serde_json::json!({ "note": note, "segments": segments });
    // Numbers, texts and lists become JSON whatever they are.
    let text = serde_json::to_string_pretty(&content).unwrap_or_default();
    text + "\n"
}

/// A caption's lines end where a reader of the format expects them to.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `01:02:03,450`
fn clock(seconds: f64, point: char) -> String {
    let milliseconds = (seconds.max(0.0) * 1000.0).round() as u64;
    let (whole, rest) = (milliseconds / 1000, milliseconds % 1000);
    let (minutes, seconds) = (whole / 60, whole % 60);
    format!(
        "{:02}:{:02}:{seconds:02}{point}{rest:03}",
        minutes / 60,
        minutes % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said() -> Vec<Segment> {
        let segment = |start, end, text: &str| Segment {
            start,
            end,
            text: text.to_owned(),
            pieces: Vec::new(),
            temperature: 0.0,
        };
        vec![
            segment(0.0, 1.5, "Hello <there>.\n\nYes --> no"),
            segment(3661.0014, 3662.9996, "再见。"),
        ]
    }

    #[test]
    fn text_is_a_line_a_segment_and_who_wrote_it() {
        let file = transcript(&said(), TranscriptFormat::Txt, "by AI");
        assert_eq!(file, "Hello <there>. Yes --> no\n再见。\n\nby AI\n");
    }

    #[test]
    fn captions_have_numbers_and_times() {
        let file = transcript(&said()[1..], TranscriptFormat::Srt, "by AI");
        let wanted = "1\n01:01:01,001 --> 01:01:03,000\n再见。\n\n\
                      2\n01:01:03,000 --> 01:01:05,000\nby AI\n\n";
        assert_eq!(file, wanted);
    }

    #[test]
    fn web_captions_hold_no_marks_that_were_said() {
        let file = transcript(&said()[..1], TranscriptFormat::Vtt, "made\n\nby --> AI");
        let wanted = "WEBVTT\n\nNOTE made by -> AI\n\n00:00:00.000 --> 00:00:01.500\n\
                      Hello &lt;there&gt;. Yes --&gt; no\n\n";
        assert_eq!(file, wanted);
    }

    #[test]
    fn data_can_be_read_back() {
        let file = transcript(&said(), TranscriptFormat::Json, "AI");
        let value: serde_json::Value = serde_json::from_str(&file).unwrap();
        assert_eq!(value["segments"][1]["text"], "再见。");
        assert_eq!(value["note"], "AI");
    }

    #[test]
    fn every_format_has_its_ending() {
        let endings = TranscriptFormat::ALL.map(TranscriptFormat::extension);
        assert_eq!(endings, ["txt", "srt", "vtt", "json"]);
    }
}
