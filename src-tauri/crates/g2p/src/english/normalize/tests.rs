//! What the normaliser writes.

use super::*;

fn normalized(written: &str) -> String {
    let mut text = NormalizedText::new(written, 0);
    let knows = |word: &str| "he she's gone is my mum said no stop now".contains(word);
    Normalizer::new().unwrap().normalize(&mut text, &knows);
    text.text().to_owned()
}

#[test]
fn what_is_written_short_is_written_out() {
    let normalizer = Normalizer::new().unwrap();
    let cases = [
        ("at 7:30 pm.", "at seven thirty P.M."),
        ("12:00", "twelve o'clock"),
        ("99:99", "99 to 99"),
        ("2026-10-12", "October twelfth, 2026"),
        ("3/4/99", "March fourth, 1999"),
        ("Sept. 3rd", "September third"),
        ("the 3 of May", "the third of May"),
        ("$2.4 million", "2.4 million dollars"),
        ("¥1", "1 yen"),
        ("1¢ and 5 ¢", "1 cent and 5 cents"),
        ("-1 km, 2km", "-1 kilometer, 2 kilometers"),
        ("20 °C", "20 degrees Celsius"),
        (
            "St. Paul lives on Main St.",
            "Saint Paul lives on Main Street.",
        ),
        ("Chapter IV of Henry VIII", "Chapter 4 of Henry the eighth"),
        ("555-0142", "5 5 5, 0 1 4 2"),
        ("3/4 or on 9/11", "3 quarters or on September eleventh"),
        ("pages 10-20", "pages 10 to 20"),
        ("a = b", "a equals b"),
        ("No. 5", "Number 5"),
        ("1,2,3 and 1,234,567.5", "1, 2, 3 and 1,234,567.5"),
        ("12,34,567 or 2020,300", "12,34,567 or 2020, 300"),
        ("3,5 km, 3.5,4.5", "3.5 kilometers, 3.5, 4.5"),
        ("  so  it ’s ,  ", "so it 's,"),
        ("1\u{2009}000\u{202f}000 or 12 345", "1,000,000 or 12,345"),
        (
            "call 555 123 456, $5 300 times",
            "call 555 123 456, $5 300 times",
        ),
        (
            "½ tsp, 2¼ lb, ¾ of it",
            "half a teaspoon, 2 and a quarter pounds, 3 quarters of it",
        ),
        ("3e8 m/s", "3 times 10 to the power of 8 meters per second"),
        (
            "9.8 m/s^2, 9.58 s",
            "9.8 meters per second squared, 9.58 seconds",
        ),
        ("5 ft 2 in.", "5 feet 2 inches."),
        ("a 12 in. ruler", "a 12 inch ruler"),
        ("Tue, 5 Nov", "Tuesday, the fifth of November"),
        ("Mon, Wed and Fri", "Monday, Wednesday and Friday"),
        ("the Sun 5 billion years ago", "the Sun 5 billion years ago"),
        ("10%–15%, £5–£10", "10% to 15%, 5 to 10 pounds"),
        ("$1.50–$2 or 5–10 €", "$1.50 to $2 or 5 to 10 euros"),
        ("9:00–17:00", "nine o'clock to seventeen hundred"),
        ("c. 1850 (b. 1564)", "circa 1850 (born 1564)"),
        ("Room 101, a 747", "Room one oh one, a seven forty-seven"),
        (
            "room for 101 people, 101 dogs",
            "room for 101 people, 101 dogs",
        ),
        ("the ‘80s and '05", "the 80s and oh 5"),
        (".5 mi, $.50, -.5", "0.5 miles, $0.50, -0.5"),
        ("file.5 times", "file.5 times"),
        ("$15/hr, $3/lb.", "$15 per hour, $3 per pound."),
        ("5/hr and 3/wk", "5/hr and 3/wk"),
        (
            "NT$30, TT$1 and XY$5",
            "30 New Taiwan dollars, 1 Trinidad dollar and X.Y. $5",
        ),
        ("8' x 4' x 2\"", "8 feet by 4 feet by 2 inches"),
        ("“Take 3” and \"4\"", "“Take 3” and \"4\""),
        ("3.5M views, seat 1B", "3.5 million views, seat 1B"),
        ("14:00 and 12:00", "fourteen hundred and twelve o'clock"),
        ("O- or AB+, A-", "O negative or A.B positive, A minus"),
    ];
    let knows = |_: &str| false;
    for (written, spoken) in cases {
        let mut text = NormalizedText::new(written, 0);
        normalizer.normalize(&mut text, &knows);
        assert_eq!(text.text(), spoken, "{written}");
    }
}

#[test]
fn what_is_shouted_is_read_and_not_spelled() {
    assert_eq!(normalized("SHE'S GONE"), "she's gone");
    assert_eq!(
        normalized("MY MUM SAID NO, STOP NOW!"),
        "my mum said no, stop now!"
    );
    assert_eq!(normalized("the FBI and IT"), "the FBI and IT");
}

#[test]
fn degrees_in_one_character_are_those_in_two() {
    for (written, said) in [
        (
            "It is \u{2212}24°C outside.",
            "It is -24 degrees Celsius outside.",
        ),
        ("-3℃.", "-3 degrees Celsius."),
        ("-40℉", "-40 degrees Fahrenheit"),
    ] {
        assert_eq!(normalized(written), said);
    }
}
