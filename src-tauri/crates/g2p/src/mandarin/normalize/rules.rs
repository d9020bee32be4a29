//! The patterns, in the order in which they run, and the words of signs.

use fancy_regex::{Captures, Error};

use super::{
    super::{
        super::rule::{Rule, group},
        numbers::{amount, digits, number},
    },
    replacements::{
        Replacement, date, measure, money, money_behind, money_span, pressure, telephone,
        temperature, time, year,
    },
    units::{currencies, unit, units},
};

const NUMBER: &str = r"\d+(?:\.\d+)?";

/// What stands between the ends of a range.
const TO: &str = r"\s?[-~—]+\s?";

/// Two of these are 两; months, days and storeys are 二.
pub(super) const MEASURED: &str = concat!(
    "个|位|只|条|张|本|件|块|次|天|年(?!级)|周|星期|岁|分钟|小时|秒|倍|种|家|间|座|辆|台|部|首|句|页|",
    "门|元|公里|千米|米|厘米|毫米|公斤|千克|克|斤|吨|升|毫升|杯|瓶|碗|袋|盒|箱|包|把|支|枝|双|对|套|",
    "片|颗|棵|朵|匹|头|群|场|节|课|封|名|人|口|亩|份|道|样|点|美元|欧元|英镑|万|千|亿|百万|千万|平方|立方"
);

/// What is dialled or knocked at is read digit by digit.
const CALLED: &str = concat!(
    "电话|热线|号码|拨打|致电|手机|手机号|手机号码|房号|邮编|尾号|验证码|密码|编号|编码|代码|条码|区号|",
    "口令|学籍号|序列号|股票代码|邮政编码|暗号|门牌|车牌|微信|传真|总机|分机|QQ|代号"
);

/// Numbers that people dial; before a measure word they count all the same.
const DIALLED: &str = r"1[012]\d|1[01]\d{3}|12\d{3}|9[56]\d{3}|911|999|400\d{7}";
const COUNTED: &str = "[\\d.%％个次人元块分折张把斤只下天小件遍岁万千年月米公层楼页条盘局场]";

/// After these two numbers are compared: a score, a scale.
const COMPARED: &str = "比分|赛果|结果|局分|比例|比例尺|比值|比率|配比|赔率|比为|比是|总比分|大比分|战成|踢成|打成|以|按|成|兑|浓度|稀释";
/// And before these.
const COMPARES: &str = concat!(
    "的?(?:比例|比率|比分|比值|配比|比)|获胜|取胜|大胜|完胜|险胜|小胜|击败|战胜|战平|领先|落后|逼平|横扫|负于|",
    "输给|赢|胜|负|力克|逆转|淘汰|惜败|告负|稀释|兑水|配制|的优势"
);

