//! Numbers that are names: telephone numbers, codes, versions, addresses of machines. Their digits
//! are said one by one.

use fancy_regex::Error;

use super::{
    rewrites::{Replacement, Rewrites, spaced, word_after, word_before},
    words::is_function_word,
};
use crate::rule::Found;

/// After these a number of four digits and more is a name.
const CODES: &str = "(?i:PIN|PINs|code|codes|passcode|password|passcodes|extension|ext\\.?|zip|postcode|ID|IDs|ISBN|\
    serial|tracking|account|invoice|booking|reservation|reference|ref\\.?|confirmation|combination|phone|fax|tel\\.?|\
    telephone|hotline|helpline|SSN|IBAN|OTP)";

/// Services that are dialled.
const DIALLED: &str = "000|101|111|112|119|211|311|411|511|611|711|811|911|988|999";

pub(super) fn rules() -> Result<Rewrites, Error> {
    let code = format!(
        r"\b({CODES}(?: (?i:number|no\.?|code|is|was|#))*:? ?#?)(\d{{4,}}(?:[ \-]\d{{2,}})*)(?![\w]|[.,:/]\d)"
    );
    let dialled = format!(
        r"(?i)\b((?:call|calls|called|calling|dial|dials|dialed|dialled|dialing|dialling|phone|phoned|phoning|ring|rang|text|on|to|via) )({DIALLED})(?![\w]|[.,:/\-]\d)"
    );
    let emergency = r"\b(911|999|112)(?=(?:'s)? (?:call|caller|operator|dispatch|emergenc|system|service|line|number))";
    let rules: [(&str, Replacement); 17] = [
        // +44 20 7946 0958, 1-800-555-0199, (555) 123-4567, 020 7946 0958
        (
            r"(?<![\w.+])\+\d{1,3}(?:[ \-.]?\(?\d{1,4}\)?){2,5}(?![\w]|[.,]\d)",
            groups,
        ),
        (
            r"(?<![\w.])\(\d{3,5}\) ?\d{3,4}[ \-.]?\d{3,4}(?![\w]|[.,]\d)",
            groups,
        ),
        (
            r"(?<![\w.\-])(?:1[ \-.])?\d{3}[\-.]\d{3}[\-.]\d{4}(?![\w\-]|[.,]\d)",
            groups,
        ),
        (
            r"(?<![\w.\-])1[ \-]8\d\d[ \-]\d{3}[ \-]\d{4}(?![\w\-]|[.,]\d)",
            groups,
        ),
        (
            r"(?<![\w.,\-])0\d{2,4}(?:[ \-]\d{3,4}){1,3}(?![\w\-]|[.,]\d)",
            groups,
        ),
        (r"(?<![\w.,\-])\d{3}[ ]0\d{3}(?![\w\-]|[.,]\d)", groups),
        (r"(?<![\w.\-])\d{3}-\d{4}(?![\w\-]|[.,]\d)", groups),
        (r"(?<![\w.,\-])\d{3} \d{4}(?![\w\-]|[.,]\d)", called),
        (
            r"(?<![\w.\-])97[89](?:-\d{1,7}){3,4}-?[\dX]?(?![\w\-])",
            groups,
        ),
        (&code, |found| {
            Some(format!("{}{}", found.group(1), said_groups(found.group(2))))
        }),
        (&dialled, dialled_number),
        (emergency, |found| Some(spaced(found.group(1)))),
        (
            r"(?<![\w.])(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?![\w]|\.\d)",
            |found| {
                let parts = (1..5).map(|index| spaced(found.group(index)));
                Some(parts.collect::<Vec<_>>().join(" dot "))
            },
        ),
        (r"(?<![\w.,:/\-$£€¥])0\d+(?![\w:/\-%]|[.,]\d)", |found| {
            Some(spaced(found.group(0)))
        }),
        (r"(?<![\w.,])[vV]?\d+(?:\.\d+){2,}(?![\w])", |found| {
            let (version, digits) = split_v(found.group(0));
            Some(format!("{version}{}", points(digits)))
        }),
        (
            r"\b([vV]|(?:[A-Z][A-Za-z]+-?|[a-z]{2,}))(\d+\.\d+)(?![\w]*\.\d)",
            |found| {
                let name = found.group(1);
                let name = if name.eq_ignore_ascii_case("v") {
                    "version"
                } else {
                    name.trim_end_matches('-')
                };
                Some(format!("{name} {}", points(found.group(2))))
            },
        ),
        (r"(?<![\w.,\-])\d+\.\d*0(?![\w%]|[.,]\d)", version),
    ];
    let mut all: Vec<_> = rules.into_iter().collect();
    all.push((
        r"(?<![\w.,:/\-$£€¥+])\d{5}(?:-\d{4})?(?![\w:/%]|[.,]\d|-\d)",
        zip,
    ));
    Rewrites::new(all)
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of a replacement")]
fn groups(found: &Found<'_>) -> Option<String> {
    Some(said_groups(found.group(0)))
}

/// Digits one by one, with a pause between groups.
fn said_groups(number: &str) -> String {
    let plus = if number.starts_with('+') { "plus " } else { "" };
    let groups = number
        .split(|c: char| !c.is_ascii_digit())
        .filter(|group| !group.is_empty());
    let groups: Vec<_> = groups.map(spaced).collect();
    format!("{plus}{}", groups.join(", "))
}

/// `Call 555 0123`, but `we sold 300 2000-piece puzzles`.
fn called(found: &Found<'_>) -> Option<String> {
    const CALLS: &str = " call dial phone number tel telephone text fax ring reach hotline on at ";
    let before = word_before(found.before())
        .trim_end_matches('.')
        .to_lowercase();
    CALLS
        .contains(&format!(" {before} "))
        .then(|| said_groups(found.group(0)))
}

fn dialled_number(found: &Found<'_>) -> Option<String> {
    let verb = found.group(1);
    let weak = ["on ", "to ", "via "].contains(&verb.to_lowercase().as_str());
    // Gone from 100 to 911 is no call, and `called 911 people` counts them.
    let calls = word_before(found.before()).to_lowercase();
    let called = [
        "call", "calls", "called", "calling", "phone", "text", "get", "help", "us",
    ]
    .contains(&calls.as_str());
    let counted =
        word_after(found.after()).ends_with('s') && !is_function_word(word_after(found.after()));
    (!counted && (!weak || called)).then(|| format!("{verb}{}", spaced(found.group(2))))
}

fn split_v(written: &str) -> (&'static str, &str) {
    match written.strip_prefix(['v', 'V']) {
        Some(digits) => ("version ", digits),
        None => ("", written),
    }
}

/// `3.10` is three point one zero: no number, so that no zero is lost.
fn points(digits: &str) -> String {
    let mut parts = digits.split('.');
    let first = parts.next().unwrap_or_default();
    let rest: Vec<_> = parts.map(spaced).collect();
    format!("{} point {}", plain(first), rest.join(" point "))
}

fn plain(digits: &str) -> String {
    if digits.starts_with('0') && digits.len() > 1 {
        spaced(digits)
    } else {
        digits.to_owned()
    }
}

/// A decimal with a zero at its end, after a name: `Python 3.10`, `version 2.0`.
fn version(found: &Found<'_>) -> Option<String> {
    let before = word_before(found.before());
    let lower = before.to_lowercase();
    let labelled = [
        "version", "versions", "release", "v", "ver", "python", "ubuntu",
    ]
    .contains(&lower.as_str());
    let named =
        before.starts_with(char::is_uppercase) && !is_function_word(before) && before.len() > 1;
    let amount = word_after(found.after());
    let counted = matches!(amount, "million" | "billion" | "trillion" | "percent");
    ((labelled || named) && !counted).then(|| points(found.group(0)))
}

/// `Beverly Hills 90210`: five digits that count nothing.
fn zip(found: &Found<'_>) -> Option<String> {
    let digits = found.group(0);
    let before = word_before(found.before());
    let named = before.starts_with(char::is_uppercase) && !is_function_word(before);
    let alone = before.is_empty() && word_after(found.after()).is_empty();
    let after = word_after(found.after());
    let counts = after.chars().next().is_some_and(char::is_lowercase) && !is_function_word(after);
    let round = digits.ends_with("00") && !digits.contains('-');
    ((named || alone) && !counts && !round).then(|| said_groups(digits))
}
