//! A question that somebody waits for: answered by the worker between two jobs.

use std::sync::mpsc;

use quartet_runtime::Cancel;

use super::Task;
use crate::{Code, Failure, Result, bench::Bench};

pub(crate) struct Ask<T, Q> {
    question: Option<Q>,
    answer: mpsc::Sender<Result<T>>,
}

/// What a question will be answered with.
pub(crate) struct Answer<T>(mpsc::Receiver<Result<T>>);

impl<T, Q> Ask<T, Q>
where
    Q: FnOnce(&mut Bench, &Cancel) -> Result<T> + Send,
    T: Send,
{
    pub(crate) fn new(question: Q) -> (Self, Answer<T>) {
        let (answer, receiver) = mpsc::channel();
        let ask = Self {
            question: Some(question),
            answer,
        };
        (ask, Answer(receiver))
    }
}

impl<T> Answer<T> {
    pub(crate) fn wait(self) -> Result<T> {
        self.0
            .recv()
            .unwrap_or_else(|_| Err(Failure::new(Code::Cancelled, "the studio is closing")))
    }
}

impl<T, Q> Task for Ask<T, Q>
where
    Q: FnOnce(&mut Bench, &Cancel) -> Result<T> + Send,
    T: Send,
{
    fn run(&mut self, bench: &mut Bench, cancel: &Cancel) -> Result<()> {
        if let Some(question) = self.question.take() {
            let answer = question(bench, cancel)?;
            // Whoever asked may have gone.
            let _ = self.answer.send(Ok(answer));
        }
        Ok(())
    }

    fn fail(&mut self, failure: Failure) {
        let _ = self.answer.send(Err(failure));
    }
}
