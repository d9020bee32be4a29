//! Characters whose sound is decided by what they mean in the sentence: 还钱 and 还有, 我得走 and 走得快,
//! 单老师 and 简单.
//!
//! The table is our own; the readings are those of 现代汉语词典, the surnames those of its entries marked
//! 姓. jieba's words keep a rule from reaching into a word: 单 of 简单 is no surname.

use fancy_regex::{Error, Regex};

use super::{syllable::Syllable, words::Word};

/// Surnames that are read otherwise than the word.
const SURNAMES: [(&str, &str); 36] = [
    ("任", "ren2"),
    ("曾", "zeng1"),
    ("单", "shan4"),
    ("解", "xie4"),
    ("查", "zha1"),
    ("区", "ou1"),
    ("仇", "qiu2"),
    ("盖", "ge3"),
    ("朴", "piao2"),
    ("华", "hua4"),
    ("乐", "yue4"),
    ("宁", "ning4"),
    ("那", "na1"),
    ("洗", "xian3"),
    ("种", "chong2"),
    ("盛", "sheng4"),
    ("葛", "ge3"),
    ("过", "guo1"),
    ("员", "yun4"),
    ("繁", "po2"),
    ("覃", "qin2"),
    ("谌", "chen2"),
    ("燕", "yan1"),
    ("应", "ying1"),
    ("缪", "miao4"),
    ("祭", "zhai4"),
    ("折", "she2"),
    ("秘", "bi4"),
    ("哈", "ha3"),
    ("召", "shao4"),
    ("翟", "zhai2"),
    ("尉迟", "yu4 chi2"),
    ("万俟", "mo4 qi2"),
    ("长孙", "zhang3 sun1"),
    ("澹台", "tan2 tai2"),
    ("乜", "nie4"),
];

/// What follows a surname.
const TITLES: &str = "先生|女士|小姐|老师|太太|夫人|同学|医生|大夫|教授|博士|律师|师傅|阿姨|叔叔|大爷|奶奶|警官|工程师|会计|\
    总(?!共|是|的|会|能|要|算|体|结|数|量)|董(?!事会)|局长|处长|科长|部长|主任|经理|校长|院长|书记|老板|主席|市长|县长|省长|队长|班长|组长|厂长|站长|\
    导演|编辑|记者|护士|法官|检察官|总监|秘书|某|氏|家人|姑娘|哥|姐|伯伯|老(?:先生|太太|爷子|师)";

