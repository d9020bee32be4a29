//! The seam to where tables are kept.

/// Hands out the tables of words, names and weights that reading a language takes.
pub trait Tables {
    /// Why a table cannot be had.
    type Error;

    /// The text of a table by its path, such as `english/us/gold.tsv`; `what` says for people what it is.
    ///
    /// # Errors
    /// Where there is none, or it cannot be read.
    fn text(&self, name: &str, what: &'static str) -> Result<String, Self::Error>;

    /// The error of a table that is not what it should be.
    fn broken(&self, name: &str, reason: &str) -> Self::Error;
}
