//! What all runs share: work that is done an event at a time.

use std::iter;

/// The events of a run: every pull takes a step. After an error, or a step that gives none, the run
/// is dropped and the iterator stays finished.
pub(crate) fn events<Event, Error>(
    step: impl FnMut() -> Result<Option<Event>, Error>,
) -> impl Iterator<Item = Result<Event, Error>> {
    let mut run = Some(step);
    iter::from_fn(move || {
        let event = run.as_mut()?().transpose();
        if !matches!(event, Some(Ok(_))) {
            run = None;
        }
        event
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_comes_after_an_error_or_the_end() {
        let mut steps = [Ok(Some(1)), Err("broken"), Ok(Some(2))].into_iter();
        let mut failing = events(|| steps.next().unwrap());
        assert_eq!(failing.next(), Some(Ok(1)));
        assert_eq!(failing.next(), Some(Err("broken")));
        assert_eq!(failing.next(), None);
        drop(failing);
        assert_eq!(steps.len(), 1);
        let mut steps = [Ok::<_, &str>(Some(1)), Ok(None), Ok(Some(2))].into_iter();
        assert_eq!(
            events(|| steps.next().unwrap()).collect::<Vec<_>>(),
            [Ok(1)]
        );
    }
}
