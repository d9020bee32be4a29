//! Thousands that spaces or apostrophes part, as SI and much of Europe write them: `1 000 000`.

use fancy_regex::Error;

use super::{
    rewrites::{Replacement, Rewrites, word_after, word_before},
    words::{self, LETTERS, MONTHS, UNITS},
};
use crate::rule::Found;

/// After these, digits with a space between are two numbers, or the groups of a name.
const NAMED: &str = " call dial phone number numbers tel telephone text fax ring reach hotline no nos code pin account id \
    isbn page pages chapter figure table section line step day room bus route level question exercise problem item \
    grade class group lesson unit part volume row seat gate flight version year ";

/// Those with a space of their own, or an apostrophe: nothing else is written so. They are read before
/// white space becomes plain.
pub(super) fn certain() -> Result<Rewrites, Error> {
    let pattern = "(?<![\\w.,])[1-9]\\d{0,2}(?:[\u{a0}\u{2007}\u{2009}\u{202f}]\\d{3})+(?!\\d)|\
        (?<![\\w.,'’])[1-9]\\d{0,2}(?:['’]\\d{3})+(?![\\w'’])";
    Rewrites::new([(pattern, with_commas as Replacement)])
}

/// Those with a plain space, which parts two numbers as well.
pub(super) fn likely() -> Result<Rewrites, Error> {
    let pattern =
        r"(?<![\w.,:/+])(?<!\d )(?<!\d-)[1-9]\d{0,2}(?: \d{3})+(?![\w\-/:'’]| ?\d|[.,]\d{4})";
    // 1.299,00 €, where the comma is the point
    let decimal = r"(?<![\w.,])\d{1,3}(?:[. ]\d{3})+,\d{2}(?![\w,])";
    Rewrites::new([
        (decimal, point_last as Replacement),
        (pattern, parted as Replacement),
    ])
}

fn with_commas(found: &Found<'_>) -> Option<String> {
    let digits = |c: char| if c.is_ascii_digit() { c } else { ',' };
    (!is_named(found.before())).then(|| found.group(0).chars().map(digits).collect())
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of a replacement")]
fn point_last(found: &Found<'_>) -> Option<String> {
    let turned = |c: char| match c {
        ',' => '.',
        '.' | ' ' => ',',
        c => c,
    };
    Some(found.group(0).chars().map(turned).collect())
}

fn is_named(before: &str) -> bool {
    let before = word_before(before).trim_end_matches('.');
    MONTHS.contains(&before) || NAMED.contains(&format!(" {} ", before.to_lowercase()))
}

/// `12 345 words`, but `bus 12 345 people took`, `scores of 100 200 300` and `$5 300 times`.
fn parted(found: &Found<'_>) -> Option<String> {
    let groups: Vec<&str> = found.group(0).split(' ').collect();
    let stand_alone = groups.iter().all(|group| !group.starts_with('0'));
    let round = |group: &&str| group.ends_with("00");
    let listed = groups.len() > 2 && stand_alone && groups.iter().skip(1).all(round);
    let next = word_after(found.after());
    let unit = words::find(UNITS, next).or(words::find(LETTERS, next));
    let behind = found.after().trim_start().strip_prefix(next);
    // 2 500 g bags
    let packed =
        unit.is_some() && groups[0].len() == 1 && word_after(behind.unwrap_or("")).ends_with('s');
    let counted = next.ends_with('s') || matches!(next, "people" | "men" | "women" | "children");
    let priced = found.before().ends_with(['$', '£', '€']) && counted && unit.is_none();
    let timed = word_before(found.before()) == "at" && unit.is_none();
    let two = groups.len() == 2 && stand_alone && (packed || priced || timed);
    (!listed && !two).then(|| with_commas(found))?
}
