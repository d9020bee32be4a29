//! Jobs from request to library, over a model without weights.

#![expect(clippy::unwrap_used, reason = "a test says what it relied on")]

mod support;

use std::time::{Duration, Instant};

use quartet_studio::{Code, Settings, TextJobEvent, works::WorksQuery};
use support::{add_model, answer, request, run, sink, studio};

fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    add_model(home.path(), "fake", 10);
    home
}

fn text_of(events: &[TextJobEvent]) -> String {
    events
        .iter()
        .filter_map(|event| match event {
            TextJobEvent::Tokens { tokens } => Some(tokens),
            _ => None,
        })
        .flatten()
        .map(|token| token.text.as_str())
        .collect()
}

#[test]
fn a_request_is_answered_kept_and_can_be_asked_again() {
    let home = home();
    let studio = studio(home.path());
    let (sink, events) = sink();
    studio
        .start_text("fake", request("Tell me\nof tea", 20), sink)
        .unwrap();
    let events: Vec<_> = events.iter().collect();
    assert!(matches!(events[0], TextJobEvent::Loading { .. }));
    assert_eq!(text_of(&events), answer(20));
    let Some(TextJobEvent::Done {
        work: Some(work),
        keep_failure: None,
        ..
    }) = events.last()
    else {
        panic!("{:?}", events.last());
    };
    let detail = studio.open_work(work).unwrap();
    assert_eq!(detail.content, answer(20));
    assert_eq!(detail.work.title, "Tell me");
    assert_eq!(detail.work.problem, None);
    // The seed that was drawn is the one a replay asks for.
    let again = detail.made.unwrap().text.unwrap().request;
    assert_eq!(again.parameters.seed, Some(77));
    assert_eq!(again.messages, request("Tell me\nof tea", 20).messages);
    let found = studio.works(&WorksQuery {
        search: "TEA w19".to_owned(),
        limit: 10,
        ..WorksQuery::default()
    });
    assert_eq!(found.unwrap().total, 1);
}

#[test]
fn a_fork_keeps_the_words_it_began_with() {
    let home = home();
    let studio = studio(home.path());
    let (sink, events) = sink();
    let mut fork = request("fork", 2);
    fork.answer_start = vec![8, 9];
    studio.start_text("fake", fork, sink).unwrap();
    let Some(TextJobEvent::Done {
        work: Some(work), ..
    }) = events.iter().last()
    else {
        panic!("not done");
    };
    assert_eq!(studio.open_work(&work).unwrap().content, "w8 w9 w0 w1 ");
}

#[test]
fn what_is_queued_can_be_stopped_before_it_runs_and_what_runs_within_200_ms() {
    let home = home();
    let studio = studio(home.path());
    let (first_sink, first) = sink();
    let running = studio
        .start_text("fake", request("slow", 10_000), first_sink)
        .unwrap();
    // Wait until it is under way.
    while !matches!(first.recv().unwrap(), TextJobEvent::Tokens { .. }) {}
    let (second_sink, second) = sink();
    let queued = studio
        .start_text("fake", request("x", 1), second_sink)
        .unwrap();
    assert_eq!(second.recv().unwrap(), TextJobEvent::Queued { ahead: 1 });
    studio.cancel(queued);
    let last = second.iter().last().unwrap();
    assert!(matches!(last, TextJobEvent::Failed { failure } if failure.is_cancelled()));

    let asked = Instant::now();
    studio.cancel(running);
    let last = first.iter().last().unwrap();
    assert!(asked.elapsed() < Duration::from_millis(200));
    assert!(matches!(last, TextJobEvent::Failed { failure } if failure.is_cancelled()));
    // A half-made text is no work, and one that has ended can be stopped again.
    assert_eq!(studio.works(&WorksQuery::default()).unwrap().total, 0);
    studio.cancel(running);
    assert!(matches!(
        run(&studio, "after", 1),
        TextJobEvent::Done { .. }
    ));
}

#[test]
fn a_panic_and_an_error_are_failures_and_the_worker_lives_on() {
    let home = home();
    let studio = studio(home.path());
    for (prompt, code) in [("panic", Code::Internal), ("broken", Code::ModelNotFinite)] {
        let last = run(&studio, prompt, 3);
        let TextJobEvent::Failed { failure } = last else {
            panic!("{prompt}: {last:?}");
        };
        assert_eq!(failure.code, code);
        assert!(matches!(run(&studio, "fine", 1), TextJobEvent::Done { .. }));
    }
    assert_eq!(studio.works(&WorksQuery::default()).unwrap().total, 2);
}

#[test]
fn a_load_tells_its_progress_and_the_next_one_what_to_expect() {
    let home = home();
    add_model(home.path(), "slow", 10);
    for first in [true, false] {
        let studio = studio(home.path());
        let (sink, events) = sink();
        let info = studio.load_text("slow", sink).unwrap();
        assert_eq!((info.model.as_str(), info.context_length), ("slow", 100));
        let expected: Vec<_> = events
            .iter()
            .filter_map(|event| match event {
                TextJobEvent::Loading {
                    expected_seconds, ..
                } => Some(expected_seconds),
                _ => None,
            })
            .collect();
        assert!(expected.len() >= 3, "{} messages in 0.6 s", expected.len());
        assert_eq!(expected[0].is_none(), first);
        assert!(expected[0].is_none_or(|seconds| (0.5..3.0).contains(&seconds)));
        let loaded = studio.models().into_iter().find(|model| model.id == "slow");
        assert!(loaded.unwrap().loaded);
    }
}

