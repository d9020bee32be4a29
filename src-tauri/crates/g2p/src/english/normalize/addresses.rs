//! Addresses of the web and of mail, names of files, formulas: `jane dot doe at example dot org`.

use fancy_regex::Error;

use super::rewrites::{Replacement, Rewrites};
use crate::rule::Found;

/// Endings of files that are told from the end of a sentence by their name.
const FILES: &str = "pdf|txt|md|docx?|xlsx?|csv|tsv|pptx?|jpe?g|png|gif|svg|webp|bmp|tiff?|mp[34]|m4a|wav|flac|ogg|\
    mov|avi|mkv|webm|zip|tar|gz|rar|7z|exe|msi|dmg|iso|apk|deb|py|rs|js|jsx|ts|tsx|json|jsonl|toml|ya?ml|xml|html?|\
    css|sh|bat|cpp|hpp|java|go|rb|php|sql|ipynb|log|ini|cfg|conf|env|lock|onnx|safetensors|gguf|srt|vtt|mid|epub|dll";

/// Last parts of hosts that are written without a scheme.
const HOSTS: &str = "com|org|net|edu|gov|io|co\\.uk|uk|de|fr|it|es|nl|ch|at|eu|info|biz|dev|app|ai|ca|jp|cn|au|tv|me";

/// Spelled, although they have a vowel.
const SPELLED: &str =
    " ai apk au etc ca cn co.uk de edu eu exe fr io js jp jpeg nl py uk us id api url ui ";

pub(super) fn rules() -> Result<Rewrites, Error> {
    let host = format!(
        r"(?<![\w@./\-])[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)*\.(?:{HOSTS})(?![\w\-])(?::\d+)?(?:/[^\s<>“”]*[\w/])?"
    );
    let file = format!(
        r"(?<![\w@./\-])(?:[\w.\-]*/)*[\w\-]*[\w](?:\.[\w\-]+)*\.(?:{FILES})(?![\w\-]|\.[\w])"
    );
    let rules: [(&str, Replacement); 8] = [
        (r"(?i)\b(?:https?|ftp)://[^\s<>“”]*[\w/]", address),
        (r"(?i)\bwww\.[^\s<>“”]*[\w/]", address),
        (r"(?<![\w])[\w.+\-]*[\w]@[\w\-]+(?:\.[\w\-]*[\w])+", address),
        (host.as_str(), |found: &Found<'_>| {
            // `Amazon.com`, but not the end of one sentence and the beginning of the next.
            let last = found.group(0).split('/').next()?.rsplit('.').next()?;
            let lower = last
                .chars()
                .all(|c| c.is_lowercase() || c.is_ascii_digit() || c == ':');
            let word =
                [" it ", " at ", " me ", " es ", " de "].contains(&format!(" {last} ").as_str());
            let path = found.group(0).contains('/');
            (lower && (path || !word)).then(|| spoken(found.group(0)))
        }),
        (file.as_str(), |found: &Found<'_>| {
            let name = found.group(0);
            let stem = name.rsplit_once('.')?.0;
            // `e.g` and `5.py` are none.
            stem.contains(char::is_alphabetic).then(|| spoken(name))
        }),
        (r"\b[A-Z]{2}(?=\d\b)", letters_before_digits),
        (r"(?<![\w.\-])(?:[A-Z][a-z]?\d*){2,}(?![\w])", formula),
        (r"\b([CFGADJX])#(?![\w])", |found: &Found<'_>| {
            Some(format!("{} sharp", found.group(1)))
        }),
    ];
    Rewrites::new(rules)
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of a replacement")]
fn address(found: &Found<'_>) -> Option<String> {
    Some(spoken(found.group(0)))
}

/// An address as people say it: its scheme is left out.
pub(super) fn spoken(address: &str) -> String {
    let start = address.find("://").map_or(0, |at| at + 3);
    let address = address[start..].trim_end_matches('/');
    let mut words: Vec<String> = Vec::new();
    let mut piece = String::new();
    for c in address.chars() {
        if c.is_alphanumeric() {
            piece.push(c);
            continue;
        }
        words.extend(name(&std::mem::take(&mut piece)));
        words.extend(sign(c).map(str::to_owned));
    }
    words.extend(name(&piece));
    words.join(" ")
}

fn sign(c: char) -> Option<&'static str> {
    Some(match c {
        '.' => "dot",
        '/' => "slash",
        '@' => "at",
        '-' => "dash",
        '_' => "underscore",
        ':' => "colon",
        '?' => "question mark",
        '=' => "equals",
        '&' => "and",
        '#' => "hash",
        '+' => "plus",
        '%' => "percent",
        '~' => "tilde",
        _ => return None,
    })
}

