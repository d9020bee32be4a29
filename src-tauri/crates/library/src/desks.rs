//! What stands on the desks of the window, drafts, settings, conversations, so that neither a restart nor a
//! crash takes it. It is JSON text of the page's own; nothing here reads it.

use std::collections::BTreeMap;

use rusqlite::params;

use crate::{Error, Library, Result};

/// The most bytes of what is kept of one desk.
pub const DESK_BYTES: usize = 8 << 20;

/// The most bytes of a desk's name.
const NAME_BYTES: usize = 60;

impl Library {
    /// What is kept of each desk, by its name.
    ///
    /// # Errors
    /// `Busy`, `Failed`.
    pub fn desks(&self) -> Result<BTreeMap<String, String>> {
        let connection = self.connection();
        let found = connection
            .prepare_cached("SELECT name, state FROM desk")
            .and_then(|mut statement| {
                let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
                rows.collect()
            });
        found.map_err(|error| Error::sql(self.home(), &error))
    }

    /// Keeps the state of a desk in the place of what was kept of it.
    ///
    /// # Errors
    /// `Failed` where the state is longer than [`DESK_BYTES`] or the name than 60 bytes, and those of the
    /// disk.
    pub fn keep_desk(&self, name: &str, state: &str) -> Result<()> {
        if state.len() > DESK_BYTES || name.len() > NAME_BYTES {
            let reason = format!("the desk {name:.60} holds {} bytes", state.len());
            return Err(Error::Failed {
                home: self.home().to_owned(),
                reason,
            });
        }
        self.change(|transaction| {
            let sql = "INSERT INTO desk (name, state) VALUES (?1, ?2)
                       ON CONFLICT (name) DO UPDATE SET state = excluded.state";
            transaction.execute(sql, params![name, state])?;
            Ok(Ok(()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::open;

    #[test]
    fn a_desk_stands_as_it_was_left() {
        let home = tempfile::tempdir().unwrap();
        let library = open(home.path());
        assert!(library.desks().unwrap().is_empty());
        library.keep_desk("text", r#"{"draft":"a"}"#).unwrap();
        library.keep_desk("image", "{}").unwrap();
        library.keep_desk("text", r#"{"draft":"ab"}"#).unwrap();
        drop(library);
        let kept = open(home.path()).desks().unwrap();
        let kept: Vec<_> = kept.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(kept, [("image", "{}"), ("text", r#"{"draft":"ab"}"#)]);
    }

    #[test]
    fn what_is_too_long_is_refused_and_the_state_before_it_stays() {
        let home = tempfile::tempdir().unwrap();
        let library = open(home.path());
        library.keep_desk("text", "{}").unwrap();
        let long = "a".repeat(DESK_BYTES + 1);
        assert!(library.keep_desk("text", &long).is_err());
        assert!(library.keep_desk(&"n".repeat(61), "{}").is_err());
        assert_eq!(library.desks().unwrap()["text"], "{}");
    }
}
