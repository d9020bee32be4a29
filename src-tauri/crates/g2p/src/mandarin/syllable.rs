//! A syllable of pinyin, and how it sounds in the symbols the voices were taught.
//!
//! Source: misaki 0.9.4, `transcription.py` and `zh.py` (Apache-2.0; the table is that of
//! pinyin-to-ipa, MIT): what Kokoro 1.0 calls Chinese phonemes.

/// One character's sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Syllable {
    /// Pinyin without its tone, `v` for ü; empty where the character is unknown.
    pub(super) pinyin: String,
    /// 1 to 4; 5 is the neutral tone.
    pub(super) tone: u8,
    /// An r at its end: 花儿 is one syllable.
    pub(super) r: bool,
}

const NEUTRAL: u8 = 5;

/// A first sound, and how it is written in phonemes; longer ones before those they begin with.
const INITIALS: [(&str, &str); 21] = [
    ("zh", "ꭧ"),
    ("ch", "ꭧʰ"),
    ("sh", "ʂ"),
    ("b", "p"),
    ("p", "pʰ"),
    ("m", "m"),
    ("f", "f"),
    ("d", "t"),
    ("t", "tʰ"),
    ("n", "n"),
    ("l", "l"),
    ("g", "k"),
    ("k", "kʰ"),
    ("h", "x"),
    ("j", "ʨ"),
    ("q", "ʨʰ"),
    ("x", "ɕ"),
    ("r", "ɻ"),
    ("z", "ʦ"),
    ("c", "ʦʰ"),
    ("s", "s"),
];

/// The rest of a syllable, spelled in full (`iu` is `iou`); 0 is where its tone goes.
const FINALS: [(&str, &str); 36] = [
    ("a", "a0"),
    ("ai", "ai0"),
    ("an", "a0n"),
    ("ang", "a0ŋ"),
    ("ao", "au0"),
    ("e", "ɤ0"),
    ("ei", "ei0"),
    ("en", "ə0n"),
    ("eng", "ə0ŋ"),
    ("i", "i0"),
    ("ia", "ja0"),
    ("ian", "jɛ0n"),
    ("iang", "ja0ŋ"),
    ("iao", "jau0"),
    ("ie", "je0"),
    ("in", "i0n"),
    ("ing", "i0ŋ"),
    ("io", "jɔ0"),
    ("iong", "jʊ0ŋ"),
    ("iou", "jou0"),
    ("o", "wo0"),
    ("ong", "ʊ0ŋ"),
    ("ou", "ou0"),
    ("u", "u0"),
    ("ua", "wa0"),
    ("uai", "wai0"),
    ("uan", "wa0n"),
    ("uang", "wa0ŋ"),
    ("uei", "wei0"),
    ("uen", "wə0n"),
    ("ueng", "wə0ŋ"),
    ("uo", "wo0"),
    ("v", "y0"),
    ("van", "ɥɛ0n"),
    ("ve", "ɥe0"),
    ("vn", "y0n"),
];

/// Syllables that are no first sound and rest.
const WHOLE: [(&str, &str); 8] = [
    ("ê", "ɛ0"),
    ("er", "ɚ0"),
    ("o", "ɔ0"),
    ("hm", "hm0"),
    ("hng", "hŋ0"),
    ("m", "m0"),
    ("n", "n0"),
    ("ng", "ŋ0"),
];

/// The vowel of `zi`, `zhi`.
const BUZZED: &str = "ɨ0";

impl Syllable {
    /// Reads `zhong1`; without a digit the tone is neutral.
    pub(super) fn parse(text: &str) -> Self {
        let tone = text.chars().next_back().and_then(|c| c.to_digit(10));
        let pinyin = text.trim_end_matches(|c: char| c.is_ascii_digit());
        Self {
            pinyin: pinyin.to_owned(),
            tone: tone
                .filter(|tone| (1..=4).contains(tone))
                .map_or(NEUTRAL, |tone| tone as u8),
            r: false,
        }
    }

    pub(super) fn unknown() -> Self {
        Self::parse("")
    }

