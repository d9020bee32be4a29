//! The last few things that are looked at or listened to, by their names.

use std::sync::Arc;

/// How many things stay at hand: what is on, what is made meanwhile, what was on before.
const KEPT: usize = 3;

/// What may be made for being looked at or listened to alone.
pub(crate) trait Evict {
    /// Nobody will look at it any more: a thread that makes it for that alone may stop.
    fn evict(&self);
}

/// Things at hand by their names, the last one used at the end.
#[derive(Debug)]
pub(crate) struct RecentCache<I, T>(Vec<(I, Arc<T>)>);

impl<I, T> Default for RecentCache<I, T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<I: PartialEq, T: Evict> RecentCache<I, T> {
    pub(crate) fn get(&mut self, id: &I) -> Option<Arc<T>> {
        let at = self.0.iter().position(|(known, _)| known == id)?;
        let found = self.0.remove(at);
        let thing = Arc::clone(&found.1);
        self.0.push(found);
        Some(thing)
    }

    pub(crate) fn put(&mut self, id: I, thing: Arc<T>) {
        self.0.retain(|(known, _)| *known != id);
        self.0.push((id, thing));
        let surplus = self.0.len().saturating_sub(KEPT);
        for (_, thing) in self.0.drain(..surplus) {
            thing.evict();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Evict for () {
        fn evict(&self) {}
    }

    #[test]
    fn the_last_few_stay_at_hand() {
        let mut cache = RecentCache::default();
        for job in 0..KEPT as u32 {
            cache.put(job, Arc::new(()));
        }
        assert!(cache.get(&0).is_some());
        cache.put(9, Arc::new(()));
        assert!(cache.get(&1).is_none());
        assert!(cache.get(&0).is_some() && cache.get(&9).is_some());
    }
}
