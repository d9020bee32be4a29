//! What the normaliser writes, with the words of the starter voice that the cases need.

use super::*;

/// The one table that the normaliser reads.
struct Given(String);

impl Tables for Given {
    type Error = String;

    fn text(&self, _: &str, _: &'static str) -> Result<String, String> {
        Ok(self.0.clone())
    }

    fn broken(&self, name: &str, reason: &str) -> String {
        format!("{name}: {reason}")
    }
}

fn normalizer() -> Normalizer {
    let months = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let months = months.map(|name| (name[..3].to_lowercase(), name));
    let tables = serde_json::json!({
        "months": months,
        "abbreviations": [["Dr.", "Dr"], ["St.", "Street"], ["approx.", "approximately"]],
        "titles": [["St", "Saint"], ["Dr", "Dr"]],
        "units": [["km", ["kilometer", "kilometers"]]],
        "symbols": [["=", "equals"], ["™", ""], ["*", " "]],
        "currency": [["¥", ["yen", "yen"]], ["¢", ["cent", "cents"]], ["$", ["dollar", "dollars"]]],
        "roman_cardinal": ["Chapter"],
        "roman_ordinal": ["Henry"],
    });
    Normalizer::open(&Given(tables.to_string())).unwrap()
}

#[test]
fn what_is_written_short_is_written_out() {
    let normalizer = normalizer();
    let cases = [
        ("at 7:30 pm.", "at seven thirty P.M."),
        ("12:00", "twelve o'clock"),
        ("99:99", "99:99"),
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
        ("3/4 or 9/11", "3 quarters or September eleventh"),
        ("pages 10-20", "pages 10 to 20"),
        ("a = b", "a equals b"),
        ("No. 5", "Number 5"),
        ("  so  it ’s ,  ", "so it 's,"),
    ];
    for (written, spoken) in cases {
        let mut text = NormalizedText::new(written, 0);
        normalizer.normalize(&mut text);
        assert_eq!(text.text(), spoken, "{written}");
    }
}

#[test]
fn titles_are_known() {
    let normalizer = normalizer();
    assert!(normalizer.is_title("Dr") && !normalizer.is_title("Drum"));
}
