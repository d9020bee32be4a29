//! `quartet compose`: what a tune is to be like.

use std::path::PathBuf;

use clap::Args;
use quartet_studio::audio::composition::{Accompaniment, Form, Metre, Mode, Mood};
use serde::de::DeserializeOwned;

use super::wrong::Wrong;

#[derive(Debug, Args)]
pub struct ComposeArguments {
    /// cheerful, calm, wistful, solemn, dance or lullaby
    #[arg(long, default_value = "cheerful", value_parser = word::<Mood>)]
    pub mood: Mood,
    /// 2/4, 3/4, 4/4 or 6/8
    #[arg(long, default_value = "4/4", value_parser = word::<Metre>)]
    pub metre: Metre,
    /// major, minor, dorian, mixolydian or pentatonic
    #[arg(long, default_value = "major", value_parser = word::<Mode>)]
    pub mode: Mode,
    /// The tonic: C, F#, Bb, …
    #[arg(long, default_value = "C", value_parser = key)]
    pub key: u8,
    /// How many bars, from 4 to 64
    #[arg(long, default_value_t = 16)]
    pub bars: u32,
    /// Which parts are repeated: free, AABA, AABB or ABAB [default: AABA where the bars allow it]
    #[arg(long, value_parser = word::<Form>)]
    pub form: Option<Form>,
    /// Beats a minute, from 40 to 220 [default: the mood's own]
    #[arg(long, allow_negative_numbers = true)]
    pub tempo: Option<f32>,
    /// One of the model's instruments [default: its first]
    #[arg(long)]
    pub instrument: Option<String>,
    /// auto, none, held, rhythm, broken or drone
    #[arg(long, default_value = "auto", value_parser = word::<Accompaniment>)]
    pub accompaniment: Accompaniment,
    /// How bold: 0 always takes the likeliest note, at most 2 [default: the model's own]
    #[arg(long, allow_negative_numbers = true)]
    pub temperature: Option<f32>,
    /// Random seed: the same seed gives the same tune [default: drawn]
    #[arg(long, allow_negative_numbers = true)]
    pub seed: Option<u32>,
    /// What it is called [default: what it is]
    #[arg(long)]
    pub title: Option<String>,
    /// Id of the model [default: the default one]
    #[arg(long, short)]
    pub model: Option<String>,
    /// Write the labelled tune to this file: .mid, .wav or .flac
    #[arg(long, short)]
    pub out: Option<PathBuf>,
    /// Play it while it is made
    #[arg(long)]
    pub play: bool,
    /// Print a JSON document: the notes, and the figures
    #[arg(long)]
    pub json: bool,
    /// Leave no trace in the library
    #[arg(long, requires = "out")]
    pub no_keep: bool,
}

/// One of the words of requests, in whatever case.
fn word<T: DeserializeOwned>(text: &str) -> Result<T, Wrong> {
    let word = serde_json::Value::String(text.to_ascii_lowercase());
    serde_json::from_value(word).map_err(|error| {
        let en = error.to_string();
        // serde's own words end in the list of those there are.
        let words = en.split_once("expected one of ").map(|(_, words)| words);
        let zh = words.map_or_else(String::new, |words| {
            format!("可选：{}。", words.replace('`', "").replace(", ", "、"))
        });
        Wrong::new(en, zh)
    })
}

/// A tonic in semitones above C.
fn key(text: &str) -> Result<u8, Wrong> {
    let mut signs = text.trim().chars();
    let letter = signs.next().map(|letter| letter.to_ascii_uppercase());
    let step: i32 = match letter {
        Some('C') => 0,
        Some('D') => 2,
        Some('E') => 4,
        Some('F') => 5,
        Some('G') => 7,
        Some('A') => 9,
        Some('B') => 11,
        _ => {
            return Err(Wrong::new(
                "a tonic begins with a letter from A to G",
                "主音以 A 到 G 的字母开头。",
            ));
        }
    };
    let shift = match signs.as_str() {
        "" => 0,
        "#" | "♯" | "s" => 1,
        "b" | "♭" => -1,
        minor
            if minor.trim_start_matches(['#', '♯', 's', 'b', '♭']) == "m"
                || minor.ends_with("min")
                || minor.ends_with("minor") =>
        {
            return Err(Wrong::new(
                "a key here is its tonic alone; say --mode minor beside it",
                "这里的调只写主音；小调请另加 --mode minor。",
            ));
        }
        other => {
            return Err(Wrong::new(
                format!("{other:?} is neither # nor b"),
                format!("“{other}”既不是 # 也不是 b。"),
            ));
        }
    };
    Ok((step + shift).rem_euclid(12) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tonics_and_words_are_read_as_people_write_them() {
        assert_eq!(
            (key("G"), key("bb"), key("F#"), key("Cb")),
            (Ok(7), Ok(10), Ok(6), Ok(11))
        );
        assert!(key("H").is_err() && key("").is_err() && key("Cx").is_err());
        for minor in ["Ebm", "Am", "c#m", "Fminor", "Bb min"] {
            assert!(
                key(minor).unwrap_err().zh.contains("--mode minor"),
                "{minor}"
            );
        }
        assert!(!key("Cx").unwrap_err().zh.contains("minor"));
        assert_eq!(word("AABA"), Ok(Form::Aaba));
        assert_eq!(word("6/8"), Ok(Metre::Six));
        assert!(word::<Mood>("angry").unwrap_err().zh.contains("lullaby"));
    }
}
