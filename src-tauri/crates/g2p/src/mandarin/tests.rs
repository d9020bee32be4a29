//! Reading with a dictionary of a few words, and another language that is said as it is written.

use std::{
    convert::Infallible,
    path::{Path, PathBuf},
};

use super::*;

/// Tables in a folder.
struct Folder(PathBuf);

impl Tables for Folder {
    type Error = String;

    fn text(&self, name: &str, what: &'static str) -> Result<String, String> {
        std::fs::read_to_string(self.0.join(name)).map_err(|_| format!("no {what}"))
    }

    fn broken(&self, name: &str, reason: &str) -> String {
        format!("{name}: {reason}")
    }
}

fn mandarin() -> Mandarin {
    let words = "你好 100 l\n世界 100 n\n三 9 m\n百 9 m\n三百 90 m\n页 50 q\n喜欢 80 v\n我 99 r\n头发 9 n\n";
    let characters = "三\tsan1\n世\tshi4\n你\tni3\n发\tfa1\n喜\txi3\n头\ttou2\n好\thao3\n我\two3\n\
        欢\thuan1\n界\tjie4\n百\tbai3\n页\tye4\n";
    Mandarin {
        jieba: Jieba::with_dict(&mut Cursor::new(words)).unwrap(),
        readings: Readings::new("头发\ttou2 fa4\n", characters).unwrap(),
        meanings: Meanings::new().unwrap(),
        normalizer: Normalizer::new().unwrap(),
        simplified: Simplified::new(),
    }
}

/// The other language is said as it is written.
fn as_written(text: &str, start: u32) -> Vec<ReadWord> {
    let end = start + text.chars().count() as u32;
    vec![read_word((start, end), text.to_owned())]
}

fn read(text: &str, start: u32) -> Vec<ReadWord> {
    let other = |text: &str, start| Ok::<_, Infallible>(as_written(text, start));
    mandarin().read(text, start, other).unwrap()
}

fn said(text: &str) -> String {
    crate::joined(&read(text, 0))
}

#[test]
fn words_are_read_with_their_tones_changed() {
    assert_eq!(said("你好，世界！"), "ni↗xau↓, ʂɨ↘ʨje↘!");
    assert_eq!(said("三百页"), "sa→npai↓ je↘");
    assert_eq!(said("300页"), "sa→npai↓ je↘");
    assert_eq!(said("《世界》。"), "“ʂɨ↘ʨje↘”.");
}

#[test]
fn syllables_are_written_as_they_are_said() {
    let syllables = mandarin().syllables("你好，300页 OK");
    assert_eq!(syllables, ["ni2", "hao3", "san1", "bai3", "ye4"]);
}

#[test]
fn traditional_characters_are_read_as_simplified_ones() {
    assert_eq!(said("我喜歡頭髮"), said("我喜欢头发"));
}

#[test]
fn other_languages_go_to_their_reader() {
    assert_eq!(said("我喜欢Rust，你好"), "wo↗ɕi↓xwan Rust, ni↗xau↓");
    assert_eq!(said("only this"), "only this");
}

#[test]
fn words_know_their_place() {
    let words = read("你好 世界300页", 10);
    let places: Vec<_> = words.iter().map(|word| (word.start, word.end)).collect();
    assert_eq!(places, [(10, 12), (13, 15), (15, 18), (18, 19)]);
}

#[test]
fn what_nobody_can_read_is_left_without_a_sound() {
    for text in ["你好😀👍🏽", "𪚥", "你好 ·~*"] {
        let words = read(text, 0);
        let silent = words.iter().filter(|word| word.phonemes.is_empty()).count();
        assert_eq!(silent, 1, "{text}");
    }
    assert_eq!(said("你好𪚥"), "ni↗xau↓");
}

#[test]
fn a_folder_without_tables_is_reported() {
    let folder = Folder(PathBuf::from("/nowhere"));
    let error = Mandarin::open(&folder).unwrap_err();
    assert_eq!(error, "no dictionary of Chinese words");
}

/// Sentences that are read otherwise than by the reference, on purpose.
const OTHERWISE: [(&str, &str); 12] = [
    ("昨天晚上下了一场很大的雨。", "of rain, 场 is cháng"),
    ("雨水从屋顶往下滴。", "滴 at the end of a word is dī"),
    ("我们一共有一百一十一个人。", "people say yìbǎi"),
    ("这位校长有一头很长的头发。", "long is cháng"),
    ("他教我教数学的方法。", "to teach is jiāo"),
    ("空中有空位，有空的时候来坐坐。", "a free seat is kòngwèi"),
    ("量一量重量，数一数数量。", "to count is shǔ, both times"),
    ("把风筝放上去，线别松开。", "up is shàng"),
    (
        "这朵花儿真香，鸟儿在唱歌。",
        "儿 is light in neither word, or in both",
    ),
    ("全长一千零五十公里。", "people say yìqiān"),
    ("今天是2024年10月1日。", "the first of a month is yī"),
    ("他长得很高，头发也长长了。", "to grow long is zhǎng cháng"),
];

#[derive(serde::Deserialize)]
struct Spoken {
    text: String,
    phonemes: String,
}

/// Where words are set apart, which the eye sees and the ear hardly.
fn sounds(phonemes: &str) -> String {
    phonemes.replace(' ', "")
}

#[test]
#[ignore = "needs the tables: cargo xtask test"]
fn mandarin_is_read_as_the_reference_reads_it() {
    let models = std::env::var_os("QUARTET_MODELS").expect("QUARTET_MODELS: cargo xtask test");
    let mandarin = Mandarin::open(&Folder(Path::new(&models).join("kokoro"))).unwrap();
    let golden = "../../../tests/golden/audio/mandarin.json";
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join(golden);
    let rows: Vec<Spoken> = serde_json::from_slice(&std::fs::read(golden).unwrap()).unwrap();
    let (mut different, mut spaced) = (Vec::new(), 0);
    for row in &rows {
        let ranges = Mandarin::sentences(&row.text).unwrap();
        let said = ranges.into_iter().map(|range| {
            let other = |text: &str, start| Ok::<_, Infallible>(as_written(text, start));
            crate::joined(&mandarin.read(&row.text[range], 0, other).unwrap())
        });
        let said = said.collect::<Vec<_>>().join(" ");
        spaced += usize::from(said != row.phonemes);
        if sounds(&said) != sounds(&row.phonemes) {
            different.push((&row.text, said, &row.phonemes));
        }
    }
    println!("{spaced} of {} differ with their spaces", rows.len());
    println!(
        "{} differ in what is heard: {different:#?}",
        different.len()
    );
    different.retain(|(text, ..)| OTHERWISE.iter().all(|(known, _)| known != text));
    assert!(different.is_empty(), "{different:#?}");
}
