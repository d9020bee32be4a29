//! Units of measure as they are written, and as they are said.

/// Longer ones first where one begins with another.
const UNITS: [(&str, &str); 36] = [
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
];

/// The units as a pattern.
pub(super) fn units() -> String {
    UNITS.map(|(unit, _)| unit).join("|")
}

pub(super) fn unit(written: &str) -> Option<&'static str> {
    let found = UNITS.iter().find(|(unit, _)| *unit == written);
    found.map(|(_, word)| *word)
}
