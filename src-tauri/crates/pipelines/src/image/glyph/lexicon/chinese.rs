//! The head of a Chinese noun phrase, and its colour.
//!
//! The head stands last, and nothing separates words: the longest known words at the end are it. A single
//! character at the end is a head only behind what is known to stand before nouns (a number, a measure
//! word, 的, an adjective, another noun): 海马 is no horse.

use super::{
    colour_words,
    table::{Entry, Named, Table},
};
use crate::image::Colour;

/// What ends a phrase; behind it stands where the thing is or what it does.
const BREAKERS: &[&str] = &[
    "正在", "坐在", "放在", "挂在", "摆在", "停在", "飞在", "走在", "跑在", "游在", "住在", "落在",
    "长在", "站在", "躺在", "趴在", "睡在", "在", "戴着", "穿着", "拿着", "骑着", "抱着", "吃着",
    "带着", "和", "与", "跟", "以及", "还有", "是", "有", "正",
];

/// With these a sentence begins that is about something else.
const TIMES: &[&str] = &[
    "早晨", "早上", "清晨", "上午", "中午", "下午", "傍晚", "晚上", "夜晚", "夜里", "深夜", "春天",
    "夏天", "秋天", "冬天", "白天", "雨天", "雪天", "晴天",
];

/// Behind these stands what is in a place: 桌子上有一只猫.
const EXISTS: &[&str] = &[
    "有",
    "是",
    "坐着",
    "站着",
    "躺着",
    "趴着",
    "睡着",
    "停着",
    "放着",
    "摆着",
    "挂着",
    "飞着",
    "飘着",
    "游着",
    "跑着",
    "长着",
    "开着",
    "种着",
    "住着",
    "下着",
    "有着",
    "开满了",
    "开满",
    "长满了",
    "长满",
    "挂满",
    "堆满",
    "摆满",
    "坐满",
    "飞过",
    "走过",
    "游过",
    "跑过",
    "飘过",
    "驶过",
    "开过",
    "升起",
];

/// What tells the side of a place.
const SIDES: &[&str] = &[
    "旁边",
    "上面",
    "下面",
    "里面",
    "外面",
    "前面",
    "后面",
    "左边",
    "右边",
    "中间",
    "附近",
    "周围",
    "对面",
    "门口",
    "之上",
    "之下",
    "之中",
    "的时候",
    "时候",
    "时分",
    "上",
    "下",
    "里",
    "中",
    "旁",
    "边",
    "前",
    "后",
    "外",
    "内",
    "时",
];

/// Places without a side.
const PLACES: &[&str] = &["天空", "远处", "近处", "到处", "这里", "那里", "背景"];

/// Behind these is no place to tell of.
const NOWHERE: &[&str] = &[
    "",
    "从前",
    "以前",
    "很久以前",
    "很久很久以前",
    "远处",
    "近处",
    "到处",
    "这里",
    "那里",
    "背景",
];

const POLITE: &[&str] = &[
    "请你",
    "请",
    "帮我",
    "给我",
    "替我",
    "为我",
    "我想要",
    "我想",
    "我要",
    "想要",
    "要",
];

/// What asks for a drawing.
const VERBS: &[&str] = &[
    "画一下",
    "画出",
    "画个",
    "画",
    "生成",
    "制作",
    "做",
    "来",
    "绘制",
    "显示",
    "创作",
];

const SHEETS: &[&str] = &["一张", "一幅", "一副"];

const AFTERTHOUGHTS: &[&str] = &[
    "的图片",
    "的照片",
    "的图标",
    "的图案",
    "的表情包",
    "的表情",
    "的插画",
    "的画",
    "的图",
    "的样子",
    "图片",
    "图标",
    "图案",
    "表情包",
    "表情",
    "插画",
    "吧",
    "呀",
    "啊",
    "呢",
    "们",
];

const NUMBERS: &[&str] = &[
    "一",
    "二",
    "两",
    "三",
    "四",
    "五",
    "六",
    "七",
    "八",
    "九",
    "十",
    "几",
    "半",
    "许多",
    "很多",
    "好多",
    "一些",
    "好几",
    "多",
    "这",
    "那",
    "每",
    "某",
    "各",
    "有",
    "些",
    "一群",
    "我的",
    "你的",
    "他的",
    "她的",
    "我们的",
    "我",
    "你",
    "他",
    "她",
    "整",
    "数",
];

/// Numbers as they stand in words that do not count.
const BARE: &str = "一二两三四五六七八九十百千万半数";

