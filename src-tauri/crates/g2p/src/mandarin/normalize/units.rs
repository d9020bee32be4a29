//! Units of measure as they are written, and as they are said.

/// Longer ones first where one begins with another.
const UNITS: [(&str, &str); 74] = [
    ("m/s²", "米每二次方秒"),
    ("m/s^2", "米每二次方秒"),
    ("m/s2", "米每二次方秒"),
    ("g/cm³", "克每立方厘米"),
    ("kg/m³", "千克每立方米"),
    ("km/s", "公里每秒"),
    ("mmHg", "毫米汞柱"),
    ("mmol/L", "毫摩尔每升"),
    ("cm³", "立方厘米"),
    ("dm³", "立方分米"),
    ("dm", "分米"),
    ("mm²", "平方毫米"),
    ("kcal", "千卡"),
    ("kPa", "千帕"),
    ("Pa", "帕"),
    ("kΩ", "千欧"),
    ("Ω", "欧"),
    ("mA", "毫安"),
    ("nm", "纳米"),
    ("μm", "微米"),
    ("µm", "微米"),
    ("N", "牛"),
    ("J", "焦"),
    ("KG", "公斤"),
    ("Kg", "公斤"),
    ("KM", "公里"),
    ("Km", "公里"),
    ("CM", "厘米"),
    ("ML", "毫升"),
    ("㎡", "平方米"),
    ("㎏", "公斤"),
    ("㎝", "厘米"),
    ("㎞", "公里"),
    ("㎜", "毫米"),
    ("km/h", "公里每小时"),
    ("km²", "平方公里"),
    ("km", "公里"),
    ("kWh", "千瓦时"),
    ("kW", "千瓦"),
    ("kg", "公斤"),
    ("cm²", "平方厘米"),
    ("cm", "厘米"),
    ("mm", "毫米"),
    ("mg", "毫克"),
    ("ml", "毫升"),
    ("mL", "毫升"),
    ("min", "分钟"),
    ("ms", "毫秒"),
    ("mph", "英里每小时"),
    ("m/s", "米每秒"),
    ("m²", "平方米"),
    ("m³", "立方米"),
    ("m", "米"),
    ("MHz", "兆赫"),
    ("GHz", "吉赫"),
    ("kHz", "千赫"),
    ("Hz", "赫兹"),
    ("dB", "分贝"),
    ("ha", "公顷"),
    ("g", "克"),
    ("h", "小时"),
    ("s", "秒"),
    ("t", "吨"),
    ("L", "升"),
    ("W", "瓦"),
    ("V", "伏"),
    ("USD", "美元"),
    ("EUR", "欧元"),
    ("RMB", "元人民币"),
    ("CNY", "元人民币"),
    ("HKD", "港元"),
    ("JPY", "日元"),
    ("GBP", "英镑"),
    ("TWD", "新台币"),
];

/// A currency as it stands before a sum, and as it is said behind one. Longer ones first where one begins
/// with another.
const CURRENCIES: [(&str, &str); 26] = [
    ("US$", "美元"),
    ("HK$", "港元"),
    ("NT$", "新台币"),
    ("TW$", "新台币"),
    ("AU$", "澳元"),
    ("CA$", "加元"),
    ("NZ$", "新西兰元"),
    ("SG$", "新加坡元"),
    ("A$", "澳元"),
    ("C$", "加元"),
    ("S$", "新加坡元"),
    ("R$", "雷亚尔"),
    ("RMB", "元"),
    ("CNY", "元"),
    ("USD", "美元"),
    ("EUR", "欧元"),
    ("GBP", "英镑"),
    ("JPY", "日元"),
    ("HKD", "港元"),
    ("TWD", "新台币"),
    ("AUD", "澳元"),
    ("SGD", "新加坡元"),
    ("$", "美元"),
    ("€", "欧元"),
    ("£", "英镑"),
    ("¥", "元"),
];

/// The currencies as a pattern.
pub(super) fn currencies() -> String {
    CURRENCIES
        .map(|(sign, _)| sign.replace('$', r"\$"))
        .join("|")
}

/// How a currency is said behind a sum; 元 where the sign is of no other.
pub(super) fn currency(sign: &str) -> &'static str {
    let found = CURRENCIES.iter().find(|(one, _)| *one == sign);
    found.map_or("元", |(_, said)| said)
}

/// The units as a pattern.
pub(super) fn units() -> String {
    UNITS.map(|(unit, _)| unit.replace('^', r"\^")).join("|")
}

pub(super) fn unit(written: &str) -> Option<&'static str> {
    let found = UNITS.iter().find(|(unit, _)| *unit == written);
    found.map(|(_, word)| *word)
}
