//! How tones change beside one another, and which syllables lose theirs.
//!
//! Source: `PaddleSpeech`, `tone_sandhi.py` and `zh_frontend.py` (Apache-2.0), by way of misaki 0.9.4.
//! Otherwise than there: 一 is as in speech before 百, 千, 万 and 亿, and keeps its tone in dates and
//! after other numerals; a word that merely ends in 地 is no adverb.

use super::{
    known::{is_neutral, is_stressed, refuses_r, takes_r},
    syllable::Syllable,
};

const NEUTRAL: u8 = 5;

/// Changes the tones of a word as the rules have it, in the order of the source.
///
/// `halves` is where a word of three or more characters falls into two, in characters.
pub(super) fn change(word: &str, tag: &str, halves: usize, syllables: &mut [Syllable]) {
    let characters: Vec<char> = word.chars().collect();
    if characters.len() != syllables.len() || characters.is_empty() {
        return;
    }
    not(&characters, syllables);
    one(&characters, syllables);
    neutral(&characters, tag, halves, syllables);
    third(halves, syllables);
}

/// 不 rises before a falling tone, and is light between two parts of a word.
fn not(characters: &[char], syllables: &mut [Syllable]) {
    if characters.len() == 3 && characters[1] == '不' {
        syllables[1].tone = NEUTRAL;
        return;
    }
    for index in 1..characters.len() {
        if characters[index - 1] == '不' && syllables[index].tone == 4 {
            syllables[index - 1].tone = 2;
        }
    }
}

fn is_numeral(c: char) -> bool {
    "〇零一二三四五六七八九十百千万亿兆廿幺两".contains(c)
}

/// 一 rises before a falling tone and falls before others, unless it counts off or orders.
fn one(characters: &[char], syllables: &mut [Syllable]) {
    if let [before, '一', after] = characters
        && before == after
    {
        syllables[1].tone = NEUTRAL;
        return;
    }
    let counted = characters.iter().all(|&c| is_numeral(c));
    for index in 1..characters.len() {
        let ordered =
            index > 1 && (is_numeral(characters[index - 2]) || characters[index - 2] == '第');
        let next = characters[index];
        let large = "百千万亿".contains(next);
        let dated = "月号级班楼".contains(next);
        let changes = if counted {
            large
        } else {
            large || !(ordered || dated)
        };
        if characters[index - 1] == '一' && changes {
            syllables[index - 1].tone = match syllables[index].tone {
                4 | NEUTRAL => 2,
                _ => 4,
            };
        }
    }
}

fn neutral(characters: &[char], tag: &str, halves: usize, syllables: &mut [Syllable]) {
    let word: String = characters.iter().collect();
    if is_stressed(&word) {
        return;
    }
    if tag.starts_with(['n', 'v', 'a']) {
        for index in 1..characters.len() {
            // In 银行行长 two words meet.
            let meet = characters.len() > 3 && index == halves;
            if characters[index] == characters[index - 1] && !meet {
                syllables[index].tone = NEUTRAL;
            }
        }
    }
    if let Some(index) = light(characters, tag, syllables) {
        syllables[index].tone = NEUTRAL;
    }
    let (first, second) = characters.split_at(halves.min(characters.len()));
    for (part, end) in [(first, first.len()), (second, characters.len())] {
        if is_light_word(part) {
            syllables[end - 1].tone = NEUTRAL;
        }
    }
}

/// The syllable of a word that a rule makes light.
fn light(characters: &[char], tag: &str, syllables: &[Syllable]) -> Option<usize> {
    let last = characters.len() - 1;
    let before = last.checked_sub(1).map(|index| characters[index]);
    let end = characters[last];
    let is = |tags: &[&str]| tags.contains(&tag);
    let particle = "吧呢啊呐噻嘛吖嗨哦哟喽啰喔诶".contains(end)
        || before.is_none() && "哒滴哩耶".contains(end)
        || "的地得".contains(end) && syllables[last].pinyin == "de"
        || before.is_none() && "了着过".contains(end) && is(&["ul", "uz", "ug"]);
    let suffix = before.is_some_and(|before| {
        "们子".contains(end) && is(&["r", "n"])
            || "上下".contains(end) && is(&["s", "l", "f"])
            || "来去".contains(end) && "上下进出回过起开".contains(before)
    });
    if particle || suffix {
        return Some(last);
    }
    let measure = characters.iter().position(|&c| c == '个');
    let counted = measure.filter(|&index| match index.checked_sub(1) {
        None => last == 0,
        Some(before) => {
            let before = characters[before];
            is_numeral(before) || "几有半多各整每做是".contains(before)
        }
    });
    counted.or_else(|| is_light_word(characters).then_some(last))
}

/// Whether it, or what its last two characters make, is known to end lightly.
fn is_light_word(characters: &[char]) -> bool {
    let word: String = characters.iter().collect();
    let end: String = characters[characters.len().saturating_sub(2)..]
        .iter()
        .collect();
    !word.is_empty() && (is_neutral(&word) || is_neutral(&end))
}

/// Of two low tones the first rises.
fn third(halves: usize, syllables: &mut [Syllable]) {
    let low = |part: &[Syllable]| part.iter().all(|syllable| syllable.tone == 3);
    match syllables.len() {
        2 if low(syllables) => syllables[0].tone = 2,
        3 if low(syllables) => {
            syllables[1].tone = 2;
            if halves == 2 {
                syllables[0].tone = 2;
            }
        }
        3 => {
            let (first, second) = syllables.split_at_mut(halves.min(3));
            if first.len() == 2 && low(first) {
                first[0].tone = 2;
            }
            if second.len() == 2 && low(second) {
                second[0].tone = 2;
            } else if let (Some(end), Some(start)) = (first.last_mut(), second.first())
                && end.tone == 3
                && start.tone == 3
                && !low(second)
            {
                end.tone = 2;
            }
        }
        4 => {
            for half in syllables.chunks_mut(2) {
                if low(half) {
                    half[0].tone = 2;
                }
            }
        }
        _ => {}
    }
}

