//! Loaded models within a memory budget: the least recently used leave first.
//!
//! Pure bookkeeping over any kind of loaded model; the worker thread owns the only one.

/// What others may know of the models in memory without waiting for the worker.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct CacheState {
    /// Ids, the least recently used first.
    pub(crate) loaded: Vec<String>,
    pub(crate) bytes: u64,
}

/// What a model was loaded with; another key means loading it again.
#[derive(Debug)]
struct Entry<K, M> {
    id: String,
    key: K,
    bytes: u64,
    model: M,
}

/// Most recently used last.
#[derive(Debug)]
pub(crate) struct ModelCache<K, M> {
    entries: Vec<Entry<K, M>>,
}

impl<K, M> Default for ModelCache<K, M> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
        }
    }
}

impl<K: PartialEq, M> ModelCache<K, M> {
    /// Whether the model is here, loaded as `key` asks.
    pub(crate) fn holds(&self, id: &str, key: &K) -> bool {
        self.entries
            .iter()
            .any(|entry| entry.id == id && entry.key == *key)
    }

    /// The model, which becomes the most recently used.
    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut M> {
        let at = self.entries.iter().position(|entry| entry.id == id)?;
        let entry = self.entries.remove(at);
        self.entries.push(entry);
        self.entries.last_mut().map(|entry| &mut entry.model)
    }

    /// Drops models, the least recently used first, until `bytes` more fit in `budget`. A single
    /// model that is larger than the budget is for the caller to refuse before. True where any
    /// was dropped.
    pub(crate) fn make_room(&mut self, bytes: u64, budget: u64) -> bool {
        let before = self.entries.len();
        while !self.entries.is_empty() && self.bytes().saturating_add(bytes) > budget {
            self.entries.remove(0);
        }
        self.entries.len() < before
    }

    pub(crate) fn put(&mut self, id: String, key: K, bytes: u64, model: M) {
        self.remove(&id);
        self.entries.push(Entry {
            id,
            key,
            bytes,
            model,
        });
    }

    /// True where it was here.
    pub(crate) fn remove(&mut self, id: &str) -> bool {
        let before = self.entries.len();
        self.entries.retain(|entry| entry.id != id);
        self.entries.len() < before
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.entries
            .iter()
            .fold(0, |sum, entry| sum.saturating_add(entry.bytes))
    }

    /// Least recently used first.
    pub(crate) fn ids(&self) -> Vec<String> {
        self.entries.iter().map(|entry| entry.id.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_least_recently_used_leaves_first() {
        let mut cache = ModelCache::default();
        for id in ["a", "b", "c"] {
            cache.make_room(10, 30);
            cache.put(id.to_owned(), (), 10, id);
        }
        assert_eq!(cache.get_mut("a"), Some(&mut "a"));
        cache.make_room(10, 30);
        assert_eq!(cache.ids(), ["c", "a"]);
    }

    #[test]
    fn other_options_are_another_model() {
        let mut cache = ModelCache::default();
        cache.put("a".to_owned(), 1, 10, "one");
        assert!(cache.holds("a", &1) && !cache.holds("a", &2));
        cache.put("a".to_owned(), 2, 10, "two");
        assert_eq!(cache.get_mut("a"), Some(&mut "two"));
        assert_eq!(cache.bytes(), 10);
    }

    proptest! {
        #[test]
        fn the_budget_holds_and_what_was_just_put_stays(
            loads in prop::collection::vec((0_u8..6, 1_u64..50), 1..60),
        ) {
            let mut cache = ModelCache::default();
            for (id, bytes) in loads {
                let id = id.to_string();
                cache.remove(&id);
                cache.make_room(bytes, 100);
                cache.put(id.clone(), (), bytes, ());
                prop_assert!(cache.bytes() <= 100);
                prop_assert!(cache.holds(&id, &()));
            }
        }
    }
}
