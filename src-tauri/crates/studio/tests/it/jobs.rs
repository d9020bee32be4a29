//! Jobs from request to library, over a model without weights.

use std::time::{Duration, Instant};

use quartet_studio::{
    Code, EventOf, JobEvent, Keep, LoadedText, Made, Settings, TextJob, TextProgress,
    works::WorksQuery,
};

use crate::support::{
    add_model, answer, failure_of, is_cancelled, progress, request, run, sink, start, studio, text,
    text_by, told, wait_for, work_of,
};

fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    add_model(home.path(), "fake", 10);
    home
}

fn text_of(events: &[EventOf<TextJob>]) -> String {
    progress(events)
        .filter_map(|progress| match progress {
            TextProgress::Tokens { tokens } => Some(tokens),
            TextProgress::Prompt { .. } => None,
        })
        .flatten()
        .map(|token| token.text.as_str())
        .collect()
}

fn is_tokens(progress: &TextProgress) -> bool {
    matches!(progress, TextProgress::Tokens { .. })
}

#[test]
fn a_request_is_answered_kept_and_can_be_asked_again() {
    let home = home();
    let studio = studio(home.path());
    let events = told(&studio, text("Tell me\nof tea", 20), Keep::Library);
    assert!(matches!(events[0], JobEvent::Loading { .. }));
    assert_eq!(text_of(&events), answer(20));
    let detail = studio.works().open(&work_of(&events)).unwrap();
    assert_eq!(detail.content, answer(20));
    assert_eq!(detail.work.title, "Tell me");
    assert_eq!(detail.work.problem, None);
    // The seed that was drawn is the one a replay asks for.
    let Made::Text(made) = detail.made.unwrap().made else {
        panic!("no text");
    };
    let again = made.request;
    assert_eq!(again.parameters.seed, Some(77));
    assert_eq!(again.messages, request("Tell me\nof tea", 20).messages);
    let found = studio.works().list(&WorksQuery {
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
    let mut fork = request("fork", 2);
    fork.answer_start = vec![8, 9];
    let work = work_of(&told(&studio, text_by("fake", fork), Keep::Library));
    let content = studio.works().open(&work).unwrap().content;
    assert_eq!(content, "w8 w9 w0 w1 ");
}

#[test]
fn a_recipe_keeps_the_day_that_a_template_may_have_written() {
    let home = home();
    let studio = studio(home.path());
    let kept = |order| {
        let work = work_of(&told(&studio, order, Keep::Library));
        let recipe = studio.works().open(&work).unwrap().recipe;
        let recipe: serde_json::Value = serde_json::from_str(&recipe).unwrap();
        let request = &recipe["text"]["request"];
        request["localTime"].as_str().unwrap().to_owned()
    };
    let today = kept(text("today", 1));
    assert_eq!(today.len(), "2026-03-01T09:15:00".len());
    let mut again = request("then", 1);
    again.local_time = Some("2020-02-29T23:59:59".to_owned());
    assert_eq!(kept(text_by("fake", again)), "2020-02-29T23:59:59");
}

#[test]
fn what_is_queued_can_be_stopped_before_it_runs_and_what_runs_within_200_ms() {
    let home = home();
    let studio = studio(home.path());
    let (running, first) = start(&studio, text("slow", 10_000), Keep::Library).unwrap();
    // Wait until it is under way.
    wait_for(&first, is_tokens);
    let (queued, second) = start(&studio, text("x", 1), Keep::Library).unwrap();
    assert_eq!(second.recv().unwrap(), JobEvent::Queued { ahead: 1 });
    studio.jobs().cancel(queued.id);
    assert!(is_cancelled(&second));

    let asked = Instant::now();
    studio.jobs().cancel(running.id);
    assert!(is_cancelled(&first));
    assert!(asked.elapsed() < Duration::from_millis(200));
    // A half-made text is no work, and one that has ended can be stopped again.
    assert_eq!(
        studio.works().list(&WorksQuery::default()).unwrap().total,
        0
    );
    studio.jobs().cancel(running.id);
    assert!(matches!(run(&studio, "after", 1), JobEvent::Done { .. }));
}

#[test]
fn a_panic_and_an_error_are_failures_and_the_worker_lives_on() {
    let home = home();
    let studio = studio(home.path());
    for (prompt, code) in [("panic", Code::Internal), ("broken", Code::ModelNotFinite)] {
        let failure = failure_of(&[run(&studio, prompt, 3)]);
        assert_eq!(failure.code, code, "{prompt}");
        assert!(matches!(run(&studio, "fine", 1), JobEvent::Done { .. }));
    }
    assert_eq!(
        studio.works().list(&WorksQuery::default()).unwrap().total,
        2
    );
}

#[test]
fn a_load_reports_its_progress_and_the_next_one_what_to_expect() {
    let home = home();
    add_model(home.path(), "slow", 10);
    for first in [true, false] {
        let studio = studio(home.path());
        let (sink, events) = sink();
        let info: LoadedText = studio.jobs().load("slow", sink).unwrap();
        assert_eq!((info.model.as_str(), info.context_length), ("slow", 100));
        let expected: Vec<_> = events.iter().map(|told| told.expected_seconds).collect();
        assert!(expected.len() >= 3, "{} messages in 0.6 s", expected.len());
        assert_eq!(expected[0].is_none(), first);
        assert!(expected[0].is_none_or(|seconds| (0.5..3.0).contains(&seconds)));
        let models = studio.models().list();
        let loaded = models.into_iter().find(|model| model.id == "slow");
        assert!(loaded.unwrap().loaded);
    }
}

#[test]
fn a_load_can_be_stopped_and_a_newer_one_takes_its_place() {
    let home = home();
    add_model(home.path(), "slow", 10);
    let studio = studio(home.path());
    let slow = text_by("slow", request("x", 1));
    let (job, events) = start(&studio, slow, Keep::Library).unwrap();
    assert!(matches!(events.recv().unwrap(), JobEvent::Loading { .. }));
    let asked = Instant::now();
    studio.jobs().cancel(job.id);
    assert!(is_cancelled(&events));
    assert!(asked.elapsed() < Duration::from_millis(400));

    std::thread::scope(|scope| {
        let (sink, events) = sink();
        let older = scope.spawn(|| studio.jobs().load::<LoadedText>("slow", sink));
        assert_eq!(events.recv().unwrap().model, "slow");
        let (sink, _events) = self::sink();
        let newer: LoadedText = studio.jobs().load("fake", sink).unwrap();
        assert_eq!(newer.model, "fake");
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
        studio.jobs().load::<LoadedText>(id, sink().0).unwrap();
        assert!(studio.vitals().models_mb <= 1000);
    }
    let loaded = |studio: &quartet_studio::Studio| -> Vec<String> {
        let models = studio.models().list().into_iter();
        models
            .filter(|model| model.loaded)
            .map(|model| model.id)
            .collect()
    };
    // "b" was used least recently.
    assert_eq!(loaded(&studio), ["a", "c"]);
    let failure = studio.jobs().load::<LoadedText>("huge", sink().0);
    assert_eq!(failure.unwrap_err().code, Code::ModelTooLarge);
    assert_eq!(loaded(&studio), ["a", "c"]);
}

#[test]
fn questions_are_answered_between_jobs() {
    let home = home();
    let studio = studio(home.path());
    let jobs = studio.jobs();
    assert_eq!(jobs.tokenize("fake", "a b c".to_owned()).unwrap().len(), 3);
    assert_eq!(
        jobs.next_token("fake", request("x", 1), 5).unwrap().len(),
        5
    );
    let failure = jobs.tokenize("none", String::new()).unwrap_err();
    assert_eq!(failure.code, Code::ModelUnknown);
}

#[test]
fn closing_stops_everything_and_refuses_more() {
    let home = home();
    let studio = studio(home.path());
    let (_, running) = start(&studio, text("slow", 10_000), Keep::Library).unwrap();
    wait_for(&running, is_tokens);
    let (_, queued) = start(&studio, text("x", 1), Keep::Library).unwrap();
    let asked = Instant::now();
    studio.close();
    assert!(asked.elapsed() < Duration::from_millis(500));
    for events in [running, queued] {
        assert!(is_cancelled(&events));
    }
    assert!(matches!(run(&studio, "late", 1), JobEvent::Failed { .. }));
    assert!(studio.jobs().tokenize("fake", String::new()).is_err());
}

#[test]
fn a_studio_without_a_library_still_answers() {
    let home = home();
    // A file where the folder of works should be.
    std::fs::write(home.path().join("works"), "").unwrap();
    let studio = studio(home.path());
    assert_eq!(studio.warnings()[0].code, Code::LibraryUnavailable);
    let JobEvent::Done {
        works,
        keep_failure: Some(failure),
        ..
    } = run(&studio, "x", 3)
    else {
        panic!("not done");
    };
    assert!(works.is_empty());
    assert_eq!(failure.code, Code::LibraryUnavailable);
}