pub(super) fn rules() -> Result<Vec<(Rule, Replacement)>, Error> {
    let mut rules: Vec<(Rule, Replacement)> = Vec::new();
    let mut rule = |pattern: &str, replacement: Replacement| -> Result<(), Error> {
        rules.push((Rule::new(pattern)?, replacement));
        Ok(())
    };
    written_short(&mut rule)?;
    parts(&mut rule)?;
    // 1,234,567
    rule(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?!\d)", |found| {
        Some(group(found, 0).replace(',', ""))
    })?;
    // Dates and years.
    rule(r"(?<!\d)([12]\d{3})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)", date)?;
    rule(
        &format!(r"(?<!\d)([12]\d{{3}}){TO}([12]\d{{3}})(?=\s?年)"),
        |found| {
            let [from, to] = [1, 2].map(|index| digits(group(found, index), false));
            Some(format!("{from}到{to}"))
        },
    )?;
    rule(r"(?<!\d)(\d{4})(?=\s?年)", year)?;
    // 98年5月, but 20年 is how long something took.
    rule(r"(?<!\d)(\d{2})(?=年\d{1,2}月)", |found| {
        Some(digits(group(found, 1), false))
    })?;
    rule(
        r"(?<!\d)([6-9]\d)(?=年(?!代|前|后|来|间|里|内))",
        |found| Some(digits(group(found, 1), false)),
    )?;
    spans(&mut rule)?;
    compared(&mut rule)?;
    sums(&mut rule)?;
    times(&mut rule)?;
    telephones(&mut rule)?;
    ranges(&mut rule)?;
    // What has a unit.
    let degrees = "°C|℃|摄氏度|°F|℉|华氏度|°|度(?!假|过|量)";
    rule(
        &format!(r"(?<![\d.])(-)?({NUMBER})\s?({degrees})"),
        temperature,
    )?;
    rule(
        &format!(
            r"({})\s?({NUMBER})\s?(万亿|千万|百万|亿|万|千)?元?",
            currencies()
        ),
        money,
    )?;
    rule(
        &format!(r"({NUMBER})\s?(万亿|千万|百万|亿|万|千)?\s?([$¥€£])(?!\s?\d)"),
        money_behind,
    )?;
    rule(
        r"(?<![\d\p{L})])-(?=\d)|(?<=[是为于到得至从约达温有加减乘以等即])-(?=\d)",
        |_| Some("负".to_owned()),
    )?;
    rule(&format!(r"({NUMBER})\s?%"), |found| {
        Some(format!("百分之{}", number(group(found, 1))))
    })?;
    rule(&format!(r"({NUMBER})\s?‰"), |found| {
        Some(format!("千分之{}", number(group(found, 1))))
    })?;
    rule(r"(?<![\d/.])(\d+)/(\d+)(?![\d/.])", |found| {
        let (above, below) = (number(group(found, 1)), number(group(found, 2)));
        Some(format!("{below}分之{above}"))
    })?;
    rule(&format!(r"({NUMBER})\s?({})(?![A-Za-z])", units()), measure)?;
    rule(r"(?<![\d:])(\d+)\s?[:：]\s?(\d+)(?![\d:])", |found| {
        Some(format!(
            "{}比{}",
            number(group(found, 1)),
            number(group(found, 2))
        ))
    })?;
    rest(&mut rule)?;
    Ok(rules)
}

/// Points without their nought, blood pressure, quarters, minutes and seconds with strokes.
fn written_short(
    rule: &mut impl FnMut(&str, Replacement) -> Result<(), Error>,
) -> Result<(), Error> {
    // 重.5公斤; a full stop of the Latin kind stands behind a particle.
    rule(r"(?<![\dA-Za-z.了吗呢吧啊])\.(?=\d+(?![\d.]))", |_| {
        Some("0.".to_owned())
    })?;
    let unit = r"(?:mmHg|毫米汞柱|mm汞柱)";
    rule(
        r"(血压[^\d。；！？]{0,12})(\d{2,3})\s?/\s?(\d{2,3})(?![\d/])",
        pressure,
    )?;
    rule(
        &format!(r"()(?<![\d/])(\d{{2,3}})\s?/\s?(\d{{2,3}})(?=\s?{unit})"),
        pressure,
    )?;
    // From one to another: 从120/80升到140/90
    for _ in 0..3 {
        rule(
            r"(\d{2,3}、\d{2,3}(?:mmHg|毫米汞柱)?[^\d。；！？]{0,8})(\d{2,3})/(\d{2,3})(?![\d/])",
            pressure,
        )?;
        rule(
            r"()(?<![\d/])(\d{2,3})/(\d{2,3})(?=(?:mmHg|毫米汞柱)?[到至~\-—和或、，降升为]{1,3}\d{2,3}、\d{2,3})",
            pressure,
        )?;
    }
    rule(r"(?<!\d)((?:19|20)\d{2})\s?年?Q([1-4])(?!\d)", |found| {
        let year = digits(group(found, 1), false);
        Some(format!("{year}年第{}季度", number(group(found, 2))))
    })?;
    // 3'20"
    rule(
        r#"(?<!\d)(\d{1,2})\s?['′’]\s?(\d{1,2}(?:\.\d+)?)\s?(?:["″”]|''|′′|’’)"#,
        |found| Some(format!("{}分{}秒", group(found, 1), group(found, 2))),
    )
}