const MEASURES: &str = "个只条头匹辆台架艘朵棵株颗粒片张幅本支枝把件双对副顶块杯瓶碗盘盒包袋串根座栋间扇盏面只位名群堆束口滴轮道场\
    份打套种类节列部锅壶桶罐篮筐捆团瓣层款枚门尊则封封家所栏排段滩缕丛簇";

/// Adjectives, moods, materials, adverbs; the doubled ones too.
const ADJECTIVES: &[&str] = &[
    "大大",
    "小小",
    "胖胖",
    "瘦瘦",
    "圆圆",
    "长长",
    "高高",
    "矮矮",
    "大",
    "小",
    "老",
    "旧",
    "新",
    "高",
    "矮",
    "胖",
    "瘦",
    "长",
    "短",
    "圆",
    "方",
    "扁",
    "尖",
    "粗",
    "细",
    "厚",
    "薄",
    "宽",
    "窄",
    "巨大",
    "巨型",
    "迷你",
    "微小",
    "超大",
    "可爱",
    "漂亮",
    "美丽",
    "好看",
    "丑",
    "丑陋",
    "快乐",
    "开心",
    "高兴",
    "伤心",
    "难过",
    "悲伤",
    "生气",
    "愤怒",
    "害怕",
    "惊讶",
    "微笑",
    "哭泣",
    "开心的",
    "调皮",
    "聪明",
    "勇敢",
    "凶猛",
    "凶",
    "温柔",
    "懒",
    "懒惰",
    "困",
    "饿",
    "快",
    "慢",
    "飞快",
    "热",
    "冷",
    "新鲜",
    "好吃",
    "美味",
    "甜",
    "酸",
    "干净",
    "脏",
    "破",
    "破旧",
    "古老",
    "现代",
    "可怕",
    "神奇",
    "魔法",
    "卡通",
    "玩具",
    "木",
    "木制",
    "木头",
    "铁",
    "塑料",
    "玻璃",
    "布",
    "纸",
    "金属",
    "毛绒",
    "石",
    "电动",
    "亮",
    "闪亮",
    "明亮",
    "暗",
    "深",
    "浅",
    "淡",
    "彩色",
    "五彩",
    "花",
    "条纹",
    "很",
    "非常",
    "特别",
    "超级",
    "超",
    "最",
    "太",
    "好",
    "更",
    "真",
    "十分",
    "孤独",
    "野",
    "野生",
    "奔跑",
    "飞翔",
    "睡觉",
    "熟",
    "年轻",
    "男",
    "女",
    "空",
    "满",
    "软",
    "硬",
    "湿",
    "干",
    "雄伟",
    "豪华",
    "简单",
    "普通",
    "老式",
    "新式",
];

/// Longer prompts are read no further: nobody names a thing in so many characters.
const MOST: usize = 120;