#[test]
fn a_load_can_be_stopped_and_a_newer_one_takes_its_place() {
    let home = home();
    add_model(home.path(), "slow", 10);
    let studio = studio(home.path());
    let (events_sink, events) = sink();
    let job = studio
        .start_text("slow", request("x", 1), events_sink)
        .unwrap();
    assert!(matches!(
        events.recv().unwrap(),
        TextJobEvent::Loading { .. }
    ));
    let asked = Instant::now();
    studio.cancel(job);
    let last = events.iter().last().unwrap();
    assert!(matches!(last, TextJobEvent::Failed { failure } if failure.is_cancelled()));
    assert!(asked.elapsed() < Duration::from_millis(400));

    std::thread::scope(|scope| {
        let (sink, events) = sink();
        let older = scope.spawn(|| studio.load_text("slow", sink));
        assert!(matches!(
            events.recv().unwrap(),
            TextJobEvent::Loading { .. }
        ));
        let (sink, _events) = self::sink();
        assert_eq!(studio.load_text("fake", sink).unwrap().model, "fake");
        assert!(older.join().unwrap().unwrap_err().is_cancelled());
    });
}

#[test]
fn models_share_the_memory_they_may_take() {
    let home = home();
    for id in ["a", "b", "c"] {
        add_model(home.path(), id, 400);
    }
    add_model(home.path(), "huge", 2000);
    let studio = studio(home.path());
    studio
        .save_settings(Settings {
            memory_budget_mb: 1000,
            ..Settings::default()
        })
        .unwrap();
    for id in ["a", "b", "a", "c"] {
        studio.load_text(id, sink().0).unwrap();
        assert!(studio.vitals().models_mb <= 1000);
    }
    let loaded = |studio: &quartet_studio::Studio| -> Vec<String> {
        let models = studio.models().into_iter();
        models
            .filter(|model| model.loaded)
            .map(|model| model.id)
            .collect()
    };
    // "b" was used least recently.
    assert_eq!(loaded(&studio), ["a", "c"]);
    let failure = studio.load_text("huge", sink().0).unwrap_err();
    assert_eq!(failure.code, Code::ModelTooLarge);
    assert_eq!(loaded(&studio), ["a", "c"]);
}

#[test]
fn questions_are_answered_between_jobs() {
    let home = home();
    let studio = studio(home.path());
    assert_eq!(
        studio.tokenize("fake", "a b c".to_owned()).unwrap().len(),
        3
    );
    assert_eq!(
        studio.next_token("fake", request("x", 1), 5).unwrap().len(),
        5
    );
    let failure = studio.tokenize("none", String::new()).unwrap_err();
    assert_eq!(failure.code, Code::ModelUnknown);
}

#[test]
fn closing_stops_everything_and_refuses_more() {
    let home = home();
    let studio = studio(home.path());
    let (running_sink, running) = sink();
    studio
        .start_text("fake", request("slow", 10_000), running_sink)
        .unwrap();
    while !matches!(running.recv().unwrap(), TextJobEvent::Tokens { .. }) {}
    let (queued_sink, queued) = sink();
    studio
        .start_text("fake", request("x", 1), queued_sink)
        .unwrap();
    let asked = Instant::now();
    studio.close();
    assert!(asked.elapsed() < Duration::from_millis(500));
    for events in [running, queued] {
        let last = events.iter().last().unwrap();
        assert!(matches!(last, TextJobEvent::Failed { failure } if failure.is_cancelled()));
    }
    assert!(matches!(
        run(&studio, "late", 1),
        TextJobEvent::Failed { .. }
    ));
    assert!(studio.tokenize("fake", String::new()).is_err());
}

#[test]
fn a_thousand_short_jobs_leave_nothing_behind() {
    let home = home();
    let studio = studio(home.path());
    let one = || {
        let (sink, events) = sink();
        studio
            .start_unkept_text("fake", request("x", 20), sink)
            .unwrap();
        assert!(matches!(
            events.iter().last(),
            Some(TextJobEvent::Done { work: None, .. })
        ));
    };
    (0..50).for_each(|_| one());
    let before = studio.vitals();
    (0..1000).for_each(|_| one());
    let after = studio.vitals();
    assert!(
        after.resident_mb <= before.resident_mb + 8,
        "{before:?} {after:?}"
    );
    assert_eq!(after.jobs, 0);
}

#[test]
fn a_studio_without_a_library_still_answers() {
    let home = home();
    // A file where the folder of works should be.
    std::fs::write(home.path().join("works"), "").unwrap();
    let studio = studio(home.path());
    assert_eq!(studio.warnings()[0].code, Code::LibraryUnavailable);
    let TextJobEvent::Done {
        work: None,
        keep_failure: Some(failure),
        ..
    } = run(&studio, "x", 3)
    else {
        panic!("not done");
    };
    assert_eq!(failure.code, Code::LibraryUnavailable);
}