    /// Its phonemes; none where its pinyin is of no Chinese syllable.
    pub(super) fn phonemes(&self) -> Option<String> {
        let mark = ["→", "↗", "↓", "↘"];
        let mark = mark.get(usize::from(self.tone) - 1).copied();
        let ending = if self.r { "ɚ" } else { "" };
        let (first, rest) = split(&self.pinyin)?;
        let rest = rest.replace('0', mark.unwrap_or_default());
        Some(format!("{first}{rest}{ending}"))
    }
}

/// Pinyin with a digit for the tone: `nar3`.
impl std::fmt::Display for Syllable {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let r = if self.r { "r" } else { "" };
        write!(formatter, "{}{r}{}", self.pinyin, self.tone)
    }
}

/// Phonemes of the first sound and of the rest.
fn split(pinyin: &str) -> Option<(&'static str, &'static str)> {
    if let Some(whole) = find(&WHOLE, pinyin) {
        return Some(("", whole));
    }
    let initial = INITIALS
        .iter()
        .find(|(initial, _)| pinyin.starts_with(initial));
    let Some((initial, first)) = initial else {
        return Some(("", find(&FINALS, &spelled(pinyin))?));
    };
    let last = &pinyin[initial.len()..];
    let rest = match (*initial, last) {
        ("zh" | "ch" | "sh" | "r" | "z" | "c" | "s", "i") => BUZZED,
        (_, "iu") => "jou0",
        (_, "ui") => "wei0",
        // What is written u after these is ü.
        ("j" | "q" | "x", _) if last.starts_with('u') => {
            find(&FINALS, &last.replacen('u', "v", 1))?
        }
        (_, "un") => "wə0n",
        (_, "ue") => "ɥe0",
        _ => find(&FINALS, last)?,
    };
    Some((first, rest))
}

/// A syllable without a first sound, by its rest: `yan` is `ian`, `wen` is `uen`.
fn spelled(pinyin: &str) -> String {
    match pinyin {
        "yu" | "yue" | "yuan" | "yun" => pinyin.replacen("yu", "v", 1),
        "wu" => "u".to_owned(),
        _ => match pinyin.split_at_checked(1) {
            Some(("y", rest)) if rest.starts_with('i') => rest.to_owned(),
            Some(("y", rest)) => format!("i{rest}"),
            Some(("w", rest)) => format!("u{rest}"),
            _ => pinyin.to_owned(),
        },
    }
}

fn find(table: &[(&str, &'static str)], key: &str) -> Option<&'static str> {
    table
        .iter()
        .find(|(name, _)| *name == key)
        .map(|(_, said)| *said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pinyin_sounds_as_the_voices_were_taught() {
        let pairs = [
            ("ni3", "ni↓"),
            ("hao3", "xau↓"),
            ("zhong1", "ꭧʊ→ŋ"),
            ("guo2", "kwo↗"),
            ("xue2", "ɕɥe↗"),
            ("jun1", "ʨy→n"),
            ("juan4", "ʨɥɛ↘n"),
            ("zhi1", "ꭧɨ→"),
            ("si4", "sɨ↘"),
            ("yi1", "i→"),
            ("you3", "jou↓"),
            ("yuan2", "ɥɛ↗n"),
            ("yun4", "y↘n"),
            ("wang2", "wa↗ŋ"),
            ("wo3", "wo↓"),
            ("er4", "ɚ↘"),
            ("lv4", "ly↘"),
            ("lve4", "lɥe↘"),
            ("shui3", "ʂwei↓"),
            ("lun2", "lwə↗n"),
            ("bo1", "pwo→"),
            ("o2", "ɔ↗"),
            ("ma", "ma"),
            ("de5", "tɤ"),
        ];
        for (pinyin, phonemes) in pairs {
            assert_eq!(
                Syllable::parse(pinyin).phonemes().as_deref(),
                Some(phonemes),
                "{pinyin}"
            );
        }
        for odd in ["", "5", "abc1", "zzz2", "yv9", "ü", "é1"] {
            assert_eq!(Syllable::parse(odd).phonemes(), None, "{odd}");
        }
        let flower = Syllable {
            r: true,
            ..Syllable::parse("hua1")
        };
        assert_eq!(flower.phonemes().as_deref(), Some("xwa→ɚ"));
    }
}
