//! The words for colours.

use crate::image::Colour;

/// English words, each a token of its own.
const ENGLISH: &[(Colour, &[&str])] = &[
    (
        Colour::Red,
        &["red", "crimson", "scarlet", "maroon", "reddish"],
    ),
    (Colour::Orange, &["orange", "amber", "apricot"]),
    (
        Colour::Yellow,
        &["yellow", "gold", "golden", "yellowish", "blonde", "blond"],
    ),
    (
        Colour::Green,
        &["green", "emerald", "lime", "olive", "greenish"],
    ),
    (
        Colour::Turquoise,
        &["turquoise", "cyan", "teal", "aqua", "aquamarine"],
    ),
    (Colour::Blue, &["blue", "navy", "azure", "bluish", "indigo"]),
    (
        Colour::Purple,
        &["purple", "violet", "lilac", "mauve", "lavender"],
    ),
    (Colour::Pink, &["pink", "magenta", "fuchsia", "pinkish"]),
    (
        Colour::Brown,
        &["brown", "tan", "beige", "brownish", "bronze"],
    ),
    (Colour::Black, &["black"]),
    (
        Colour::Grey,
        &["grey", "gray", "silver", "greyish", "grayish", "silvery"],
    ),
    (Colour::White, &["white", "ivory", "whitish"]),
];

/// Chinese words without 色, the longer first.
const CHINESE: &[(Colour, &[&str])] = &[
    (Colour::Pink, &["粉红", "桃红", "粉", "玫红"]),
    (
        Colour::Red,
        &[
            "大红",
            "鲜红",
            "深红",
            "通红",
            "红彤彤",
            "红红",
            "火红",
            "红",
        ],
    ),
    (
        Colour::Orange,
        &["橘黄", "橙黄", "橘红", "橙红", "橙", "橘"],
    ),
    (Colour::Turquoise, &["青绿", "蓝绿", "绿松石", "湖蓝"]),
    (
        Colour::Yellow,
        &["金黄", "淡黄", "嫩黄", "黄澄澄", "黄", "金"],
    ),
    (
        Colour::Green,
        &[
            "翠绿",
            "碧绿",
            "嫩绿",
            "草绿",
            "墨绿",
            "深绿",
            "浅绿",
            "绿油油",
            "绿绿",
            "绿",
        ],
    ),
    (
        Colour::Blue,
        &["天蓝", "深蓝", "浅蓝", "蔚蓝", "宝蓝", "蓝蓝", "蓝"],
    ),
    (Colour::Purple, &["深紫", "淡紫", "浅紫", "紫"]),
    (Colour::Brown, &["棕", "褐", "咖啡", "棕褐"]),
    (Colour::Black, &["黑", "乌黑", "漆黑"]),
    (Colour::Grey, &["深灰", "浅灰", "灰", "银"]),
    (Colour::White, &["雪白", "洁白", "乳白", "白白", "白"]),
];

/// Drinks and dishes whose names tell a colour that is not their picture's.
const NOT_OF_THAT_COLOUR: &[&str] = &[
    "black tea",
    "green tea",
    "black coffee",
    "white coffee",
    "white wine",
    "white bread",
    "brown bread",
    "white rice",
    "brown rice",
    "white chocolate",
    "orange juice",
    "红茶",
    "绿茶",
    "黑咖啡",
    "白饭",
    "白米饭",
    "红糖",
    "白糖",
    "白面包",
    "黑啤",
    "红豆",
    "绿豆",
    "黄豆",
    "黑豆",
    "红包",
    "白纸",
];

/// The colour that an English token is.
pub(super) fn english(token: &str) -> Option<Colour> {
    let row = ENGLISH.iter().find(|(_, words)| words.contains(&token));
    row.map(|(colour, _)| *colour)
}

/// The colour that a Chinese text begins with, and what follows it.
pub(super) fn chinese_prefix(text: &str) -> Option<(Colour, &str)> {
    let words = CHINESE
        .iter()
        .flat_map(|(colour, words)| words.iter().map(move |word| (*colour, *word)));
    let longest = words
        .filter_map(|(colour, word)| Some((word.len(), colour, text.strip_prefix(word)?)))
        .max_by_key(|(length, ..)| *length);
    let (_, colour, rest) = longest?;
    // 青色 is between green and blue; 色 itself says nothing.
    Some((colour, rest.strip_prefix('色').unwrap_or(rest)))
}

/// The colour that words begin with, and the rest: "black bear", 白马.
pub(super) fn leading(words: &str) -> Option<(Colour, &str)> {
    let lower = words.to_lowercase();
    if NOT_OF_THAT_COLOUR.contains(&lower.as_str()) {
        return None;
    }
    if let Some((first, rest)) = words.split_once(' ') {
        return Some((english(&first.to_lowercase())?, rest));
    }
    chinese_prefix(words).filter(|(_, rest)| !rest.is_empty())
}

/// Whether an English name tells that its thing has this colour.
pub(super) fn names(name: &str, colour: Colour) -> bool {
    name.split(' ').any(|word| english(word) == Some(colour))
}

/// The thing that a colour alone stands for, by its English name.
pub(super) fn circle(colour: Colour) -> String {
    let words = ENGLISH.iter().find(|(one, _)| *one == colour);
    let word = words.and_then(|(_, words)| words.first());
    format!("{} circle", word.unwrap_or(&"red"))
}
