//! Currencies whose sign stands before the number.

/// A currency whose sign stands before the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Currency {
    // In the order of their signs' bytes.
    Dollar,
    Pound,
    Euro,
}

/// The currency of a sign.
pub(super) fn currency(sign: &str) -> Option<Currency> {
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
