//! Ctrl-C: the first stops what is running and lets it end in order, the second ends at once.

use std::{
    process,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use quartet_studio::{Cancel, Studio};

/// Listens from now on. `cancel` is raised for work that runs outside of studio's queue.
pub fn listen(studio: &Arc<Studio>, cancel: &Cancel) {
    let (flag, studio) = (cancel.clone(), Arc::clone(studio));
    let interrupted = AtomicBool::new(false);
    // Without a handler Ctrl-C still ends the program; the library is safe either way.
    let _ = ctrlc::set_handler(move || {
        if interrupted.swap(true, Ordering::SeqCst) {
            process::exit(130);
        }
        flag.raise();
        // Closing waits for the job to end: not here, where a second Ctrl-C must be heard.
        let studio = Arc::clone(&studio);
        std::thread::spawn(move || studio.close());
    });
}
