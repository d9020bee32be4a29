//! The lexicon's rules, on a dictionary of a few words.

use super::{super::currency::Currency, *};

fn lexicon(accent: Accent) -> Lexicon {
    let gold = "A\tˈA\nB\tbˈi\nI\tˈI\nO\tˈO\nS\tˈɛs\nU\tjˈu\nand\tænd\ncat\tkˈæt\ncent\tsˈɛnt\n\
                dollar\tdˈɑləɹ\nfifteen\tfˌɪftˈin\nfive\tfˈIv\nhundred\thˈʌndɹəd\n\
                make\tmˈAk\nminus\tmˈInəs\nnineteen\tnˌIntˈin\noh\tˈO\none\twˈʌn\npoint\tpˈYnt\n\
                read\tɹˈid\tVBD=ɹˈɛd\nrun\tɹˈʌn\nto\ttˈu\nthree\tθɹˈi\nused\tjˈuzd\tVBD=jˈust\n\
                want\twˈɑnt\nwait\twˈAt\n";
    let mut lines: Vec<_> = gold.lines().collect();
    lines.sort_by_key(|line| line.split('\t').next());
    let text = lines.join("\n") + "\n";
    Lexicon {
        gold: Table::new(text).unwrap(),
        silver: Table::new("zebu\tzˈibu\n".to_owned()).unwrap(),
        accent,
    }
}

fn read(text: &str, tag: super::super::tagger::Tag, context: Context) -> Option<String> {
    let token = Token::new(text.to_owned(), tag, 0..text.len());
    lexicon(Accent::American).read(&token, context)
}

fn say(text: &str) -> String {
    let before_vowel = Context {
        future_vowel: Some(true),
        future_to: false,
    };
    read(text, "XX", before_vowel).unwrap_or_default()
}

#[test]
fn words_and_their_endings_are_read() {
    let words = [
        "cat", "Cats", "making", "running", "waited", "waiting", "ZEBU", "USB", "U.S.",
    ];
    let said = [
        "kˈæt",
        "kˈæts",
        "mˈAkɪŋ",
        "ɹˈʌnɪŋ",
        "wˈAɾᵻd",
        "wˈAɾɪŋ",
        "zˈibu",
        "jˌuˌɛsbˈi",
        "jˌuˈɛs",
    ];
    assert_eq!(words.map(say), said.map(str::to_owned));
    assert_eq!(say("gnu"), "");
}

#[test]
fn the_part_of_speech_and_the_next_sound_decide() {
    let context = Context::default();
    assert_eq!(read("read", "VBD", context).unwrap(), "ɹˈɛd");
    assert_eq!(read("read", "VB", context).unwrap(), "ɹˈid");
    let before = |future_vowel| Context {
        future_vowel,
        future_to: true,
    };
    assert_eq!(read("the", "DT", before(Some(true))).unwrap(), "ði");
    assert_eq!(read("to", "TO", before(Some(false))).unwrap(), "tə");
    assert_eq!(read("to", "TO", before(None)).unwrap(), "tˈu");
    assert_eq!(read("used", "VBD", before(Some(false))).unwrap(), "jˈust");
    assert_eq!(read("used", "VBN", before(Some(false))).unwrap(), "jˈuzd");
}

#[test]
fn numbers_are_read() {
    let cases = [
        ("115", "wˈʌn hˈʌndɹəd fˌɪftˈin"),
        ("1905", "nˌIntˈin ˈO fˈIv"),
        ("-3", "mˈInəs θɹˈi"),
        ("1.5", "wˈʌn pYnt fˈIv"),
        ("5s", "fˈIvz"),
        (".5", "pYnt fˈIv"),
    ];
    for (number, said) in cases {
        assert_eq!(say(number), said, "{number}");
    }
    let lexicon = lexicon(Accent::American);
    let sum = |text| lexicon.number(text, Some(Currency::Dollar), true).unwrap();
    assert_eq!(sum("1.05"), "wˈʌn dˈɑləɹ ænd fˈIv sˈɛnts");
    assert_eq!(sum("5"), "fˈIv dˈɑləɹz");
    assert_eq!(lexicon.digits("305").unwrap(), "θɹˈi O fˈIv");
    // No text may stop the reader.
    for odd in [
        ".",
        "...",
        "1.",
        ",",
        "",
        "-",
        &"1".repeat(60),
        "0,0.0,.",
        "1..2",
    ] {
        for head in [true, false] {
            let _ = lexicon.number(odd, Some(Currency::Euro), head);
            let _ = lexicon.number(odd, None, head);
        }
    }
}

#[test]
fn the_british_do_not_flap() {
    let british = lexicon(Accent::British);
    let token = Token::new("waited".to_owned(), "VBD", 0..6);
    assert_eq!(british.read(&token, Context::default()).unwrap(), "wˈAtɪd");
}

#[test]
fn languages_have_accents() {
    let accents = ["en", "en-US", "EN-gb", "en-AU", "zh"].map(Accent::of_language);
    let (american, british) = (Some(Accent::American), Some(Accent::British));
    assert_eq!(accents, [american, american, british, american, None]);
}
