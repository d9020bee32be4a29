//! Sums in dollars, pounds and euros.

use super::{Lexicon, Use};

/// A currency whose sign stands before the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum Currency {
    // In the order of their signs' bytes.
    Dollar,
    Pound,
    Euro,
}

/// The currency of a sign.
pub(in super::super) fn currency(sign: &str) -> Option<Currency> {
    match sign {
        "$" => Some(Currency::Dollar),
        "£" => Some(Currency::Pound),
        "€" => Some(Currency::Euro),
        _ => None,
    }
}

impl Currency {
    /// The unit and its hundredth.
    pub(super) fn units(self) -> [&'static str; 2] {
        match self {
            Self::Dollar => ["dollar", "cent"],
            Self::Pound => ["pound", "pence"],
            Self::Euro => ["euro", "cent"],
        }
    }
}

impl Lexicon {
    /// `a million` and its `dollars`.
    pub(super) fn with_currency(&self, phonemes: String, currency: Option<Currency>) -> String {
        let unit = currency.map(|currency| format!("{}s", currency.units()[0]));
        match unit.and_then(|unit| self.with_s(&unit, Use::PLAIN)) {
            Some(unit) => format!("{phonemes} {unit}"),
            None => phonemes,
        }
    }
}
