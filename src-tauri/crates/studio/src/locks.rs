//! How threads share what they hold.

use std::sync::{Mutex, MutexGuard, PoisonError};

use quartet_runtime::Cancel;

/// Stops the older question and hands out the flag of the newer one.
pub(crate) fn replace(slot: &Mutex<Cancel>) -> Cancel {
    let new = Cancel::new();
    let old = std::mem::replace(&mut *lock(slot), new.clone());
    old.raise();
    new
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that can panic leaves what these guard half-changed.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
