//! What is written in digits and signs, as it is said.

use super::*;

fn said(normalizer: &Normalizer, text: &str) -> String {
    let mut normalized = NormalizedText::new(text, 0);
    normalizer.normalize(&mut normalized, false);
    normalized.text().to_owned()
}

#[test]
fn what_is_written_in_digits_is_said_in_words() {
    let pairs = [
        ("今天是2026年11月25日", "今天是二零二六年十一月二十五日"),
        ("2024-02-29出发", "二零二四年二月二十九日出发"),
        ("2024-13-29", "两千零二十四-十三-二十九"),
        ("98年5月2日", "九八年五月二日"),
        ("用了20年", "用了二十年"),
        ("5000年历史", "五千年历史"),
        ("90年代", "九十年代"),
        ("2019-2023年", "二零一九到二零二三年"),
        ("早上8:30到12:05", "早上八点半到十二点零五分"),
        ("8:00-10:30", "八点到十点半"),
        ("成绩是1:05:30", "成绩是一点零五分三十秒"),
        ("比分3:2", "比分三比二"),
        ("气温-3°C，最高25℃", "气温零下三摄氏度，最高二十五摄氏度"),
        ("转30度", "转三十度"),
        ("¥1,249.90", "一千二百四十九点九元"),
        ("$2.4亿，€20，£2", "二点四亿美元，二十欧元，两英镑"),
        ("增长12.5%", "增长百分之十二点五"),
        ("5%-10%", "百分之五到百分之十"),
        ("-5%和3‰", "负百分之五和千分之三"),
        ("占2/3", "占三分之二"),
        ("10-20人", "十到二十人"),
        ("拨打110", "拨打幺幺零"),
        ("手机13812345678", "手机幺三八，幺二三四，五六七八"),
        ("010-12345678", "零幺零，幺二三四五六七八"),
        ("客服400-800-1234", "客服四零零，八零零，幺二三四"),
        ("305房间", "三零五房间"),
        ("时速60km/h，重2kg", "时速六十公里每小时，重两公斤"),
        ("面积120m²", "面积一百二十平方米"),
        ("2个苹果，第2个，2月2日", "两个苹果，第二个，二月二日"),
        ("2万和22000", "两万和两万二千"),
        ("版本1.2.3", "版本一点二点三"),
        ("编号007", "编号零零七"),
        ("圆周率π≈3.14", "圆周率派约等于三点一四"),
        ("1+1=2", "一加一等于二"),
        ("10元/斤", "十元每斤"),
        ("①②", "一二"),
        ("１２％", "百分之十二"),
        (
            "12345678901234567890",
            "一二三四五六七八九零一二三四五六七八九零",
        ),
        ("没有数字。", "没有数字。"),
        ("等于1/4，从1/4到3/4", "等于四分之一，从四分之一到四分之三"),
        ("从5/1到5/7放假", "从五月一日到五月七日放假"),
        ("1½杯，1 1/2杯", "一又二分之一杯，一又二分之一杯"),
        ("1 000人，12\u{2009}345字", "一千人，一万二千三百四十五字"),
        ("电话138 1234 5678", "电话幺三八，幺二三四，五六七八"),
        ("3×10⁸m/s", "三乘十的八次方米每秒"),
        ("9.8m/s^2", "九点八米每二次方秒"),
        ("20~30%，-5~5℃", "百分之二十到三十，零下五到五摄氏度"),
        ("¥5-¥10", "五到十元"),
        ("比例3:2:1，9秒58", "比例三比二比一，九秒五八"),
        ("318国道，波音747", "三幺八国道，波音七四七"),
    ];
    let normalizer = Normalizer::new().unwrap();
    for (text, words) in pairs {
        assert_eq!(said(&normalizer, text), words, "{text}");
    }
}

#[test]
fn digits_that_cling_to_letters_are_read_one_by_one() {
    let mut normalized = NormalizedText::new("1234次", 2);
    Normalizer::new().unwrap().normalize(&mut normalized, true);
    assert_eq!(normalized.text(), "幺二三四次");
    let mut normalized = NormalizedText::new("-15很好", 2);
    Normalizer::new().unwrap().normalize(&mut normalized, true);
    assert_eq!(normalized.text(), "十五很好");
}

#[test]
fn units_are_told_from_words() {
    let normalizer = Normalizer::new().unwrap();
    assert_eq!(normalizer.unit_at("km外"), Some(2));
    assert_eq!(normalizer.unit_at("m²的"), Some(3));
    assert_eq!(normalizer.unit_at("make"), None);
}
