//! Why a value of the command line is none, in two languages.

use std::fmt;

/// clap shows the English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    pub en: String,
    pub zh: String,
}

impl Wrong {
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self {
            en: en.into(),
            zh: zh.into(),
        }
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.en)
    }
}

impl std::error::Error for Wrong {}
