//! How the studio's parts share what they hold.

use std::sync::{Mutex, MutexGuard, PoisonError};

use quartet_runtime::Cancel;

/// Stops the older question and hands out the flag of the newer one.
pub(super) fn replace(slot: &Mutex<Cancel>) -> Cancel {
    let new = Cancel::new();
    let old = std::mem::replace(&mut *lock(slot), new.clone());
    old.raise();
    new
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What these guard is replaced whole, never left half-changed.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