pub(super) fn is_character(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// What stands between marks, in small letters and without spaces.
pub(super) fn parts(prompt: &str) -> Vec<String> {
    let text: String = prompt.chars().take(MOST).collect::<String>().to_lowercase();
    let is_mark = |one: char| !one.is_alphanumeric();
    let parts = text.split(|one: char| is_mark(one) && !one.is_whitespace());
    let parts = parts.map(|part| part.split_whitespace().collect::<String>());
    parts.filter(|part| !part.is_empty()).collect()
}

pub(super) fn read(table: &Table, parts: &[String]) -> (Named, Option<Colour>) {
    let read: Vec<_> = parts.iter().map(|part| clause(table, part)).collect();
    let named = |(_, (named, _)): &(usize, &(Named, _))| named.entry.is_some();
    let mut places = read.iter().enumerate().filter(named);
    let first_named = places.next().map(|(place, _)| place);
    // 阳光明媚的早晨，一个小女孩: a part that tells when is not what is wanted.
    let place = first_named
        .filter(|&place| !TIMES.iter().any(|time| parts[place].ends_with(time)))
        .or(places.next().map(|(place, _)| place))
        .or(first_named);
    let mut read = read.into_iter();
    read.nth(place.unwrap_or(0)).unwrap_or_default()
}

/// What stands between two marks.
fn clause(table: &Table, text: &str) -> (Named, Option<Colour>) {
    let text = if table.find(text).is_some() {
        text
    } else {
        without_request(table, text)
    };
    if let Some(entry) = table.find(text) {
        return (named(entry, text), None);
    }
    // 汽车是红色的
    if let Some((before, after)) = text.split_once('是')
        && let Some((colour, "" | "的")) = colour_words::chinese_prefix(after)
        && let (found, _) = phrase(table, before)
        && found.entry.is_some()
    {
        return (found, Some(colour));
    }
    if let Some((_, behind)) = existential(text)
        && let (found, colour) = clause(table, behind)
        && found.entry.is_some()
    {
        return (found, colour);
    }
    if let Some(doer) = doer(table, text) {
        return (doer, None);
    }
    let first = BREAKERS
        .iter()
        .filter_map(|breaker| text.find(breaker))
        .filter(|&at| at > 0)
        .min();
    if let Some(at) = first {
        let before = text[..at].trim_end_matches('的');
        // 和服 is no breaker: only where something is named before it.
        let (found, colour) = phrase(table, before);
        if found.entry.is_some() && phrase_is_apart(text, at) {
            return (found, colour);
        }
    }
    phrase(table, text)
}

/// Who does something in a sentence: 狐狸醒了, 月亮照着大海.
fn doer(table: &Table, text: &str) -> Option<Named> {
    let at = text.find(['了', '着'])?;
    // 牵着一只白色的小狗: what is counted has its own 的.
    let behind = &text[at + '着'.len_utf8()..];
    if text[at..].contains('的') && counted(behind) != Some(0) {
        return None;
    }
    let before = &text[..at];
    let places: Vec<usize> = before.char_indices().map(|(at, _)| at).collect();
    let starts = places
        .iter()
        .rev()
        .filter(|&&start| are_modifiers(&before[..start]));
    let ends = places.iter().copied().skip(1).chain([at]).rev();
    let mut ranges = starts.flat_map(|&start| ends.clone().map(move |end| (start, end)));
    ranges.find_map(|(start, end)| {
        let words = before.get(start..end)?;
        let is_word = words.chars().count() > 1 || start > 0;
        let entry = table.find(words).filter(|_| is_word)?;
        Some(named(entry, words))
    })
}

/// 在草地上的狗 is about a dog: what is behind 的 is the head, unless 的 belongs to the place.
fn phrase_is_apart(text: &str, at: usize) -> bool {
    let behind = &text[at..];
    let conjunction = breaker(behind).is_some_and(|(word, _)| joins(word));
    // 在日落时的海滩上 ends in a place, which is no head.
    let is_place = SIDES.iter().any(|side| behind.ends_with(side));
    // 在雪地里追一只白色的兔子: the 的 belongs to what is chased.
    let is_object = counted(behind).is_some_and(|at| behind[at..].contains('的'));
    conjunction || is_place || is_object || !behind.trim_end_matches('的').contains('的')
}

/// The place in a sentence that says what is there, and what that is; 有一只猫 has none.
pub(super) fn existential(text: &str) -> Option<(&str, &str)> {
    let split = |word: &str| {
        let at = text.find(word)?;
        let (place, behind) = (&text[..at], &text[at + word.len()..]);
        let place = place.strip_suffix("都").unwrap_or(place);
        let ends = |sides: &[&str]| sides.iter().any(|side| place.ends_with(side));
        // 有翅膀的马 is a horse with wings.
        let is_bare = NOWHERE.contains(&place)
            && (!place.is_empty() || word == "有" && counted(behind) == Some(0));
        let is_place = is_bare || ends(SIDES) || ends(PLACES);
        let place = if is_bare { "" } else { place };
        (is_place && !behind.is_empty()).then_some((place, behind))
    };
    EXISTS
        .iter()
        .filter_map(|word| split(word))
        .min_by_key(|(place, _)| place.len())
}

/// Where something is counted first: 追一个球.
pub(super) fn counted(text: &str) -> Option<usize> {
    let counts = |at: usize| {
        let rest = &text[at..];
        quantity(rest).is_some() || without_one(rest) != rest
    };
    let mut places = text.char_indices().map(|(at, _)| at);
    places.find(|&at| counts(at))
}

/// Pieces of which each begins where something is counted: 三只狗追两只猫.
pub(super) fn by_counts(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let own = quantity(rest).map_or(first.len_utf8(), str::len);
        let end = counted(&rest[own..]).map_or(rest.len(), |at| own + at);
        let (piece, behind) = rest.split_at(end);
        pieces.push(piece);
        rest = behind;
    }
    pieces
}

