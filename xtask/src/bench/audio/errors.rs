//! How much of a text was written down as it was said.

use super::numerals;

/// Lower-case words without marks, numbers in words.
pub(super) fn words(text: &str) -> Vec<String> {
    // In `1,000` and `don't` the mark stands within a word, in `well-known` between two.
    let plain = text.to_lowercase().replace([',', '\'', '’'], "");
    plain
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .flat_map(|word| match word.parse() {
            Ok(number) => numerals::english(number)
                .split(' ')
                .map(ToOwned::to_owned)
                .collect(),
            Err(_) => vec![word.to_owned()],
        })
        .collect()
}

/// Characters without marks and spaces, numbers in words.
pub(super) fn characters(text: &str) -> Vec<String> {
    let mut characters = Vec::new();
    let mut digits = String::new();
    for character in text.to_lowercase().chars().chain([' ']) {
        if character.is_ascii_digit() {
            digits.push(character);
            continue;
        }
        if !digits.is_empty() {
            let said = digits.parse().map_or(digits.clone(), numerals::chinese);
            characters.extend(said.chars().map(String::from));
            digits.clear();
        }
        if character.is_alphanumeric() {
            characters.push(character.to_string());
        }
    }
    characters
}

/// Words or characters that have to be changed, added or left out (Levenshtein's distance).
pub(super) fn distance(found: &[String], wanted: &[String]) -> usize {
    let mut row: Vec<usize> = (0..=wanted.len()).collect();
    for (i, word) in found.iter().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, other) in wanted.iter().enumerate() {
            let cost = (before + usize::from(word != other))
                .min(row[j] + 1)
                .min(row[j + 1] + 1);
            before = row[j + 1];
            row[j + 1] = cost;
        }
    }
    row[wanted.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_case_and_digits_are_no_errors() {
        let said = words("It's more than a hundred, isn't it? Forty-two bags of ice.");
        assert_eq!(
            said,
            words("its more than a hundred isnt it 42 bags of ice")
        );
        assert_eq!(words("1,000 trees"), ["one", "thousand", "trees"]);
        assert_eq!(characters("有15层，对吗？"), characters("有十五层对吗"));
    }

    #[test]
    fn what_is_changed_added_and_left_out_counts() {
        let errors = |found, wanted| distance(&words(found), &words(wanted));
        assert_eq!(errors("a b c", "a b c"), 0);
        assert_eq!(errors("a x c", "a b c"), 1);
        assert_eq!(errors("a c", "a b c"), 1);
        assert_eq!(errors("a b b c d", "a b c"), 2);
        assert_eq!(errors("", "a b c"), 3);
    }
}