/// A place, how it is read, and whether tones around change it still.
type Rule = (Regex, &'static str, bool);

#[derive(Debug)]
pub(super) struct Meanings {
    rules: Vec<Rule>,
    titled: Regex,
    called: Regex,
}

/// A character's reading by its place in the text, in bytes.
pub(super) type Readings = Vec<(usize, Syllable, bool)>;

const NUMERAL: &str = "零一二两三四五六七八九十百千万点几半";

impl Meanings {
    pub(super) fn new() -> Result<Self, Error> {
        let rules = patterns().into_iter();
        let rules = rules.map(|(pattern, read, fixed)| Ok((Regex::new(&pattern)?, read, fixed)));
        let surnames: Vec<_> = SURNAMES.iter().map(|(name, _)| *name).collect();
        let surnames = surnames.join("|");
        Ok(Self {
            rules: rules.collect::<Result<_, Error>>()?,
            titled: Regex::new(&format!(
                "({surnames})(?=(?:[\\p{{Han}}]{{1,2}})?(?:{TITLES}))"
            ))?,
            called: Regex::new(&format!("(?<=姓)({surnames})"))?,
        })
    }

    /// The characters of a text of nothing but Chinese that no dictionary decides.
    pub(super) fn read(&self, text: &str, words: &[Word]) -> Readings {
        let mut readings = Readings::new();
        for (rule, read, fixed) in &self.rules {
            for found in rule.find_iter(text).map_while(Result::ok) {
                push(&mut readings, found.start(), found.as_str(), read, *fixed);
            }
        }
        self.surnames(text, words, &mut readings);
        readings
    }

    fn surnames(&self, text: &str, words: &[Word], readings: &mut Readings) {
        let begins = |at: usize| words.iter().any(|word| word.range.start == at);
        let of = |name: &str| {
            SURNAMES
                .iter()
                .find(|(one, _)| *one == name)
                .map(|(_, read)| *read)
        };
        for found in self.titled.find_iter(text).map_while(Result::ok) {
            let alone = titled_directly(&text[found.end()..])
                || words
                    .iter()
                    .any(|word| word.range.start == found.start() && word.tag.starts_with("nr"));
            if let Some(read) = of(found.as_str())
                .filter(|_| begins(found.start()) && alone && named(text, found.start()))
            {
                push(readings, found.start(), found.as_str(), read, false);
            }
        }
        for found in self.called.find_iter(text).map_while(Result::ok) {
            // `姓名` is a word, and so is `百姓`.
            if let Some(read) =
                of(found.as_str()).filter(|_| !text[..found.start()].ends_with("百姓"))
            {
                push(readings, found.start(), found.as_str(), read, false);
            }
        }
        for word in words.iter().filter(|word| word.tag == "nr") {
            let written = &text[word.range.clone()];
            // Of others jieba makes names too easily: 那本.
            if !written.starts_with(NAMES) {
                continue;
            }
            let name = SURNAMES
                .iter()
                .rev()
                .find(|(name, _)| written.starts_with(name));
            let length = written.chars().count();
            if let Some((name, read)) =
                name.filter(|_| (2..=4).contains(&length) && !KEPT.contains(&written))
            {
                push(readings, word.range.start, name, read, false);
            }
        }
    }
}

/// Surnames that seldom begin anything but a name.
const NAMES: [char; 16] = [
    '任', '曾', '单', '查', '区', '仇', '朴', '华', '翟', '葛', '尉', '覃', '谌', '缪', '燕', '盛',
];

/// Names that begin with one of the surnames and are read as they are listed.
const KEPT: [&str; 6] = ["单于", "那英", "华佗", "乐天", "宁静", "哈利"];

fn titled_directly(after: &str) -> bool {
    let titles = TITLES
        .split('|')
        .map(|title| title.split('(').next().unwrap_or_default());
    titles
        .filter(|title| !title.is_empty())
        .any(|title| after.starts_with(title))
}

/// Whether what stands before a surname can: `请查先生` is no name, `请单老师` is one.
fn named(text: &str, at: usize) -> bool {
    let verb = text[at..].starts_with(['查', '解', '过', '折', '洗', '盖', '应', '那', '种']);
    let before = text[..at].chars().next_back();
    !(verb && before.is_some_and(|c| !"和与跟、给对问找叫是请由让向的".contains(c)))
}

fn push(readings: &mut Readings, start: usize, written: &str, read: &str, fixed: bool) {
    let places = written.char_indices().map(|(at, _)| start + at);
    for (place, syllable) in places.zip(read.split(' ')) {
        // What a longer rule has settled stays.
        if !readings.iter().any(|(taken, ..)| *taken == place) {
            readings.push((place, Syllable::parse(syllable), fixed));
        }
    }
}

/// Patterns of the characters themselves: what looks around is not part of the match.
#[rustfmt::skip]
fn patterns() -> Vec<(String, &'static str, bool)> {
    let things = "钱|书|款|债|贷|账|帐|车|利息|本金|清|人情|信用卡|房贷|伞|钥匙|押金|礼|手|嘴|击|价|原|愿|东西|本子|笔|相机|设备|器材|衣服|裙子|手机|电脑|充电宝";
    let persons = "你|我|他|她|您|咱|们|给|银行|图书馆|学校|公司|朋友|人家|老师|同学|爸妈|父母|妈妈|爸爸|的";
    let amounts = "这|那|些|本|笔|把|台|辆|部|点|张|全部|部分|所有|一|两|三|四|五|六|七|八|九|十|百|千|万|元|块|几|借|来";
    let verbs = "说跑走做写唱跳吃喝玩学考打看听想画算睡干办讲读用变卖买飞游笑哭站坐住穿疼气累忙弄搞活扫擦洗煮炒烤烧演拍摆修管教问答来去起过长";
    let how = "很|好|不|太|真|非常|特别|挺|更|最|多|快|慢|对|高|低|大|小|早|晚|远|近|清|像|起|住|见|完|懂|满|差|准|漂|美|精|开心|这么|那么|越|比|够|怎么|如何|十分|相当|有点|干净|整齐|流利|认真|仔细|热|久|香|下";
    let begins = "去|来|走|回|想|看|先|赶|把|给|跟|再|好好|多|学|做|要|买|吃|找|问|说|用|写|等|上|下|交|听|马上|快|早|抓紧|努力|小心|注意|靠|由|有|让|花|请|加班|工作|休息|睡|付|还|换|带|打|开|起|坐|管|负责|考虑|准备|练|告诉|承认|自己|亲自";
    let rules: Vec<(String, &'static str, bool)> = vec![
        // 还
        (format!("还(?=(?:了|过|完|清|掉|上)?(?:{persons}|{amounts}){{0,6}}(?:{things})(?!店|架|包|籍|法))"), "huan2", false),
        ("还(?=给(?:了)?(?:你|我|他|她|您|大家|人家|图书馆|学校|公司|银行|朋友|同学|老师|主人|失主|原主|国家|社会|别人)(?!们?(?:打|做|买|讲|说|发|写|送|带|留|看|唱|起|取|准备|介绍|安排|点)))".to_owned(), "huan2", false),
        ("(?<=[没不未要该想去来借能有])还(?=(?:的|了|呢|吗|再借)?$|清|完)".to_owned(), "huan2", false),
        ("(?<=有借有)还".to_owned(), "huan2", false),
        ("还(?=我(?:的)?(?:血汗|公道|清白|自由|一个|河山|孩子))".to_owned(), "huan2", false),
        // 得
        (format!("(?<=[我你他她它们咱您就总都还又也可必非人家先])得(?=(?:马上|赶紧|赶快|尽快|赶|先|再|好好|多|早点|快点|亲自)?(?:{begins}))(?!来不易|意|罪|知|到|了奖)"), "dei3", false),
        ("(?<=[总可非])得(?=[\\p{Han}])(?!力|意|罪|知|到|观|以)".to_owned(), "dei3", false),
        ("(?<![觉获取值记懂显使免省晓舍认变])得(?=(?:了|过|到)?(?:了)?(?:一|两|三|几|个|很多|不少|[\\p{Han}]{0,2}?)?(?:奖|冠军|亚军|季军|金牌|银牌|铜牌|第[一二三四五六七八九十]|高分|满分|零分|[零一二三四五六七八九十百]+分|癌|感冒|流感|肺炎|重病|绝症|大病|糖尿病|抑郁症|新冠|[\\p{Han}]{1,2}病))".to_owned(), "de2", true),
        (format!("(?<=[{verbs}])得(?=(?:{how}))"), "de5", false),
        // 长
        ("长长(?=了|得|起来|到|出)".to_owned(), "zhang3 chang2", true),
        ("(?<=越)长(?=越)|长(?=得长)".to_owned(), "zhang3", false),
        (format!("长(?=(?:约|达|为|是|度为|有)?[{NUMERAL}]+(?:米|厘米|公里|千米|毫米|公分|丈|尺|寸|里|英尺|英寸|分米))"), "chang2", false),
        ("(?<=[变拉加延太很更最好多不挺真过够])长(?=了|的|$|得)".to_owned(), "chang2", false),
        (format!("长(?=了?(?:[{NUMERAL}]|好|不少|很多|许多|点|些){{0,4}}(?:斤|公斤|岁|头高|颗|肉|胖|痘|智齿|牙|虫|毛|草|皱纹|白发|白头发|见识|记性|本事|知识|个子|个儿|头发|胡子|疮|膘|霉|斑|包|水泡|叶|芽|苗|蘑菇|果子))"), "zhang3", false),
        (format!("(?<!身)长(?=了[{NUMERAL}]+(?:厘米|公分|米|块|个百分点)?$)"), "zhang3", false),
        ("长(?=高|胖|大|壮|满|出|成(?!本)|势(?!力)|得(?:很|真|特别|非常|太|挺|又|不|像|好|高|漂亮|帅|可爱|快|这么|那么))(?<!身长|绳长|很长|太长|全长|变长|校长|市长|队长|部长|家长|船长|班长|组长|院长|局长)".to_owned(), "zhang3", false),
        // 量
        ("(?<=量一)量|(?<=量了)量|(?<=量)量(?=身高|体温|血压|尺寸|体重|看|$)".to_owned(), "liang2", false),
        ("(?<![重质数力能流产销含热音容剂少大尽适定变矢向分胆气海度测商估打衡计酒肺雨])量(?=一量|一下|量|了(?:量|一下|身高|体温|血压|尺寸)|个?身高|个?体温|个?血压|个?尺寸|长度|体重|腰围|房子|三围|过(?:身高|体温|血压)|着|出来|完|好了)".to_owned(), "liang2", false),
        // 数
        ("(?<=数一)数|(?<=数了)数|(?<![总人分岁次倍基函系级参整小负奇偶多少])数(?=一数|一下|了数|钱|羊|星星|数(?!量|字|学|据|目|值))".to_owned(), "shu3", false),
        // 一 in dates and strings of digits keeps its tone.
        ("(?<=月)一(?=日|号)".to_owned(), "yi1", true),
        ("一(?=[〇零二三四五六七八九][〇零一二三四五六七八九])|(?<=[〇零二三四五六七八九])一(?=[〇零一二三四五六七八九年月])".to_owned(), "yi1", true),
        ("(?<=[〇零一二三四五六七八九十])一(?=[年月日号点岁个天级楼层分秒元块])".to_owned(), "yi1", true),
        ("(?<=[一二三四五六七八九〇零]{2})一".to_owned(), "yi1", true),
        // 种
        ("(?<=[好难易])种(?=$|了|吗|吧|呢|啊|的$|得|又|也|活|植)".to_owned(), "zhong4", false),
        ("(?<![这那各几每多一二两三四五六七八九十百千品物树菌火人语变兵车工税剧曲军灾险病良杂纯育选配播耕某何哪此同该特有])种(?=着|过|下了|活|满|植|了(?:一|两|三|几|很多|许多|不少|些|[\\p{Han}]{0,2}(?:树|花|菜|草|地|田|稻|麦|豆|瓜)))".to_owned(), "zhong4", false),
        // Others that are asked for as often.
        ("(?<=[一二两三四五六七八九十百几这那每半哪])只(?=[\\p{Han}])(?!有|要|能|是|会|好)".to_owned(), "zhi1", false),
        ("待(?=会儿|会|一会|着别动)".to_owned(), "dai1", false),
        ("(?<=[发理剪染洗烫白黑头长短秀毛假])发(?=型|廊|夹|卡|际|丝|质|屋)".to_owned(), "fa4", false),
        ("倒(?=车|着|过来|计时|数|立|影|退|茶|水|酒|垃圾|贴|是|也)".to_owned(), "dao4", false),
        ("(?<=[爬摔跌推打病晕卧绊撞压累吓])倒(?!车|着|数)".to_owned(), "dao3", false),
        ("教(?=我|你|他|她|书|们|孩子|学生|了|小|数学|英语|语文|会|大家)(?<!请教|宗教|佛教|督教|家教|管教)".to_owned(), "jiao1", false),
        ("(?<=[能想要该来去会在先])背(?=着|书包|包|起|上|孩子)".to_owned(), "bei1", false),
        ("当(?=作|铺|成(?!立))(?<!应当|相当|恰当)".to_owned(), "dang4", false),
        ("(?<=[上恰适妥])当(?=$|了|的)".to_owned(), "dang4", false),
        ("便宜(?=$|的|了|点|些|又|货|卖|得)".to_owned(), "pian2 yi5", false),
        ("(?<=[涨高上飞看暴猛])涨(?=$|了|价|停|到|幅)".to_owned(), "zhang3", false),
        ("(?<=[脸肚头])涨(?=得|红)".to_owned(), "zhang4", false),
        ("空(?=格|白|缺|地|位|隙|闲|档|出)".to_owned(), "kong4", false),
        ("(?<=[有没抽得])空(?=$|的|了|吗|时|再|去|来|就)".to_owned(), "kong4", false),
        ("几(?=乎|率)".to_owned(), "ji1", false),
        ("(?<=[两三四五六七八九十几好多])行(?=$|字|代码|诗|文字|汉字|人(?=$)|眼泪|树)".to_owned(), "hang2", false),
        ("(?<=第[一二三四五六七八九十])行(?=$|的|代|是|有)".to_owned(), "hang2", false),
    ];
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, words: &[(usize, usize, &str)]) -> String {
        let words: Vec<_> = words
            .iter()
            .map(|(start, end, tag)| Word {
                range: *start..*end,
                tag: (*tag).to_owned(),
            })
            .collect();
        let mut readings = Meanings::new().unwrap().read(text, &words);
        readings.sort_by_key(|reading| reading.0);
        let one =
            |(place, syllable, _): &(usize, Syllable, bool)| format!("{}{syllable}", place / 3);
        readings.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_sentence_decides() {
        assert_eq!(read("我还要还钱", &[]), "3huan2");
        assert_eq!(read("还有钱", &[]), "");
        assert_eq!(read("我得走了", &[]), "1dei3");
        assert_eq!(read("他走得快", &[]), "2de5");
        assert_eq!(read("三月一日", &[]), "2yi1");
    }

    #[test]
    fn a_surname_begins_a_word() {
        assert_eq!(read("单老师", &[(0, 3, "a"), (3, 9, "n")]), "0shan4");
        assert_eq!(read("简单老师", &[(0, 6, "a"), (6, 12, "n")]), "");
        assert_eq!(
            read("请查先生", &[(0, 3, "v"), (3, 6, "v"), (6, 12, "n")]),
            "1zha1"
        );
        assert_eq!(read("他姓仇", &[]), "2qiu2");
    }
}