/// One noun phrase: 一辆红色的小汽车.
fn phrase(table: &Table, text: &str) -> (Named, Option<Colour>) {
    let text = text.trim_end_matches('的').trim_end_matches('们');
    let (before, tail) = match text.rsplit_once('的') {
        Some((before, tail)) if !tail.is_empty() => (before, tail),
        _ => ("", text),
    };
    let Some((head, modifiers)) = head(table, tail) else {
        let words = without_modifiers(tail);
        let colour = colour_of(before, &tail[..tail.len() - words.len()]);
        if words.is_empty()
            && let Some(colour) = colour
            && let Some(entry) = table
                .find(&colour_words::circle(colour))
                .or_else(|| table.find("圆形"))
        {
            return (named(entry, text), Some(colour));
        }
        let unnamed = Named {
            entry: None,
            words: unknown(tail).to_owned(),
        };
        return (unnamed, colour);
    };
    (head, colour_of(before, modifiers))
}

/// Words that name nothing known, without what surely is no part of them: the 数 of 数学课 is one.
fn unknown(text: &str) -> &str {
    let mut rest = without_one(text);
    rest = quantity(rest).map_or(rest, |quantity| &rest[quantity.len()..]);
    let is_long = |word: &&&str| word.chars().count() > 1;
    while let Some(shorter) = NUMBERS
        .iter()
        .chain(ADJECTIVES)
        .filter(is_long)
        .find_map(|word| rest.strip_prefix(word))
        .or_else(|| {
            let (_, behind) = colour_words::chinese_prefix(rest)?;
            rest[..rest.len() - behind.len()]
                .ends_with('色')
                .then_some(behind)
        })
    {
        rest = shorter;
    }
    if rest.is_empty() { text } else { rest }
}

/// How many, where it is more than one: 两只, 许多, 一群.
pub(super) fn quantity(text: &str) -> Option<&str> {
    const MANY: &[&str] = &[
        "许多", "很多", "好多", "好几", "一些", "一群", "一堆", "一排", "一队", "一窝",
    ];
    const DIGITS: &str = "一二两三四五六七八九十百千几数";
    if let Some(many) = MANY.iter().find(|many| text.starts_with(**many)) {
        let measure = text[many.len()..]
            .chars()
            .next()
            .filter(|one| *many == "好几" && MEASURES.contains(*one));
        return Some(&text[..many.len() + measure.map_or(0, char::len_utf8)]);
    }
    let is_digit = |one: char| DIGITS.contains(one) || one.is_ascii_digit();
    let number = &text[..text.find(|one| !is_digit(one))?];
    let measure = text[number.len()..].chars().next()?;
    let counts = !matches!(number, "" | "一" | "1") && MEASURES.contains(measure);
    counts.then(|| &text[..number.len() + measure.len_utf8()])
}

/// Without 一只, 一个.
pub(super) fn without_one(text: &str) -> &str {
    let rest = text.strip_prefix(['一', '1']).unwrap_or(text);
    let measure = rest.chars().next().filter(|one| MEASURES.contains(*one));
    match measure {
        Some(one) if rest.len() < text.len() => &rest[one.len_utf8()..],
        _ => text,
    }
}

/// Without what tells a side: 垫子上.
pub(super) fn without_place(text: &str) -> &str {
    let shorter = SIDES.iter().find_map(|side| text.strip_suffix(side));
    shorter.filter(|rest| !rest.is_empty()).unwrap_or(text)
}

/// Without the side that a text begins with.
pub(super) fn behind_side(text: &str) -> &str {
    let behind = SIDES.iter().find_map(|side| text.strip_prefix(side));
    behind.unwrap_or(text)
}

/// What stands before the last side in a text: 公园 in 公园里散步.
pub(super) fn place_before_side(text: &str) -> Option<&str> {
    let ends = SIDES
        .iter()
        .filter_map(|side| text.rfind(side))
        .filter(|&at| at > 0);
    ends.max().map(|at| without_place(&text[..at]))
}

/// The breaker that a text begins with, and what stands behind it.
pub(super) fn breaker(text: &str) -> Option<(&str, &str)> {
    let found = BREAKERS.iter().filter(|word| text.starts_with(**word));
    let longest = found.max_by_key(|word| word.len())?;
    Some(text.split_at(longest.len()))
}

/// Whether a breaker stands between two things that are both wanted.
pub(super) fn joins(breaker: &str) -> bool {
    matches!(breaker, "和" | "与" | "跟" | "以及" | "还有")
}

