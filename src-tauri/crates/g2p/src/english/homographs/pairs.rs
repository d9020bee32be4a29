//! Pairs of one spelling that only their company tells apart: a wound and wound up, a row of seats and a
//! row about money, lead pipes and the lead.

use super::{
    around::Around,
    company::{BEING, DETERMINERS, MODALS, SUBJECTS, noun_object},
};
use crate::english::tagger::Tag;

/// The bandage was wound around the wound.
pub(super) fn wound(around: &Around<'_>, before: &str, next: &str) -> Tag {
    const TURNS: [&str; 9] = [
        "up", "around", "round", "down", "through", "along", "back", "tightly", "into",
    ];
    const HURT: &str = " him them her me us someone somebody people soldier soldiers enemy feelings pride animal animals man men woman ";
    let adverb = around.tag_at(-1) == "RB";
    let subject = if adverb {
        around.at(-2)
    } else {
        before.to_owned()
    };
    let subject = subject.as_str();
    let owned = around.tag_at(-1) == "POS" || matches!(before, "her" | "his");
    if !owned
        && (BEING.contains(&subject)
            || matches!(subject, "have" | "has" | "had" | "'ve" | "got" | "gets"))
    {
        return "VBN";
    }
    let object = if noun_object(next) && !matches!(next, "him" | "them" | "me" | "us") {
        around.at(2)
    } else {
        next.to_owned()
    };
    if SUBJECTS.contains(&subject) {
        let third = matches!(subject, "he" | "she" | "it");
        let hurts = !third && HURT.contains(&format!(" {object} "));
        return if hurts { "VB" } else { "VBD" };
    }
    if owned || DETERMINERS.contains(&before) {
        return "NN";
    }
    if MODALS.contains(&subject) {
        return "VB";
    }
    let named = around.tag_at(-1).starts_with("NN");
    if named && (TURNS.contains(&next) || noun_object(next) && next != "to") {
        "VBD"
    } else {
        "NN"
    }
}

/// We close at five, but stay close to me.
pub(super) fn close(around: &Around<'_>, before: &str, next: &str) -> Option<Tag> {
    const WHEN: [&str; 11] = [
        "at", "on", "early", "late", "soon", "down", "today", "tomorrow", "every", "for", "when",
    ];
    let ends = next.is_empty() || ".,;:!?".contains(next) || next == "of";
    if ends && matches!(before, "a" | "the" | "its" | "day's" | "'s") {
        return Some("NN");
    }
    let subject = around.tag_at(-1) == "NNS" || SUBJECTS.contains(&before);
    let object = noun_object(next) && next != "to" && SUBJECTS.contains(&before);
    let at_hand = around.at(2) == "hand" || around.at(2) == "range";
    (subject && WHEN.contains(&next) && !at_hand || object).then_some("VB")
}

/// The dove dove into the bushes.
pub(super) fn dove(around: &Around<'_>, before: &str, next: &str) -> Option<Tag> {
    const INTO: [&str; 12] = [
        "into", "in", "off", "down", "under", "for", "from", "through", "beneath", "deep", "head",
        "toward",
    ];
    const BIRDS: [&str; 7] = [
        "turtle", "mourning", "rock", "peace", "wood", "ring", "collared",
    ];
    let acts =
        around.tag_at(-1).starts_with("NN") || SUBJECTS.contains(&before) || before == "then";
    (acts && INTO.contains(&next) && !BIRDS.contains(&before)).then_some("VBD")
}

/// A learned man, who learned it.
pub(super) fn learned(around: &Around<'_>, next: &str) -> Option<Tag> {
    const WHO: &str = " man woman men women person people scholar scholars professor judge society friend friends \
        colleague colleagues gentleman lady doctor monk journal journals book books ";
    let before = around.at(-1);
    let described = DETERMINERS.contains(&before.as_str())
        || around.tag_at(-1) == "RB"
        || around.tag_at(-1) == "JJ";
    (described && WHO.contains(&format!(" {next} ")) && !next.is_empty()).then_some("JJ")
}

