//! What every command that generates begins with.

use std::{
    io::{self, Read},
    ops::ControlFlow,
    sync::mpsc,
};

use quartet_studio::{Code, Failure, Sink};

use crate::output::Result;

/// The prompt itself, or what stdin holds where it is `-`.
pub fn prompt(given: String) -> Result<String> {
    if given != "-" {
        return Ok(given);
    }
    let mut bytes = Vec::new();
    io::stdin()
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::new(Code::PromptNotText, error))?;
    String::from_utf8(bytes).map_err(|error| Failure::new(Code::PromptNotText, error).into())
}

/// The events as they come, through a channel: studio's threads must not wait for a slow terminal.
/// Once the receiver is gone, the job is stopped.
pub fn channel<E: Send + 'static>() -> (Sink<E>, mpsc::Receiver<E>) {
    let (send, events) = mpsc::channel();
    let sink: Sink<E> = Box::new(move |event| match send.send(event) {
        Ok(()) => ControlFlow::Continue(()),
        Err(_) => ControlFlow::Break(()),
    });
    (sink, events)
}