fn named(entry: &Entry, words: &str) -> Named {
    Named {
        entry: Some(entry.clone()),
        words: words.to_owned(),
    }
}

/// Without 请帮我画一张 before and 的图片 behind, where something is left.
pub(super) fn without_request<'a>(table: &Table, text: &'a str) -> &'a str {
    let shorter = AFTERTHOUGHTS
        .iter()
        .find_map(|thought| text.strip_suffix(thought));
    let mut rest = shorter.filter(|rest| !rest.is_empty()).unwrap_or(text);
    let strip = |rest: &'a str, words: &[&str]| {
        let known = table.find(rest).is_some();
        let shorter = words.iter().find_map(|word| rest.strip_prefix(word));
        shorter.filter(|shorter| !known && !shorter.is_empty())
    };
    while let Some(shorter) = strip(rest, POLITE) {
        rest = shorter;
    }
    for words in [VERBS, SHEETS] {
        rest = strip(rest, words).unwrap_or(rest);
    }
    rest
}

/// The longest known words at the end of a text, and what stands before them.
pub(super) fn head<'a>(table: &Table, text: &'a str) -> Option<(Named, &'a str)> {
    let splits = || text.char_indices().map(|(at, _)| text.split_at(at));
    let known = |(before, words): (&'a str, &'a str)| {
        // 三月 is no moon, 半岛 no island: a number has its measure word.
        let bare = before.ends_with(|one| BARE.contains(one)) && words.chars().count() == 1;
        let entry = table.find(words).filter(|_| !bare)?;
        Some((named(entry, words), before))
    };
    // 许多云 are many clouds and not cloudy.
    let behind_modifiers = splits().filter(|(before, _)| are_modifiers(before));
    let is_compound = |(before, words): &(&str, &str)| {
        let noun = without_modifiers(before);
        let is_noun = noun.chars().count() > 1 && table.find(noun).is_some();
        words.chars().count() > 1 || is_noun
    };
    behind_modifiers
        .chain(splits().filter(is_compound))
        .find_map(known)
}

/// What a text begins with that may stand before a noun: every way to read it.
fn modifiers_at(text: &str) -> impl Iterator<Item = &str> {
    let words = NUMBERS
        .iter()
        .chain(ADJECTIVES)
        .filter_map(|word| text.strip_prefix(word));
    let measure = text
        .chars()
        .next()
        .filter(|one| MEASURES.contains(*one) || one.is_ascii_digit());
    let measure = measure.map(|one| &text[one.len_utf8()..]);
    let colour = colour_words::chinese_prefix(text).map(|(_, rest)| rest);
    let of = text.strip_prefix('的').or_else(|| text.strip_prefix('地'));
    words.chain(measure).chain(colour).chain(of)
}

pub(super) fn are_modifiers(text: &str) -> bool {
    // Every way is tried; texts before a noun are short.
    text.is_empty() || (text.chars().count() <= 16 && modifiers_at(text).any(are_modifiers))
}

/// The text behind the longest run of modifiers that leaves something.
fn without_modifiers(text: &str) -> &str {
    let starts = text.char_indices().map(|(at, _)| at).rev();
    let whole = if are_modifiers(text) {
        Some(text.len())
    } else {
        None
    };
    let start = whole.or_else(|| starts.into_iter().find(|&at| are_modifiers(&text[..at])));
    &text[start.unwrap_or(0)..]
}

/// The one colour that the noun has: directly before it, or before a 的 of its own.
fn colour_of(before: &str, modifiers: &str) -> Option<Colour> {
    let mut colours: Vec<Colour> = Vec::new();
    for part in before.split('的').chain([modifiers]) {
        // 戴红帽子的猫: a colour counts where only modifiers stand with it.
        if are_modifiers(part) || part.ends_with('色') {
            colours.extend(last_colour(part));
        }
    }
    let first = colours.first().copied()?;
    colours
        .iter()
        .all(|colour| *colour == first)
        .then_some(first)
}

/// The last colour in a run of modifiers.
fn last_colour(part: &str) -> Option<Colour> {
    let starts = part.char_indices().map(|(at, _)| at).rev();
    let mut found = None;
    for at in starts {
        if let Some((colour, rest)) = colour_words::chinese_prefix(&part[at..]) {
            // The longest word that ends where this one does: 粉红, not 红.
            if found.is_none_or(|(_, end)| rest.len() == end) {
                found = Some((colour, rest.len()));
            }
        }
    }
    found.map(|(colour, _)| colour)
}
