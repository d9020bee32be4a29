//! A question that its asker waits for: answered by the worker between two jobs.

use std::sync::mpsc;

use quartet_runtime::Cancel;

use super::{runnable::Runnable, worker::Worker};
use crate::{Code, Failure, Result};

/// It replies when it is dropped: the queue has then done with it, and a job that the asker starts next
/// has nothing before it.
pub(crate) struct Query<T, Q> {
    question: Option<Q>,
    answer: Option<Result<T>>,
    reply: mpsc::Sender<Result<T>>,
}

/// What a question will be answered with.
pub(crate) struct Reply<T>(mpsc::Receiver<Result<T>>);

impl<T, Q> Query<T, Q>
where
    Q: FnOnce(&mut Worker, &Cancel) -> Result<T> + Send,
    T: Send,
{
    pub(crate) fn new(question: Q) -> (Self, Reply<T>) {
        let (reply, receiver) = mpsc::channel();
        let query = Self {
            question: Some(question),
            answer: None,
            reply,
        };
        (query, Reply(receiver))
    }
}

impl<T> Reply<T> {
    pub(crate) fn wait(self) -> Result<T> {
        self.0
            .recv()
            .unwrap_or_else(|_| Err(Failure::new(Code::Cancelled, "the studio is closing")))
    }
}

impl<T, Q> Runnable for Query<T, Q>
where
    Q: FnOnce(&mut Worker, &Cancel) -> Result<T> + Send,
    T: Send,
{
    fn run(&mut self, worker: &mut Worker, cancel: &Cancel) -> Result<()> {
        if let Some(question) = self.question.take() {
            self.answer = Some(Ok(question(worker, cancel)?));
        }
        Ok(())
    }

    fn fail(&mut self, failure: Failure) {
        self.answer = Some(Err(failure));
    }
}

impl<T, Q> Drop for Query<T, Q> {
    fn drop(&mut self) {
        if let Some(answer) = self.answer.take() {
            // The asker may have gone.
            let _ = self.reply.send(answer);
        }
    }
}
