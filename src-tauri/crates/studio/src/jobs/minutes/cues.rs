//! What a sentence is in minutes, by its own words: a decision, a task, a question.

use super::sections::Section;

const DECIDED: [&str; 22] = [
    "decided",
    "agreed",
    "we agree",
    "approved",
    "voted",
    "we chose",
    "was chosen",
    "were chosen",
    "go with",
    "settled",
    "set for",
    "it is fixed",
    "will be held",
    "决定",
    "同意",
    "通过了",
    "定在",
    "定为",
    "改到",
    "改为",
    "改成",
    "说好",
];
/// Not done, nothing changes by these, and nothing is open.
const CHANGED: [&str; 7] = [
    "cancelled",
    "canceled",
    "we cancel",
    "postpone",
    "moved to",
    "取消",
    "推迟",
];
/// With a "not" before them, something is open.
const CHOICES: [&str; 9] = [
    " decide", " agree", " choose", " chosen", "决定", "同意", "通过", "选好", "定下",
];
const ASKED: [&str; 32] = [
    "please",
    "need to",
    "needs to",
    "has to",
    "have to",
    "should ",
    "make sure",
    "don't forget",
    "do not forget",
    "remember to",
    "must ",
    "responsible",
    "takes care",
    "take care of",
    "i'll ",
    "i will ",
    "负责",
    "，请",
    "。请",
    "需要",
    "必须",
    "记得",
    "别忘",
    "不要忘",
    "务必",
    "提交",
    "交给",
    "去买",
    "联系一下",
    "你来",
    "我来",
    "麻烦",
];
/// What "will" says nothing of people after.
const NOBODY: &str = " it the there this that it's we they you which who what he she everything everyone nobody \
    monday tuesday wednesday thursday friday saturday sunday ";
/// What somebody thinks, wishes or asks, or what hangs on something else, is neither decided nor a task.
const OPINIONS: [&str; 30] = [
    " if ",
    " unless ",
    " think ",
    " thinks ",
    " thought ",
    " believe ",
    " believes ",
    " suggest",
    " propos",
    " maybe ",
    " perhaps ",
    " might ",
    " may ",
    " wish",
    " would like",
    " wants ",
    " hopes ",
    " asked ",
    " asks ",
    "如果",
    "要是",
    "的话",
    "觉得",
    "认为",
    "建议",
    "提议",
    "也许",
    "可能",
    "希望",
    "问",
];
const QUESTIONS: [&str; 17] = [
    "nobody knows",
    "no one knows",
    "do not know",
    "don't know",
    "not sure",
    "not clear",
    "undecided",
    "to be decided",
    "asked whether",
    "asked if",
    "要不要",
    "能不能",
    "会不会",
    "可不可以",
    "是否",
    "不知道",
    "不确定",
];
/// Asked in any meeting, and nothing is left open by it.
const EMPTY_QUESTIONS: [&str; 6] = [
    "anything else",
    "any questions",
    "how are you",
    "can you hear",
    "还有别的",
    "听得到",
];
const NOT: [&str; 12] = [
    " not ",
    "n't ",
    " never ",
    " nobody ",
    " no one ",
    " no ",
    " nothing ",
    "没",
    "未",
    "不",
    "neither ",
    "without ",
];
/// So many bytes before a cue a "not" belongs to it.
const NEAR: usize = 16;

/// The section that a sentence belongs to besides the summary.
pub(super) fn kind(said: &str) -> Option<Section> {
    let said = said.trim().replace('’', "'");
    let lower = format!(" {} ", said.to_lowercase());
    let has = |cues: &[&str]| cues.iter().any(|cue| lower.contains(cue));
    let asks = said.ends_with(['?', '？', '吗', '呢']);
    if asks || has(&QUESTIONS) || cue(&lower, &CHOICES) == Some(Cue::Denied) {
        return (!has(&EMPTY_QUESTIONS)).then_some(Section::Open);
    }
    if is_opinion(&said) {
        return None;
    }
    match cue(&lower, &DECIDED).or_else(|| cue(&lower, &CHANGED)) {
        Some(Cue::Stated) => Some(Section::Decisions),
        Some(Cue::Denied) => None,
        None => {
            let asked = cue(&lower, &ASKED) == Some(Cue::Stated) || said.starts_with('请');
            (asked || somebody_will(&said) || somebody_does(&said)).then_some(Section::Tasks)
        }
    }
}

