//! Roman numerals: after the names of kings and popes, and after what is numbered with them. I, C
//! and their like are words and letters far more often, so a numeral has two letters or is V or X.

use fancy_regex::Error;

use super::{
    rewrites::{Replacement, Rewrites, word_after},
    words::any_of,
};
use crate::{english::numbers, rule::Found};

/// `Chapter IV` is chapter four; after those in small letters too.
const NUMBERED: &str = "[Cc]hapters?|[Pp]arts?|[Aa]cts?|[Ss]cenes?|[Ss]ections?|[Vv]olumes?|[Bb]ooks?|[Pp]hases?|\
    [Aa]rticles?|[Tt]ypes?|[Ll]evels?|[Ss]tages?|[Cc]lass|[Gg]rades?|[Ee]pisodes?|[Rr]ounds?|[Tt]itle|[Ff]actor|\
    [Tt]able|[Ff]igure|[Aa]ppendix|[Cc]anto|[Ss]onnet|[Pp]salm|[Nn]erve|[Uu]nit|[Ll]esson|[Vv]ersion|[Mm]ark|[Tt]ier|\
    World War|Super Bowl|Apollo|Gemini|Final Fantasy|Rocky|Star Wars Episode|Vatican|Olympiad|Saturn|Soyuz|Windows";

/// What has chapters: a lone V or X is a number after them, and an I at their end.
const PLAIN: &str = "Chapter|Part|Act|Scene|Section|Volume|Book|Article|World War|Appendix|Canto|Phase|Episode|Apollo|Table|Figure";

/// Titles before which a name is that of a ruler.
const RULERS: &str = "Pope|King|Queen|Emperor|Empress|Tsar|Czar|Tsarina|Kaiser|Sultan|Shah|Prince|Duke|Pharaoh|\
    Patriarch|Archduke|Antipope|Saint|Rama";

const NAMES: &[&str] = &[
    "Henry",
    "Louis",
    "Edward",
    "George",
    "William",
    "Charles",
    "James",
    "Richard",
    "Elizabeth",
    "Napoleon",
    "Pius",
    "Benedict",
    "Leo",
    "John Paul",
    "Ramses",
    "Ramesses",
    "Frederick",
    "Philip",
    "Alexander",
    "Nicholas",
    "Peter",
    "Catherine",
    "Ivan",
    "Umberto",
    "Victor Emmanuel",
    "Gustav",
    "Christian",
    "Ferdinand",
    "Mary",
    "Robert",
    "David",
    "Malcolm",
    "Margaret",
    "Harald",
    "Olaf",
    "Haakon",
    "Carlos",
    "Juan Carlos",
    "Felipe",
    "Alfonso",
    "Joseph",
    "Franz Joseph",
    "Leopold",
    "Otto",
    "Wilhelm",
    "Friedrich",
    "Clement",
    "Innocent",
    "Gregory",
    "Urban",
    "Paul",
    "John",
    "Sixtus",
    "Julius",
    "Constantine",
    "Theodosius",
    "Darius",
    "Xerxes",
    "Artaxerxes",
    "Ptolemy",
    "Cleopatra",
    "Thutmose",
    "Amenhotep",
    "Murad",
    "Mehmed",
    "Selim",
    "Suleiman",
    "Abdullah",
    "Hassan",
    "Mohammed",
    "Pedro",
    "Sancho",
    "Casimir",
    "Sigismund",
    "Stephen",
    "Bela",
    "Charlemagne",
    "Conrad",
    "Rudolf",
    "Maximilian",
    "Isabella",
    "Margrethe",
    "Beatrix",
    "Albert",
    "Rainier",
    "Baudouin",
    "Gustavus",
    "Alexios",
    "Manuel",
    "Basil",
    "Justinian",
    "Celestine",
    "Boniface",
    "Eugene",
    "Nero",
    "Mithridates",
    "Antiochus",
    "Seleucus",
];

/// Of more letters than one; those with L, C or M are words (`CD`, `MIX`) but for a few series.
const SMALL: &str = r"(X{0,3}(?:IX|IV|V?I{0,3}))(?<=[IVX]{2})";
const LARGE: &str = r"((?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3}))(?<=[IVXLC]{2})";

