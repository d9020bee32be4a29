//! The names in a claim: what a model that makes things up makes up first.

use super::terms::is_chinese;

/// The commonest family names, and what stands for one.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范石廖贾夏韦傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤小老阿";
const TITLES: [&str; 14] = [
    "老师",
    "先生",
    "女士",
    "小姐",
    "同学",
    "经理",
    "主任",
    "校长",
    "教授",
    "医生",
    "总监",
    "部长",
    "会长",
    "工程师",
];
/// What follows a person in a task.
const DOING: [&str; 14] = [
    "负责", "：", ":", "需要", "将", "准备", "会", "和", "、", "提出", "表示", "建议", "完成",
    "提交",
];
/// What follows a person in an English one.
const ACTING: [&str; 16] = [
    "will", "should", "must", "needs", "said", "says", "brings", "takes", "prints", "buys",
    "sends", "makes", "calls", "writes", "prepares", "asks",
];
/// English words that begin a line with a capital and are no names.
const PLAIN: &str = " the a an we he she they it i you there this that these those everyone all please team \
    task tasks who what when until by decision decisions summary minutes meeting in on at for to from with \
    and or but if no none next also both each after before during today tomorrow yesterday let our your \
    their his her its my monday tuesday wednesday thursday friday saturday sunday january february march \
    april may june july august september october november december mr mrs ms dr ok deadline date time place \
    budget topic note notes responsible owner action actions person name due cost goal result ";

/// Every name, in the claim's order.
pub(super) fn names(claim: &str) -> Vec<String> {
    let mut names = english(claim);
    names.extend(chinese(claim));
    names
}

/// Words with a capital inside a sentence; at its beginning only before what people do.
fn english(claim: &str) -> Vec<String> {
    let words: Vec<&str> = claim.split_whitespace().collect();
    let mut names = Vec::new();
    let mut begins = true;
    for (at, word) in words.iter().enumerate() {
        let plain = word.trim_matches(|c: char| !c.is_alphanumeric());
        let plain = plain
            .strip_suffix("'s")
            .or(plain.strip_suffix("’s"))
            .unwrap_or(plain);
        let capital = capital_word(plain);
        let next = words.get(at + 1).map(|next| next.to_lowercase());
        let acts = word.ends_with(':')
            || next.as_deref().is_some_and(|next| ACTING.contains(&next))
            || next.as_deref() == Some("and")
                && words.get(at + 2).is_some_and(|next| capital_word(next));
        let known = PLAIN.contains(&format!(" {} ", plain.to_lowercase()));
        if capital && !known && (!begins || acts) && plain.len() > 1 {
            names.push(plain.to_owned());
        }
        begins = word.ends_with(['.', '!', '?', ':', '-', '*', '•']);
    }
    names
}

fn capital_word(word: &str) -> bool {
    word.chars().next().is_some_and(|c| c.is_ascii_uppercase())
}

fn chinese(claim: &str) -> Vec<String> {
    let characters: Vec<char> = claim.chars().collect();
    let text = |from: usize, to: usize| -> String {
        characters
            .get(from..to.min(characters.len()))
            .unwrap_or_default()
            .iter()
            .collect()
    };
    let mut names = Vec::new();
    for (at, c) in characters.iter().enumerate() {
        let begins = at == 0
            || !is_chinese(characters[at - 1])
            || "和与由让请给".contains(characters[at - 1]);
        if !SURNAMES.contains(*c) {
            continue;
        }
        let rest = text(at + 1, characters.len());
        if let Some(title) = TITLES.iter().find(|title| rest.starts_with(*title)) {
            names.push(format!("{c}{title}"));
            continue;
        }
        if !begins {
            continue;
        }
        for length in [2, 3] {
            let name = text(at, at + length);
            let after = text(at + length, characters.len());
            let person = name.chars().count() == length && name.chars().all(is_chinese);
            let acts = DOING.iter().any(|doing| after.starts_with(doing));
            if person
                && acts
                && !DOING
                    .iter()
                    .any(|doing| name[c.len_utf8()..].starts_with(doing))
            {
                names.push(name);
                break;
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_found_and_beginnings_of_sentences_are_none() {
        for (claim, wanted) in [
            (
                "Tom and Anna will bring it to Leeds.",
                &["Tom", "Anna", "Leeds"][..],
            ),
            ("Bring your own bottle on Friday", &[]),
            ("Sarah: send the list", &["Sarah"]),
            ("The meeting is at Tom's house", &["Tom"]),
            ("张三负责买书，李四：打印", &["张三", "李四"]),
            ("王老师负责买水果", &["王老师"]),
            ("由小李准备", &["小李"]),
            ("讨论了读书会的安排", &[]),
            ("高兴", &[]),
        ] {
            assert_eq!(names(claim), wanted, "{claim}");
        }
    }
}
