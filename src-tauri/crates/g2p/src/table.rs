//! A table kept as the text it is read from: sorted lines of a key, tabs and values.
//!
//! Opening one costs a pass over its bytes; nothing is copied, and looking up is a binary search.

use crate::Tables;

#[derive(Debug)]
pub(super) struct Table {
    text: String,
    /// Where each line begins.
    lines: Vec<u32>,
}

impl Table {
    /// # Errors
    /// Those of `tables`, also where the keys are not in ascending order.
    pub(super) fn open<T: Tables>(tables: &T, name: &str) -> Result<Self, T::Error> {
        let text = tables.text(name, "table of words")?;
        Self::new(text).ok_or_else(|| tables.broken(name, "its lines are not sorted"))
    }

    pub(super) fn new(text: String) -> Option<Self> {
        let mut lines = Vec::new();
        let mut start = 0;
        let mut before = "";
        for line in text.split_inclusive('\n') {
            let key = split(line.trim_end_matches('\n')).0;
            if !lines.is_empty() && before >= key {
                return None;
            }
            before = key;
            lines.push(u32::try_from(start).ok()?);
            start += line.len();
        }
        Some(Self { text, lines })
    }

    /// What follows the key on its line, values with tabs between; empty where there are none.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        let line = |&start: &u32| {
            let rest = &self.text[start as usize..];
            split(rest.split('\n').next().unwrap_or_default())
        };
        let found = self.lines.binary_search_by(|at| line(at).0.cmp(key)).ok()?;
        Some(line(&self.lines[found]).1)
    }

    pub(super) fn contains(&self, key: &str) -> bool {
        self.get(key).is_some()
    }
}

fn split(line: &str) -> (&str, &str) {
    line.split_once('\t').unwrap_or((line, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_and_others_are_not() {
        let table = Table::new("a\t1\t2\nab\nb\t3\n".to_owned()).unwrap();
        let found = ["a", "ab", "b", "", "aa", "c"].map(|key| table.get(key));
        assert_eq!(found, [Some("1\t2"), Some(""), Some("3"), None, None, None]);
        assert_eq!(Table::new(String::new()).unwrap().get("a"), None);
    }

    #[test]
    fn a_table_out_of_order_is_refused() {
        assert!(Table::new("b\na\n".to_owned()).is_none());
        assert!(Table::new("a\na\n".to_owned()).is_none());
    }
}