pub(super) fn rules() -> Result<Rewrites, Error> {
    let names = any_of(NAMES.iter().copied());
    let end = r"(?![\w]|[.'’][\w])";
    let patterns = [
        format!(r"\b(Super Bowl|Chapter|Psalm|Sonnet|Canto) {LARGE}{end}"),
        format!(r"\b({NUMBERED}) {SMALL}{end}"),
        format!(r"\b({PLAIN}) ([VX]){end}"),
        format!(r"\b({PLAIN}) I{end}"),
        format!(r"\b((?:{RULERS}) [A-Z][a-z]+(?: [A-Z][a-z]+)?) {SMALL}(?![\w])"),
        format!(r"\b((?:{RULERS}) [A-Z][a-z]+(?: [A-Z][a-z]+)?) ([IVX])(?![\w])"),
        format!(r"\b((?:{names})) {SMALL}(?![\w])"),
        format!(r"\b((?:{names})) ([IV])(?![\w])"),
        // Thurston Howell III
        r"\b([A-Z][a-z]+ [A-Z][a-z]+,?) (II|III|IV)(?=[,.;:!?)]|$| (?:is|was|of|and|said|has|had|who|will))".to_owned(),
        // Street Fighter II
        r"\b([A-Z][a-z]+) (II|III|IV|VI{1,3}|IX|XI{1,3}|XIV|XV|XVI)(?![\w])".to_owned(),
    ];
    let said: [Replacement; 10] = [
        cardinal,
        cardinal,
        |found| {
            let verb = found.group(2) == "X"
                && ["marks", "rays", "ray"].contains(&word_after(found.after()));
            (!verb).then(|| format!("{} {}", found.group(1), value(found.group(2))))
        },
        one,
        ordinal,
        first,
        ordinal,
        first,
        |found| {
            Some(format!(
                "{} the {}",
                found.group(1).trim_end_matches(','),
                numbers::ordinal(value(found.group(2)))
            ))
        },
        cardinal,
    ];
    Rewrites::new(patterns.iter().map(String::as_str).zip(said))
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of a replacement")]
fn cardinal(found: &Found<'_>) -> Option<String> {
    Some(format!("{} {}", found.group(1), value(found.group(2))))
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of a replacement")]
fn ordinal(found: &Found<'_>) -> Option<String> {
    let ordinal = numbers::ordinal(value(found.group(2)));
    Some(format!("{} the {ordinal}", found.group(1)))
}

/// `World War I`, `Act I, Scene II`; but `In Part I agree`.
fn one(found: &Found<'_>) -> Option<String> {
    let label = found.group(1);
    (label == "World War" || !begins_clause(found.after())).then(|| format!("{label} 1"))
}

/// `Elizabeth I of England`; but `With Charles I went home`.
fn first(found: &Found<'_>) -> Option<String> {
    let numeral = found.group(2);
    (numeral != "I" || !begins_clause(found.after())).then(|| {
        let ordinal = numbers::ordinal(value(numeral));
        format!("{} the {ordinal}", found.group(1))
    })
}

/// Whether what follows an I has it for its subject.
fn begins_clause(after: &str) -> bool {
    const THIRD: [&str; 24] = [
        "of",
        "and",
        "is",
        "was",
        "has",
        "had",
        "reigned",
        "ruled",
        "died",
        "became",
        "in",
        "on",
        "at",
        "by",
        "for",
        "the",
        "with",
        "to",
        "ended",
        "began",
        "starts",
        "begins",
        "describes",
        "married",
    ];
    let spaced = after.starts_with(' ');
    let next = word_after(after);
    let subject = after.starts_with(['\'', '’']) || spaced && next.starts_with(char::is_lowercase);
    let possessive = after.starts_with("'s") || after.starts_with("’s");
    subject && !possessive && !THIRD.contains(&next)
}

fn value(numeral: &str) -> u128 {
    let values = numeral.chars().map(|letter| match letter {
        'I' => 1,
        'V' => 5,
        'X' => 10,
        'L' => 50,
        'C' => 100,
        'D' => 500,
        _ => 1000,
    });
    let values: Vec<i32> = values.collect();
    let signed = values.iter().enumerate().map(|(index, &value)| {
        let smaller = values.get(index + 1).is_some_and(|&next| next > value);
        if smaller { -value } else { value }
    });
    u128::try_from(signed.sum::<i32>()).unwrap_or(0)
}
