//! Towns that are written as other words are: Reading in Berkshire, Nice in France.

use super::around::Around;

/// A town, as it is told apart from the word.
struct Town {
    written: &'static str,
    alias: &'static str,
    /// Where it is, in small letters.
    regions: &'static str,
    /// What has its name: `Reading station`.
    named: &'static str,
}

const TOWNS: [Town; 3] = [
    Town {
        written: "Reading",
        alias: "Reading (the town)",
        regions: " berkshire england pennsylvania pa uk massachusetts ma ohio michigan berks ",
        named: " station university fc festival gaol prison borough council railroad railway terminal berkshire \
            england pennsylvania west abbey museum minster buses hospital football rugby ",
    },
    Town {
        written: "Nice",
        alias: "Nice (the city)",
        regions: " france provence alpes ",
        named: " airport cathedral ville carnival côte ",
    },
    Town {
        written: "Slough",
        alias: "Slough (the town)",
        regions: " berkshire england uk berks ",
        named: " station borough council railway hospital museum football fc ",
    },
];

const WHERE: &str =
    " in to from near at via through outside around towards toward between into within leaving ";

/// What stands right before a town, and no preposition.
const TOUCHED: &str = " visit visits visited visiting leave left reach reaches reached reaching enter entered pass \
    passed central west east north south greater downtown ";

/// What has towns for its own, and who leaves for them.
const OF: &str = " university town city borough council centre center bishop mayor people county west east north \
    south outskirts battle abbey siege streets heart miles side archdeacon museum port suburb suburbs map part \
    college history ";
const FOR: &str = " mp train trains bus buses left leave leaves leaving bound departs departed set out member candidate ";

/// Behind these `in Reading` is about reading, though it has a capital: a subject at school.
const SCHOOL: &str = " mark marks grade grades score scores lesson lessons progress skill skills exam test course \
    class tutor well better interest interested improve help excel good bad best great excellent guide approach key \
    introduction dedicated devoted prior addition related learn learning level levels achievement degree ";
const SUBJECTS: &str = " maths math mathematics english science arithmetic literacy history art music vocabulary \
    grammar phonics geography french german spanish latin chinese pe ict ";

const SETTLEMENTS: &str =
    " town city borough capital port resort suburb municipality settlement commune ";

fn holds(words: &str, word: &str) -> bool {
    !word.is_empty() && words.contains(&format!(" {word} "))
}

/// Another name for a word that is a town here.
pub(super) fn town(around: &Around<'_>) -> Option<&'static str> {
    let town = TOWNS.iter().find(|town| town.written == around.written())?;
    let next = around.at(1);
    let has_region = next == "," && holds(town.regions, &around.at(2));
    let first = around.index == 0 || !around.written_at(-1).contains(char::is_alphanumeric);
    let capital = around.written_at(1).starts_with(char::is_uppercase);
    let has_name = holds(town.named, &next) && (capital || town.written != "Nice");
    let is = has_region
        || has_name
        || is_described(around)
        || is_listed(around)
        || !first && is_placed(around)
        || first && is_host(around);
    is.then_some(town.alias)
}

/// `in Reading`, `the University of Reading`, but `good marks in Reading`.
fn is_placed(around: &Around<'_>) -> bool {
    const OTHER: &str = " rainbow comprehension room rooms club list lists skills books book lesson lessons test corner \
        aloud about the a an my your his her their our it them ";
    if holds(OTHER, &around.at(1)) {
        return false;
    }
    let (before, before_that) = (around.at(-1), around.at(-2));
    match before.as_str() {
        "of" => holds(OF, &before_that),
        "for" => holds(FOR, &before_that),
        _ if holds(TOUCHED, &before) => true,
        _ => holds(WHERE, &before) && !holds(SCHOOL, &before_that),
    }
}

/// `is a large town`, `is in Berkshire`, `lies on the Thames`, `has a population of`.
fn is_described(around: &Around<'_>) -> bool {
    if !matches!(
        around.at(1).as_str(),
        "is" | "was" | "lies" | "became" | "has" | "remains" | "'s"
    ) {
        return false;
    }
    for place in 2..9 {
        let word = around.at(place);
        if holds(SETTLEMENTS, word.strip_suffix('s').unwrap_or(&word))
            || word == "cities"
            || around.at(1) == "has" && matches!(word.as_str(), "population" | "inhabitants")
        {
            return true;
        }
        let one_of = word == "of" && around.at(place - 1) == "one";
        if matches!(around.tag_at(place), "IN" | "TO") && !one_of {
            return is_spot(around, place);
        }
        if word.is_empty()
            || matches!(
                around.tag_at(place),
                "." | "," | ":" | "VBG" | "VBP" | "WDT" | "WP"
            )
        {
            return false;
        }
    }
    false
}

/// Whether a name follows a preposition, and no day or room: `in Berkshire`, `west of London`.
fn is_spot(around: &Around<'_>, preposition: isize) -> bool {
    const NO_PLACE: &str = " monday tuesday wednesday thursday friday saturday sunday room hall year class unit english \
        french german chinese spanish january february march april may june july august september october \
        november december i ";
    let follows = (preposition + 1..preposition + 3).map(|place| around.written_at(place));
    let mut follows = follows.skip_while(|word| *word == "the");
    let name = follows.next().unwrap_or_default();
    let is_name = name.len() > 1
        && name.starts_with(char::is_uppercase)
        && name.chars().skip(1).all(char::is_lowercase);
    let stated = matches!(
        around.at(2).as_str(),
        "in" | "on"
            | "near"
            | "west"
            | "east"
            | "north"
            | "south"
            | "between"
            | "situated"
            | "located"
            | "about"
    ) || around.tag_at(2) == "CD"
        && around.any(&["miles", "mile", "kilometers", "minutes", "hour", "hours"]);
    is_name && stated && !holds(NO_PLACE, &name.to_lowercase())
}

/// `Reading and Oxford`, but `Reading and Writing`, `English and Reading`.
fn is_listed(around: &Around<'_>) -> bool {
    let is_name = |place: isize| {
        let written = around.written_at(place);
        let small = written.to_lowercase();
        let is_town = TOWNS.iter().any(|town| town.written == written);
        is_town
            || written.len() > 2
                && written.starts_with(char::is_uppercase)
                && around.tag_at(place) == "NNP"
                && !small.ends_with("ing")
                && !holds(SUBJECTS, &small)
    };
    let joins = |place: isize| matches!(around.at(place).as_str(), "and" | "or");
    let listed = joins(1) && is_name(2)
        || around.at(1) == "," && is_name(2) && (joins(3) && is_name(4) || joins(4));
    let lists = joins(-1) && is_name(-2);
    listed || lists
}

/// `Reading beat Leeds`.
fn is_host(around: &Around<'_>) -> bool {
    matches!(
        around.at(1).as_str(),
        "beat" | "won" | "lost" | "drew" | "scored" | "defeated" | "host" | "hosts" | "hosted"
    )
}
