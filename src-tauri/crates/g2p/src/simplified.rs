//! Traditional Chinese characters as simplified ones.

use zhhz::{Config, Converter};

/// Both a simplified character, of 壞, and, rarely, a traditional one, of 坯: the tables take it for
/// the rare one always.
const LEFT: char = '坏';

/// Turns traditional characters into simplified ones.
pub struct Simplified(Converter);

impl std::fmt::Debug for Simplified {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Simplified").finish_non_exhaustive()
    }
}

impl Default for Simplified {
    fn default() -> Self {
        Self::new()
    }
}

impl Simplified {
    pub fn new() -> Self {
        Self(Converter::new(Config::T2s))
    }

    pub fn convert(&self, text: &str) -> String {
        let mut converted = String::with_capacity(text.len());
        for part in text.split_inclusive(LEFT) {
            let rest = part.strip_suffix(LEFT);
            converted += &self.0.convert(rest.unwrap_or(part));
            converted.extend(rest.map(|_| LEFT));
        }
        converted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traditional_characters_become_simplified_ones_and_those_stay() {
        let simplified = Simplified::new();
        for (text, wanted) in [
            ("圖書館壞了", "图书馆坏了"),
            ("不好不坏，坏坏", "不好不坏，坏坏"),
            ("以後於是", "以后于是"),
            ("坏", "坏"),
            ("", ""),
        ] {
            assert_eq!(simplified.convert(text), wanted);
        }
    }
}
