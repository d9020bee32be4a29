//! Loaded models within a memory budget: the least recently used leave first.
//!
//! Pure bookkeeping over any kind of loaded model; the worker thread owns the only one.

/// What a model was loaded with; another key means loading it again.
#[derive(Debug)]
struct Place<K, M> {
    id: String,
    key: K,
    bytes: u64,
    model: M,
}

/// Most recently used last.
#[derive(Debug)]
pub(crate) struct Shelf<K, M> {
    places: Vec<Place<K, M>>,
}

impl<K, M> Default for Shelf<K, M> {
    fn default() -> Self {
        Self { places: Vec::new() }
    }
}

impl<K: PartialEq, M> Shelf<K, M> {
    /// Whether the model is here, loaded as `key` asks.
    pub(crate) fn holds(&self, id: &str, key: &K) -> bool {
        self.places
            .iter()
            .any(|place| place.id == id && place.key == *key)
    }

    /// The model, which becomes the most recently used.
    pub(crate) fn take_up(&mut self, id: &str) -> Option<&mut M> {
        let at = self.places.iter().position(|place| place.id == id)?;
        let place = self.places.remove(at);
        self.places.push(place);
        self.places.last_mut().map(|place| &mut place.model)
    }

    /// Drops models, the least recently used first, until `bytes` more fit in `budget`. A single
    /// model that is larger than the budget is for the caller to refuse before. True where any
    /// was dropped.
    pub(crate) fn make_room(&mut self, bytes: u64, budget: u64) -> bool {
        let before = self.places.len();
        while !self.places.is_empty() && self.bytes().saturating_add(bytes) > budget {
            self.places.remove(0);
        }
        self.places.len() < before
    }

    pub(crate) fn put(&mut self, id: String, key: K, bytes: u64, model: M) {
        self.remove(&id);
        self.places.push(Place {
            id,
            key,
            bytes,
            model,
        });
    }

    pub(crate) fn remove(&mut self, id: &str) {
        self.places.retain(|place| place.id != id);
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.places
            .iter()
            .fold(0, |sum, place| sum.saturating_add(place.bytes))
    }

    /// Least recently used first.
    pub(crate) fn ids(&self) -> Vec<String> {
        self.places.iter().map(|place| place.id.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_least_recently_used_leaves_first() {
        let mut shelf = Shelf::default();
        for id in ["a", "b", "c"] {
            shelf.make_room(10, 30);
            shelf.put(id.to_owned(), (), 10, id);
        }
        assert_eq!(shelf.take_up("a"), Some(&mut "a"));
        shelf.make_room(10, 30);
        assert_eq!(shelf.ids(), ["c", "a"]);
    }

    #[test]
    fn other_options_are_another_model() {
        let mut shelf = Shelf::default();
        shelf.put("a".to_owned(), 1, 10, "one");
        assert!(shelf.holds("a", &1) && !shelf.holds("a", &2));
        shelf.put("a".to_owned(), 2, 10, "two");
        assert_eq!(shelf.take_up("a"), Some(&mut "two"));
        assert_eq!(shelf.bytes(), 10);
    }

    proptest! {
        #[test]
        fn the_budget_holds_and_what_was_just_put_stays(
            loads in prop::collection::vec((0_u8..6, 1_u64..50), 1..60),
        ) {
            let mut shelf = Shelf::default();
            for (id, bytes) in loads {
                let id = id.to_string();
                shelf.remove(&id);
                shelf.make_room(bytes, 100);
                shelf.put(id.clone(), (), bytes, ());
                prop_assert!(shelf.bytes() <= 100);
                prop_assert!(shelf.holds(&id, &()));
            }
        }
    }
}