/// Times of day and what looks like them; then from one time to another.
fn times(rule: &mut impl FnMut(&str, Replacement) -> Result<(), Error>) -> Result<(), Error> {
    rule(
        r"(?<![\d:：])(\d{1,2})[:：]([0-5]\d)(?:[:：]([0-5]\d))?(?![\d:：])",
        time,
    )?;
    // 3:2:1
    rule(r"(?<![\d:：])\d+(?:[:：]\d+){2,}(?![\d:：])", |found| {
        let parts = group(found, 0).split([':', '：']).map(number);
        Some(parts.collect::<Vec<_>>().join("比"))
    })?;
    // 9秒58
    rule(r"(?<=\d秒)(\d{2})(?![\d.\p{L}])", |found| {
        Some(digits(group(found, 1), false))
    })?;
    rule(
        &format!("(?<=[点分半秒]){TO}(?=[零一二两三四五六七八九十])"),
        |_| Some("到".to_owned()),
    )
}

/// From one number to another.
fn ranges(rule: &mut impl FnMut(&str, Replacement) -> Result<(), Error>) -> Result<(), Error> {
    rule(
        &format!(
            r"({signs})\s?({NUMBER}){TO}({signs})?({NUMBER})\s?(万亿|千万|百万|亿|万|千)?元?",
            signs = currencies()
        ),
        money_span,
    )?;
    rule(
        &format!(r"(?<![\d.\-=%])({NUMBER}){TO}({NUMBER})\s?%"),
        |found| {
            let [from, to] = [1, 2].map(|index| number(group(found, index)));
            Some(format!("百分之{from}到{to}"))
        },
    )?;
    rule(&format!(r"(?<=[%℃元万亿]){TO}(?=\d)"), |_| {
        Some("到".to_owned())
    })?;
    rule(
        &format!(r"(?<![\d.\-=])({NUMBER}){TO}({NUMBER})(?![\d.\-]|\s?=)"),
        |found| Some(format!("{}到{}", group(found, 1), group(found, 2))),
    )?;
    rule(
        &format!(r"(?<=周[一二三四五六日天]|期[一二三四五六日天]){TO}(?=周|星期)"),
        |_| Some("到".to_owned()),
    )?;
    rule(
        &format!(r"(?<![\d.])-({NUMBER}){TO}({NUMBER})(?=\s?(?:°|℃|摄氏度|度))"),
        |found| {
            let [from, to] = [1, 2].map(|index| number(group(found, index)));
            Some(format!("零下{from}到{to}"))
        },
    )
}

/// Thousands with spaces, mixed numbers, powers: `1 000`, `1½`, `3×10⁸`.
fn parts(rule: &mut impl FnMut(&str, Replacement) -> Result<(), Error>) -> Result<(), Error> {
    rule(
        r"(?<![\d.,:：/+第号码话])(?<!\d[ \-])[1-9]\d{0,2}(?:[ \x{a0}\x{2009}\x{202f}]\d{3})+(?![\d\-:：/]|[ .]\d)",
        |found| {
            let digits = group(found, 0).chars().filter(char::is_ascii_digit);
            Some(digits.collect())
        },
    )?;
    rule(r"(\d+)?\s?([½¼¾⅓⅔⅕-⅞])", |found| {
        let part = fraction(group(found, 2).chars().next()?)?;
        Some(match group(found, 1) {
            "" => part.to_owned(),
            whole => format!("{}又{part}", number(whole)),
        })
    })?;
    rule(
        r"(?<![\d/.])(\d{1,3}) (\d{1,2})/(\d{1,2})(?![\d/.])",
        |found| {
            let [whole, above, below] = [1, 2, 3].map(|index| group(found, index));
            let proper = above.parse::<u32>().ok()? < below.parse::<u32>().ok()?;
            proper.then(|| format!("{}又{}分之{}", number(whole), number(below), number(above)))
        },
    )?;
    rule(
        &format!(r"(?<![\d.])({NUMBER})[eE]([+\-]?)0*(\d{{1,3}})(?![\d.A-Za-z])"),
        |found| {
            let power = power(group(found, 2), group(found, 3));
            Some(match group(found, 1) {
                "1" => format!("十{power}"),
                amount => format!("{}乘十{power}", number(amount)),
            })
        },
    )?;
    rule(r"m/s\^?2(?!\d)", |_| Some("m/s²".to_owned()))?;
    rule(r"\s?\^\s?[({]?([+\-]?)(\d+)[})]?", |found| {
        Some(power(group(found, 1), group(found, 2)))
    })?;
    rule(r"(?<=[\d)）])([⁻]?)([⁰¹²³⁴-⁹]+)", |found| {
        let sign = if group(found, 1).is_empty() { "" } else { "-" };
        let digits: String = group(found, 2).chars().map(lowered).collect();
        Some(power(sign, &digits))
    })?;
    rule(
        &format!("(?<=次方|平方|立方)\\s?({})(?![A-Za-z])", units()),
        |found| unit(group(found, 1)).map(str::to_owned),
    )
}