/// The metal: lead boots, made of lead; as against who leads.
pub(super) fn metal(around: &Around<'_>, before: &str) -> bool {
    const THINGS: &str = "pipe paint poisoning solder bullet pellet crystal acid ore alloy unleaded acid-free shielding toxic \
        boot weight sinker ingot roof roofing soldier apron coffin oxide balloon lining ball fishing-weight brick shot glaze miner mine smelter mining";
    const AMOUNTS: &str = " made out full lump piece block ton tons tonne tonnes kilo kilogram kilograms gram grams pound \
        pounds sheet sheets bar bars ball balls amount amounts traces level levels layer cast melted free instead symbol ";
    let next = around.at(1);
    let next = next.strip_suffix('s').unwrap_or(&next);
    let thing = !next.is_empty() && THINGS.split_ascii_whitespace().any(|thing| thing == next);
    let amount = before == "of" && AMOUNTS.contains(&format!(" {} ", around.at(-2)));
    let told = matches!(next, "is" | "wa" | "i" | "melt")
        && matches!(before, "" | "," | "." | "and")
        && around.near(5, "metal element toxic soft heavy poisonous dense poison");
    let heavy =
        matches!(before, "as" | "like") && around.near(4, "heavy dull grey gray weigh sank sink");
    thing || amount || told || heavy || around.near(1, "pencil")
}

/// Whether who bowed did so to people, as against a violin and a board.
pub(super) fn bent(around: &Around<'_>) -> bool {
    let next = around.at(1);
    matches!(
        next.as_str(),
        "to" | "before" | "down" | "out" | "low" | "deeply" | "politely" | "and" | "." | ""
    ) || around.near(3, "head audience king queen crowd emperor actor deeply")
}

/// To bow to the king, as against a bow and the bow of a violin.
pub(super) fn honours(around: &Around<'_>) -> bool {
    let (before, next) = (around.at(-1), around.at(1));
    let verb = around.index == 0
        || around.tag_at(0).starts_with("VB")
        || MODALS.contains(&before.as_str())
        || SUBJECTS.contains(&before.as_str())
        || around.tag_at(-1) == "NNS";
    let low = matches!(
        next.as_str(),
        "to" | "before" | "down" | "out" | "low" | "deeply" | "politely"
    );
    let strung = around.near(4, "arrow violin cello string ribbon tie hair");
    verb && low && !strung && !DETERMINERS.contains(&before.as_str())
}

/// A row about money, as against a row of seats.
pub(super) fn quarrel(around: &Around<'_>, before: &str) -> bool {
    const LOUD: &str = " terrible furious blazing heated huge big massive flaming bitter diplomatic political public \
        almighty fierce loud angry silly petty blistering awful dreadful family ";
    let next = around.at(1);
    let seats =
        next == "of" || around.near(4, "seat chair desk tree house front back line column table");
    let placed = (-3..0).any(|offset| around.at(offset) == "in");
    if seats || placed {
        return false;
    }
    let about = matches!(
        next.as_str(),
        "about" | "over" | "between" | "among" | "broke" | "erupted" | "with"
    );
    let had = before == "a"
        && matches!(
            around.at(-2).as_str(),
            "have" | "had" | "having" | "has" | "'ve"
        );
    let loud = LOUD.contains(&format!(" {before} ")) && !before.is_empty();
    loud || had || about && (DETERMINERS.contains(&before) || around.tag_at(-1) == "JJ")
}

/// Female deer, as against what one does.
pub(super) fn deer(around: &Around<'_>, before: &str) -> bool {
    let next = around.at(1);
    matches!(
        before,
        "the" | "two" | "three" | "several" | "many" | "female" | "these" | "those"
    ) && matches!(
        next.as_str(),
        "are"
            | "were"
            | "and"
            | "run"
            | "ran"
            | "graze"
            | "grazed"
            | "eat"
            | "ate"
            | "have"
            | "had"
            | ","
            | "."
    ) && around.near(9, "buck deer fawn stag doe forest herd")
}

/// An aged man, as against aged ten and aged cheese.
pub(super) fn old(around: &Around<'_>) -> bool {
    const WHO: &str = " man woman men women people person parent parents couple lady gentleman mother father uncle aunt king \
        queen relative relatives grandmother grandfather widow servant dog face hands ";
    let next = around.at(1);
    let described = DETERMINERS.contains(&around.at(-1).as_str())
        || around.tag_at(-1) == "JJ"
        || around.index == 0;
    described && WHO.contains(&format!(" {next} ")) && !next.is_empty()
        || around.at(-1) == "the"
            && matches!(next.as_str(), "." | "," | "and" | "are" | "" | "need")
}

/// Tools that fell trees, as against the axes of a graph.
pub(super) fn tools(around: &Around<'_>) -> bool {
    const CHOP: &str = "axe wood chop chopped chopping lumberjack woodcutter sword spear stone hammer shield warrior viking \
        knife weapon tool iron bronze sharp saw firefighter wall shed blade";
    const GRAPH: &str =
        "x y z axis graph chart coordinate plot symmetry rotation vertical horizontal label origin";
    around.near(6, CHOP) && !around.near(6, GRAPH)
}