/// In the sentence's own capitals but the first: May is a month.
fn is_opinion(said: &str) -> bool {
    let mut characters = said.chars();
    let first = characters.next().into_iter().flat_map(char::to_lowercase);
    let plain: String = [' '].into_iter().chain(first).chain(characters).collect();
    let plain = plain.replace("问题", "");
    OPINIONS.iter().any(|cue| plain.contains(cue))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cue {
    Stated,
    /// With a "not" before it.
    Denied,
}

fn cue(said: &str, cues: &[&str]) -> Option<Cue> {
    let found = cues.iter().find_map(|cue| said.find(cue))?;
    let before = &said[said.floor_char_boundary(found.saturating_sub(NEAR))..found];
    // Behind a comma something else is denied; 不过 is no "not".
    let before = before
        .rsplit([',', '，', '、', '.'])
        .next()
        .unwrap_or_default();
    let before = format!("{} ", before.replace("不过", ""));
    let denied = NOT.iter().any(|not| before.contains(not));
    Some(if denied { Cue::Denied } else { Cue::Stated })
}

/// "Tom will bring", but not "the bus will leave", "it will be" or "Tom will not".
fn somebody_will(said: &str) -> bool {
    let words: Vec<&str> = said.split_whitespace().collect();
    words.windows(3).any(|three| {
        let [who, "will", what] = three else {
            return false;
        };
        let named = who.starts_with(|c: char| c.is_ascii_uppercase());
        let does = !what.starts_with("be") && !["not", "never"].contains(what);
        named && does && !NOBODY.contains(&format!(" {} ", who.to_lowercase()))
    })
}

/// The commonest family names, and what stands for one.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘蒋蔡余杜叶程苏魏吕丁沈姚卢姜崔钟谭陆汪范廖贾夏韦傅邹孟熊秦邱江尹薛闫段雷侯龙陶黎贺顾毛郝龚邵严武戴莫孔汤小老阿";
/// When and what somebody does.
const TIMES: [&str; 9] = [
    "星期", "周", "礼拜", "今天", "明天", "后天", "下个", "月底", "先",
];
const DOES: [&str; 27] = [
    "去",
    "来",
    "把",
    "给",
    "写",
    "画",
    "订",
    "买",
    "准备",
    "打印",
    "打电话",
    "联系",
    "通知",
    "收",
    "发",
    "带",
    "做",
    "整理",
    "检查",
    "安排",
    "会",
    "要",
    "将",
    "弹",
    "借",
    "交",
    "搬",
];
/// What was done, said or thought is no task.
const NO_TASK: [&str; 10] = [
    "了", "过", "说", "觉得", "告诉", "想", "不", "没", "喜欢", "是",
];

/// 小王星期三之前给供应商打电话: a clause that begins with a name of two or three characters.
fn somebody_does(said: &str) -> bool {
    said.split(['，', ',', '。', '；', ' ']).any(|clause| {
        let clause = ["所以", "然后", "那么", "由", "让"]
            .iter()
            .find_map(|lead| clause.strip_prefix(lead))
            .unwrap_or(clause);
        let has = |cues: &[&str]| cues.iter().any(|cue| clause.contains(cue));
        clause.starts_with(|c| SURNAMES.contains(c))
            && has(&DOES)
            && !has(&NO_TASK)
            && (2..=4).any(|length| {
                let name = clause.char_indices().nth(length);
                let rest = name.map_or("", |(end, _)| &clause[end..]);
                TIMES.iter().chain(&DOES).any(|next| rest.starts_with(next))
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_a_task_a_decision_or_open_by_its_own_words() {
        let (decided, task, open) = (Section::Decisions, Section::Tasks, Section::Open);
        for (said, wanted) in [
            ("Tom will bring the projector on Friday.", Some(task)),
            ("Please bring your own bottle.", Some(task)),
            ("The bus will leave at nine.", None),
            ("It will be cold.", None),
            ("We agreed to meet on Monday.", Some(decided)),
            ("We decided to go on May 12.", Some(decided)),
            ("We decided against a second concert.", Some(decided)),
            ("Should Tom bring the projector?", Some(open)),
            ("We have not decided who pays.", Some(open)),
            (
                "It was on the list, but we didn't agree on that.",
                Some(open),
            ),
            ("Anna asked whether the bus will come.", Some(open)),
            ("Is there anything else?", None),
            ("Kevin thinks that we should stop.", None),
            ("If it rains, the trip is cancelled.", None),
            ("You do not have to bring anything.", None),
            ("Tom will not come.", None),
            ("The trip is not cancelled.", None),
            ("The match is postponed to July.", Some(decided)),
            ("春游定在四月十二号。", Some(decided)),
            ("我们决定不办第二场。", Some(decided)),
            ("会议地点不再是学校，改到社区中心。", Some(decided)),
            ("谁付钱还没有决定。", Some(open)),
            ("备份能不能放到晚上？", Some(open)),
            ("小李负责打印通知。", Some(task)),
            ("请大家提前准备问题。", Some(task)),
            ("小王星期三之前给供应商打电话。", Some(task)),
            ("王老师弹钢琴。", Some(task)),
            ("如果下雨，春游取消。", None),
            ("小军说不行，因为他的车坏了。", None),
            ("小王给他打过电话了。", None),
            ("下个月我们读一本关于海洋的书。", None),
            ("没有任务。", None),
        ] {
            assert_eq!(kind(said), wanted, "{said}");
        }
    }
}