/// A piece of an address: a word, or letters where nobody could say it.
fn name(piece: &str) -> Option<String> {
    if piece.is_empty() {
        return None;
    }
    let end = piece
        .find(|c: char| c.is_ascii_digit())
        .unwrap_or(piece.len());
    let (letters, digits) = piece.split_at(end);
    let lower = letters.to_lowercase();
    let vowels = lower.contains(['a', 'e', 'i', 'o', 'u', 'y']) || !lower.is_ascii();
    let spelled = SPELLED.contains(&format!(" {lower} ")) || !vowels && lower.len() <= 5;
    let said = match lower.as_str() {
        "json" | "jsonl" => "Jason".to_owned(),
        "src" | "img" | "lib" | "bin" | "tmp" => letters.to_owned(),
        _ if spelled => spell(letters),
        _ => letters.to_owned(),
    };
    Some(format!("{said} {digits}").trim().to_owned())
}

/// `P.D.F`, which the lexicon reads letter by letter.
fn spell(letters: &str) -> String {
    let letters = letters
        .to_uppercase()
        .chars()
        .map(String::from)
        .collect::<Vec<_>>();
    letters.join(".")
}

/// The CO of CO2 is no word.
#[expect(clippy::unnecessary_wraps, reason = "the shape of a replacement")]
fn letters_before_digits(found: &Found<'_>) -> Option<String> {
    Some(format!("{} ", spell(found.group(0))))
}

/// `NaCl`, `H2SO4`, `C6H12O6`: symbols of elements, and at least one that is more than a capital.
fn formula(found: &Found<'_>) -> Option<String> {
    const ELEMENTS: &str =
        " H He Li B C N O F Na Mg Al Si P S Cl K Ca Ti Cr Mn Fe Ni Cu Zn Br Ag I Ba Au Hg Pb ";
    const PLAIN: &str = " NaCl KCl HCl HBr NaOH KOH CaO MgO FeO CuO ZnO NaF LiOH ";
    let written = found.group(0);
    let digits = written.contains(|c: char| c.is_ascii_digit());
    if !digits && !PLAIN.contains(&format!(" {written} ")) {
        return None;
    }
    let mut said = Vec::new();
    let mut rest = written;
    let mut elements = 0;
    while !rest.is_empty() {
        let tail = &rest[1..];
        let small = tail.len()
            - tail
                .trim_start_matches(|c: char| c.is_ascii_lowercase())
                .len();
        let (element, after) = rest.split_at(1 + small);
        if !ELEMENTS.contains(&format!(" {element} ")) {
            return None;
        }
        elements += 1;
        let number = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if number > 2 || after[..number].starts_with(['0', '1']) && number == 1 {
            return None;
        }
        said.push(
            element
                .to_uppercase()
                .chars()
                .map(String::from)
                .collect::<Vec<_>>()
                .join("."),
        );
        if number > 0 {
            said.push(after[..number].to_owned());
        }
        rest = &after[number..];
    }
    let known = elements > 2
        || written.contains(char::is_lowercase)
        || " H2O CH4 NH3 N2O H2S ".contains(&format!(" {written} "));
    known.then(|| merge(&said))
}

/// Letters that stand together are spelled together.
fn merge(parts: &[String]) -> String {
    let mut said = String::new();
    for part in parts {
        let digit = |c: Option<char>| c.is_none_or(|c| c.is_ascii_digit());
        let join = if said.is_empty() {
            ""
        } else if digit(said.chars().next_back()) || digit(part.chars().next()) {
            " "
        } else {
            "."
        };
        said += join;
        said += part;
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalized_text::NormalizedText;

    #[test]
    fn addresses_are_said_as_people_say_them() {
        let rules = rules().unwrap();
        let cases = [
            ("www.example.com.", "W.W.W dot example dot com."),
            ("jane.doe@example.org,", "jane dot doe at example dot org,"),
            (
                "https://github.com/foo/bar_baz today",
                "github dot com slash foo slash bar underscore baz today",
            ),
            ("http://localhost:8080/", "localhost colon 8080"),
            ("the README.md file", "the README dot M.D file"),
            (
                "main.rs and src/lib.py",
                "main dot R.S and src slash lib dot P.Y",
            ),
            ("photo_1.jpg", "photo underscore 1 dot J.P.G"),
            ("amazon.com sells", "amazon dot com sells"),
            ("end.It was", "end.It was"),
            ("3.14 and e.g. this", "3.14 and e.g. this"),
            ("CO2 and H2O", "C.O 2 and H 2 O"),
            (
                "NaCl, H2SO4 and C6H12O6",
                "N.A.C.L, H 2 S.O 4 and C 6 H 12 O 6",
            ),
            ("the F16, a B2B API and MP3", "the F16, a B2B API and M.P 3"),
            ("C# and F#", "C sharp and F sharp"),
        ];
        for (written, said) in cases {
            let mut text = NormalizedText::new(written, 0);
            rules.apply(&mut text);
            assert_eq!(text.text(), said, "{written}");
        }
    }
}
