//! A flag that stops a job from another thread, and what must be notified when it is raised.
//!
//! One `Cancel` belongs to one job. It is sticky: once raised it stays raised, so that a job that
//! was stopped while it waited in the queue never starts.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// The job was asked to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("stopped")]
pub struct Cancelled;

type Hook = Box<dyn Fn() + Send>;

#[derive(Default)]
struct Inner {
    raised: AtomicBool,
    hooks: Mutex<Vec<(usize, Hook)>>,
    next: std::sync::atomic::AtomicUsize,
}

/// Cheap to clone; all clones share one flag.
#[derive(Clone, Default)]
pub struct Cancel {
    inner: Arc<Inner>,
}

impl fmt::Debug for Cancel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Cancel")
            .field("raised", &self.is_raised())
            .finish_non_exhaustive()
    }
}

impl Cancel {
    pub fn new() -> Self {
        Self::default()
    }

    /// Raises the flag and interrupts the session run or model load that is under way, if any.
    pub fn raise(&self) {
        // The flag goes up before the hooks are read: a run that registers in between either is
        // in the list, or sees the flag when it checks after registering (see `on_raise`).
        self.inner.raised.store(true, Ordering::SeqCst);
        for (_, hook) in self.hooks().iter() {
            hook();
        }
    }

    pub fn is_raised(&self) -> bool {
        self.inner.raised.load(Ordering::SeqCst)
    }

    /// `Err(Cancelled)` once the flag is up: `cancel.check()?` between the steps of a loop.
    pub fn check(&self) -> Result<(), Cancelled> {
        if self.is_raised() {
            Err(Cancelled)
        } else {
            Ok(())
        }
    }

    /// Calls `hook` when the flag is raised, at once if it is up already, until the guard drops.
    pub fn on_raise(&self, hook: impl Fn() + Send + 'static) -> HookGuard<'_> {
        let key = self.inner.next.fetch_add(1, Ordering::Relaxed);
        let mut hooks = self.hooks();
        if self.is_raised() {
            hook();
        }
        hooks.push((key, Box::new(hook)));
        drop(hooks);
        HookGuard { cancel: self, key }
    }

    fn hooks(&self) -> std::sync::MutexGuard<'_, Vec<(usize, Hook)>> {
        // A hook that panicked leaves the list itself whole.
        self.inner
            .hooks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes its hook out of the list when dropped.
#[derive(Debug)]
pub struct HookGuard<'a> {
    cancel: &'a Cancel,
    key: usize,
}

impl Drop for HookGuard<'_> {
    fn drop(&mut self) {
        self.cancel.hooks().retain(|(key, _)| *key != self.key);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    fn counter() -> (Arc<AtomicUsize>, impl Fn() + Send + 'static) {
        let count = Arc::new(AtomicUsize::new(0));
        let seen = Arc::clone(&count);
        (count, move || {
            seen.fetch_add(1, Ordering::SeqCst);
        })
    }

    #[test]
    fn a_clone_sees_the_flag_and_it_stays_up() {
        let cancel = Cancel::new();
        let clone = cancel.clone();
        assert_eq!(clone.check(), Ok(()));
        cancel.raise();
        assert_eq!(clone.check(), Err(Cancelled));
        assert_eq!(clone.check(), Err(Cancelled));
    }

    #[test]
    fn a_hook_runs_once_when_raised_and_not_after_its_guard_is_gone() {
        let cancel = Cancel::new();
        let (during, hook) = counter();
        let guard = cancel.on_raise(hook);
        let (after, hook) = counter();
        drop(cancel.on_raise(hook));
        cancel.raise();
        drop(guard);
        assert_eq!(during.load(Ordering::SeqCst), 1);
        assert_eq!(after.load(Ordering::SeqCst), 0);
    }

    #[test]
    fn a_hook_registered_too_late_runs_at_once() {
        let cancel = Cancel::new();
        cancel.raise();
        let (count, hook) = counter();
        let _guard = cancel.on_raise(hook);
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }
}