/// Makes 儿 at the end of a word an r of the syllable before, where people say it so.
pub(super) fn curl(word: &str, tag: &str, syllables: &mut Vec<Syllable>) {
    let characters: Vec<char> = word.chars().collect();
    let [.., before, '儿'] = characters[..] else {
        return;
    };
    if syllables.len() != characters.len() {
        return;
    }
    let refused = refuses_r(word) || matches!(tag, "a" | "j" | "nr");
    let end: String = [before, '儿'].iter().collect();
    if !takes_r(word) && (refused || refuses_r(&end)) {
        return;
    }
    if syllables
        .last()
        .is_some_and(|last| last.pinyin == "er" && matches!(last.tone, 1 | 2 | NEUTRAL))
    {
        syllables.pop();
        if let Some(last) = syllables.last_mut() {
            last.r = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `pinyin` as written in a dictionary, and as said.
    fn said(word: &str, tag: &str, halves: usize, pinyin: &str) -> String {
        let mut syllables: Vec<_> = pinyin.split(' ').map(Syllable::parse).collect();
        change(word, tag, halves, &mut syllables);
        curl(word, tag, &mut syllables);
        let one = |syllable: &Syllable| {
            let r = if syllable.r { "r" } else { "" };
            format!("{}{r}{}", syllable.pinyin, syllable.tone)
        };
        syllables.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn low_tones_rise_before_low_tones() {
        assert_eq!(said("你好", "l", 2, "ni3 hao3"), "ni2 hao3");
        assert_eq!(said("蒙古包", "n", 2, "meng3 gu3 bao1"), "meng2 gu3 bao1");
        assert_eq!(
            said("展览馆", "n", 2, "zhan3 lan3 guan3"),
            "zhan2 lan2 guan3"
        );
        assert_eq!(said("纸老虎", "n", 1, "zhi3 lao3 hu3"), "zhi3 lao2 hu3");
        assert_eq!(said("好喜欢", "v", 1, "hao3 xi3 huan1"), "hao2 xi3 huan5");
        assert_eq!(
            said("岂有此理", "i", 2, "qi3 you3 ci3 li3"),
            "qi2 you3 ci2 li3"
        );
    }

    #[test]
    fn not_and_one_follow_what_comes_next() {
        assert_eq!(said("不怕", "v", 1, "bu4 pa4"), "bu2 pa4");
        assert_eq!(said("不好", "a", 1, "bu4 hao3"), "bu4 hao3");
        assert_eq!(said("看不懂", "v", 1, "kan4 bu4 dong3"), "kan4 bu5 dong3");
        assert_eq!(said("一个", "m", 1, "yi1 ge4"), "yi2 ge5");
        assert_eq!(said("一天", "m", 1, "yi1 tian1"), "yi4 tian1");
        assert_eq!(said("听一听", "v", 1, "ting1 yi1 ting1"), "ting1 yi5 ting1");
        assert_eq!(said("第一个", "m", 2, "di4 yi1 ge4"), "di4 yi1 ge5");
        assert_eq!(said("十一月", "t", 2, "shi2 yi1 yue4"), "shi2 yi1 yue4");
        assert_eq!(
            said("一万一千", "m", 2, "yi1 wan4 yi1 qian1"),
            "yi2 wan4 yi4 qian1"
        );
        assert_eq!(
            said("二零一一", "m", 2, "er4 ling2 yi1 yi1"),
            "er4 ling2 yi1 yi1"
        );
    }

    #[test]
    fn light_syllables_lose_their_tone() {
        assert_eq!(said("妈妈", "n", 1, "ma1 ma1"), "ma1 ma5");
        assert_eq!(said("我们", "r", 1, "wo3 men2"), "wo3 men5");
        assert_eq!(said("孩子", "n", 1, "hai2 zi3"), "hai2 zi5");
        assert_eq!(said("电子", "n", 1, "dian4 zi3"), "dian4 zi3");
        assert_eq!(said("朋友", "n", 1, "peng2 you3"), "peng2 you5");
        assert_eq!(said("出来", "v", 1, "chu1 lai2"), "chu1 lai5");
        assert_eq!(said("土地", "n", 1, "tu3 di4"), "tu3 di4");
        assert_eq!(said("的", "uj", 1, "de5"), "de5");
        assert_eq!(said("三个", "m", 1, "san1 ge4"), "san1 ge5");
        assert_eq!(said("个人", "n", 1, "ge4 ren2"), "ge4 ren2");
    }

    #[test]
    fn an_r_is_a_syllable_or_clings() {
        assert_eq!(said("一会儿", "m", 2, "yi1 hui4 er5"), "yi2 huir4");
        assert_eq!(said("女儿", "n", 1, "nv3 er2"), "nv3 er2");
        assert_eq!(said("儿", "n", 1, "er2"), "er2");
        assert_eq!(said("媳妇儿", "n", 2, "xi2 fu4 er5"), "xi2 fur5");
    }

    #[test]
    fn what_does_not_fit_is_left_alone() {
        assert_eq!(said("你好吗", "l", 9, "ni3 hao3"), "ni3 hao3");
        assert_eq!(said("", "", 0, "ni3"), "ni3");
    }
}