/// `的八次方`
fn power(sign: &str, digits: &str) -> String {
    match (sign, digits) {
        ("-", digits) => format!("的负{}次方", number(digits)),
        (_, "2") => "的平方".to_owned(),
        (_, "3") => "的立方".to_owned(),
        (_, digits) => format!("的{}次方", number(digits)),
    }
}

/// A raised digit as the usual one.
fn lowered(c: char) -> char {
    match c {
        '¹' => '1',
        '²' => '2',
        '³' => '3',
        c => char::from_digit((c as u32).wrapping_sub('⁰' as u32), 10).unwrap_or(c),
    }
}

/// How a fraction of one character is said.
fn fraction(c: char) -> Option<&'static str> {
    Some(match c {
        '½' => "二分之一",
        '¼' => "四分之一",
        '¾' => "四分之三",
        '⅓' => "三分之一",
        '⅔' => "三分之二",
        '⅕' => "五分之一",
        '⅖' => "五分之二",
        '⅗' => "五分之三",
        '⅘' => "五分之四",
        '⅙' => "六分之一",
        '⅚' => "六分之五",
        '⅛' => "八分之一",
        '⅜' => "八分之三",
        '⅝' => "八分之五",
        '⅞' => "八分之七",
        _ => return None,
    })
}

/// Years of school and sport, months, days by a stroke.
fn spans(rule: &mut impl FnMut(&str, Replacement) -> Result<(), Error>) -> Result<(), Error> {
    let year = "学年|赛季|财年|年度|届|级(?!别|数)|款|版(?!本)";
    rule(
        &format!(r"(?<!\d)((?:19|20)\d{{2}}){TO}((?:19|20)?\d{{2}})(?=\s?(?:{year}))"),
        |found| {
            let [from, to] = [1, 2].map(|index| digits(group(found, index), false));
            Some(format!("{from}到{to}"))
        },
    )?;
    rule(
        &format!(r"(?<!\d)((?:19|20)\d{{2}})(?=\s?(?:{year}))"),
        |found| Some(digits(group(found, 1), false)),
    )?;
    rule(
        r"(?<![\d.])((?:19|20)\d{2})-((?:19|20)\d{2})(?![\d.\-]|\s?=)",
        |found| {
            let [from, to] = [group(found, 1), group(found, 2)];
            (from < to).then(|| format!("{}到{}", digits(from, false), digits(to, false)))
        },
    )?;
    rule(
        r"(?<![\d.])((?:19|20)\d{2})[-/.](0[1-9]|1[0-2])(?![\d\-/.]|\s?=)",
        |found| {
            let month = number(group(found, 2).trim_start_matches('0'));
            Some(format!("{}年{month}月", digits(group(found, 1), false)))
        },
    )?;
    rule(
        r"(?<!\d)([5-9][05]|[01][05])(?=后(?!天|续|退|悔|半|的\d|再|来|，再))",
        |found| Some(digits(group(found, 1), false)),
    )?;
    // 9/1开学 is a day, 3/4的人 a part.
    let event = "开学|开始|开会|开工|开业|开幕|放假|出发|到期|截止|上线|发布|之前|之后|以前|以后|前(?!置)|后|晚上?|早上?|上午|下午|\
        中午|生日|起|活动|考试|报名|报到|返校|返程|见|到货|发货|上映|首映|出院|入学|结束|交稿|交作业|提交|（?周|\\(?周";
    rule(
        &format!(r"(?<![\d/.])(1[0-2]|0?[1-9])/([12]\d|3[01]|0?[1-9])(?=号|日|{event})(?:号|日)?"),
        day,
    )?;
    // From a part to a part: days do not run backwards.
    rule(
        r"从(\d{1,2})/(\d{1,2})(增加到|减少到|[到至]|[增降减升涨]至)(\d{1,2})/(\d{1,2})(?![\d/.])",
        |found| {
            let part = |index| group(found, index).parse::<u32>().ok();
            let (from, to) = ((part(1)?, part(2)?), (part(4)?, part(5)?));
            let proper = from.0 < from.1 && to.0 < to.1;
            let parts =
                proper && (from >= to || from.1 == to.1 || group(found, 3).chars().count() > 1);
            let said = |(above, below): (u32, u32)| {
                format!(
                    "{}分之{}",
                    number(&below.to_string()),
                    number(&above.to_string())
                )
            };
            parts.then(|| format!("从{}{}{}", said(from), group(found, 3), said(to)))
        },
    )?;
    rule(
        r"(?<![等大小高低少多降减增升涨跌缩达加扩提变占超])([在从到至于自])(1[0-2]|0?[1-9])/([12]\d|3[01]|0?[1-9])(?![\d/.的]|处|\s?[增降减升涨跌缩扩提变左])",
        |found| {
            let part = |index| number(group(found, index).trim_start_matches('0'));
            Some(format!("{}{}月{}日", group(found, 1), part(2), part(3)))
        },
    )?;
    rule(
        r"(?<=[月日号年点岁楼层周级班])\s?[-~—]+(?=\s?\d)",
        |_| Some("到".to_owned()),
    )
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of a replacement")]
fn day(found: &Captures<'_>) -> Option<String> {
    let part = |index| number(group(found, index).trim_start_matches('0'));
    Some(format!("{}月{}日", part(1), part(2)))
}

/// Scores and scales, which look like times and ranges.
fn compared(rule: &mut impl FnMut(&str, Replacement) -> Result<(), Error>) -> Result<(), Error> {
    rule(
        &format!(
            r"({COMPARED})([是为达约了：:\s]{{0,2}})(\d+(?:\.\d+)?)\s?[:：\-]\s?(\d+(?:\.\d+)?)(?![\d:：.\-]|[点分元块年月%])"
        ),
        |found| {
            let (first, second) = (number(group(found, 3)), number(group(found, 4)));
            Some(format!(
                "{}{}{first}比{second}",
                group(found, 1),
                group(found, 2)
            ))
        },
    )?;
    rule(
        &format!(r"(?<![\d:：.\-])(\d+(?:\.\d+)?)\s?[:：\-]\s?(\d+(?:\.\d+)?)(?={COMPARES})"),
        |found| {
            Some(format!(
                "{}比{}",
                number(group(found, 1)),
                number(group(found, 2))
            ))
        },
    )
}

/// The strokes of a sum: only where an equals sign makes it one.
fn sums(rule: &mut impl FnMut(&str, Replacement) -> Result<(), Error>) -> Result<(), Error> {
    // What is asked for, or told, in words.
    let asked = "等于|不等于|约等于|是多少|得多少|得几|是几|等于几|的差|的结果|得\\d";
    let rest = format!(r"[\d.+\-*/×÷() ]*\s?(?:[=≈≠<>]|{asked})");
    rule(&format!(r"(?<=[\d)])\s?-\s?(?=[\d(]{rest})"), |_| {
        Some("减".to_owned())
    })?;
    rule(
        &format!(r"(?<![\d.])({NUMBER})\s?/\s?({NUMBER})(?=\s?[=≈≠<>]|{asked})"),
        |found| {
            let (above, below) = (group(found, 1), group(found, 2));
            let whole = |text: &str| text.parse::<u32>().ok();
            // 1/2 is a part, 6/2 a division.
            let part = whole(above) < whole(below) && whole(above).is_some();
            (!part).then(|| format!("{}除以{}", number(above), number(below)))
        },
    )?;
    rule(r"(?<=[=≈≠<>×÷*(（])\s?-(?=\d)", |_| {
        Some("负".to_owned())
    })?;
    rule(
        r"(计算|算一算|算一下|口算)([：:]?\s?\d+(?:\.\d+)?)\s?-\s?(?=\d)",
        |found| Some(format!("{}{}减", group(found, 1), group(found, 2))),
    )?;
    rule(r"(?<=[\d)])\s?[*xX]\s?(?=[\d(])", |_| Some("乘".to_owned()))?;
    rule(r"(?<=\d)\s?(?:!=|≠)\s?(?=\d)", |_| {
        Some("不等于".to_owned())
    })
}

/// Telephone numbers, rooms, codes.
fn telephones(rule: &mut impl FnMut(&str, Replacement) -> Result<(), Error>) -> Result<(), Error> {
    rule(
        r"(?<![\d.])(?:\+?(86)[- ]?)?(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?!\d)",
        telephone,
    )?;
    rule(r"(?<![\d.])(0\d{2,3})-(\d{7,8})(?!\d)", telephone)?;
    rule(r"(?<![\d.])([48]00)-?(\d{3})-?(\d{4})(?!\d)", telephone)?;
    rule(r"(?<![\d\-.])(\d{3,4})-(0\d{3})(?![\d\-])", telephone)?;
    rule(
        &format!(r"({CALLED})([是为号：:\s]{{0,3}})(\d{{3,}})(?![\d.])"),
        |found| {
            let said = digits(group(found, 3), true);
            Some(format!("{}{}{said}", group(found, 1), group(found, 2)))
        },
    )?;
    called(rule)?;
    rule(
        r"(?<!\d)(\d{3,4})(?=房间|号房|室|路公交|路车|次列车|国道|省道|县道)|(?<=[坐乘搭])(\d{3})(?=路)|(?<=国道|省道|县道|波音|空客)(\d{3})(?!\d)",
        |found| {
            let digit = group(found, 0);
            Some(digits(digit, true))
        },
    )
}

/// Digits that are dialled, or are the number of something: one by one.
fn called(rule: &mut impl FnMut(&str, Replacement) -> Result<(), Error>) -> Result<(), Error> {
    rule(
        &format!(
            r"(打(?:了|过|通|给)?|拨(?:打|通)?(?:了)?|呼叫|呼|致电|火警|匪警|报警|急救|求助)(\s?)({DIALLED})(?!{COUNTED})"
        ),
        |found| {
            Some(format!(
                "{}{}{}",
                group(found, 1),
                group(found, 2),
                digits(group(found, 3), true)
            ))
        },
    )?;
    rule(
        r"(?<![\d.])(1[012]\d|1[012]\d{3}|9[56]\d{3})(?=报警|急救|电话|热线|指挥中心|出警|救护|消防|接警|网站|客服|平台|官网|订票)",
        |found| Some(digits(group(found, 1), true)),
    )?;
    rule(
        r"((?:^|[^\d零一二三四五六七八九十几多月第])[号號]码?[是为：:\s]{0,3})(\d{3,})(?![\d.]|[个元块人米公])",
        |found| {
            Some(format!(
                "{}{}",
                group(found, 1),
                digits(group(found, 2), true)
            ))
        },
    )?;
    rule(
        r"(?<![\d.])(985|211|996|618|315|520|404|863|101|502|361)(?=[、/和与]?(?:985|211)?(?:高校|大学|院校|工程|名校|学校|毕业|本科|硕士|学生|工作制|制度|大促|购物节|晚会|活动|错误|页面|计划|中学|胶水|快乐|表白))",
        |found| Some(digits(group(found, 1), false)),
    )?;
    rule(
        r"(?<![\d.])(985|211)(?=[、/和与](?:九八五|二幺幺|二一一|985|211))",
        |found| Some(digits(group(found, 1), false)),
    )?;
    rule(r"(?<![\d.])007(?!\d)", |_| Some("零零七".to_owned()))
}

/// Plain numbers and signs.
fn rest(rule: &mut impl FnMut(&str, Replacement) -> Result<(), Error>) -> Result<(), Error> {
    // 1.2.3
    rule(r"\d+(?:\.\d+){2,}", |found| {
        let parts = group(found, 0).split('.').map(number);
        Some(parts.collect::<Vec<_>>().join("点"))
    })?;
    rule(r"(?<![\d.])0\d+(?![\d.])", |found| {
        Some(digits(group(found, 0), false))
    })?;
    rule(
        &format!(r"(?<![\d.第])2(?=(?:到\d+)?(?:{MEASURED}))"),
        |_| Some("两".to_owned()),
    )?;
    rule(&format!(r"({NUMBER})(?=\s?[万亿])"), |found| {
        Some(amount(group(found, 1)))
    })?;
    rule(NUMBER, |found| Some(number(group(found, 0))))?;
    rule(
        "(?<=[里米克元人])/(?=小时|秒|分钟|天|年|月|人|次|个|平方|斤|公斤|千克|克|吨|件|份|本|张|瓶|盒|位|米|节|晚)",
        |_| Some("每".to_owned()),
    )?;
    // Between two letters of a formula.
    rule(r"^\s?\*\s?$", |_| Some("乘".to_owned()))?;
    rule(r"[+=×÷≈<>≤≥&@%‰°℃√±²³①-⑩Ⅰ-ⅫΑ-Ωα-ω]", sign)
}

fn sign(found: &Captures<'_>) -> Option<String> {
    const SIGNS: [(&str, &str); 19] = [
        ("+", "加"),
        ("=", "等于"),
        ("×", "乘"),
        ("÷", "除以"),
        ("≈", "约等于"),
        ("<", "小于"),
        (">", "大于"),
        ("≤", "小于等于"),
        ("≥", "大于等于"),
        ("&", "和"),
        ("@", "艾特"),
        ("%", "百分号"),
        ("‰", "千分号"),
        ("°", "度"),
        ("℃", "摄氏度"),
        ("√", "根号"),
        ("±", "正负"),
        ("²", "平方"),
        ("³", "立方"),
    ];
    const GREEK: [&str; 25] = [
        "阿尔法",
        "贝塔",
        "伽马",
        "德尔塔",
        "艾普西龙",
        "泽塔",
        "伊塔",
        "西塔",
        "约塔",
        "卡帕",
        "兰姆达",
        "缪",
        "纽",
        "克西",
        "奥米克戎",
        "派",
        "柔",
        "西格马",
        "西格马",
        "陶",
        "宇普西龙",
        "斐",
        "希",
        "普西",
        "欧米伽",
    ];
    let written = group(found, 0);
    let c = written.chars().next()?;
    let from = |first: char| (c as usize).checked_sub(first as usize);
    let spoken = match c {
        '①'..='⑩' => number(&(from('①')? + 1).to_string()),
        'Ⅰ'..='Ⅻ' => number(&(from('Ⅰ')? + 1).to_string()),
        'α'..='ω' => (*GREEK.get(from('α')?)?).to_owned(),
        'Α'..='Ω' => (*GREEK.get(from('Α')?)?).to_owned(),
        _ => SIGNS
            .iter()
            .find(|(sign, _)| *sign == written)?
            .1
            .to_owned(),
    };
    Some(spoken)
}
