//! Minutes from a recording to the library, over models without weights.

#![expect(clippy::unwrap_used, reason = "a test says what it relied on")]

mod support;

use quartet_studio::{
    Code, MinutesJobEvent, MinutesModels, MinutesSource, MinutesStep, Studio,
    TranscriptionJobEvent, audio::transcription::TranscriptionRequest, works::WorksQuery,
};
use support::{add_listener, add_model, sink, studio};

fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    add_listener(home.path(), "ear");
    add_model(home.path(), "writer", 10);
    home
}

fn recording(path: &str) -> MinutesSource {
    MinutesSource::Recording {
        request: TranscriptionRequest {
            path: path.to_owned(),
            language: None,
            translate: false,
            script: None,
        },
    }
}

fn written(studio: &Studio, source: MinutesSource) -> Vec<MinutesJobEvent> {
    let (sink, events) = sink();
    studio.start_minutes(source, true, sink).unwrap();
    events.iter().collect()
}

#[test]
fn a_recording_becomes_a_transcript_and_minutes_and_both_are_kept() {
    let home = home();
    let studio = studio(home.path());
    let events = written(&studio, recording("/sounds/tea.wav"));
    let transcript = events.iter().find_map(|event| match event {
        MinutesJobEvent::Listening {
            event: TranscriptionJobEvent::Done { work, .. },
        } => work.clone(),
        _ => None,
    });
    let Some(MinutesJobEvent::Done {
        minutes,
        work: Some(work),
        stats,
        ..
    }) = events.last()
    else {
        panic!("{events:?}");
    };
    assert!(minutes.starts_with("w0 w1"), "{minutes}");
    assert_eq!((stats.pieces, stats.language.as_str()), (1, "en"));
    let detail = studio.open_work(work).unwrap();
    assert_eq!(detail.work.title, "Minutes: tea.wav");
    assert_eq!(detail.content, *minutes);
    let made = detail.made.unwrap().minutes.unwrap();
    assert_eq!(made.listener.as_deref(), Some("ear"));
    assert_eq!(made.transcript, transcript);
    assert_eq!(made.segments.len(), 2);

    // Once more, of the transcript that is kept.
    let work = transcript.unwrap();
    let events = written(&studio, MinutesSource::Transcript { work });
    let listened = |event: &MinutesJobEvent| matches!(event, MinutesJobEvent::Listening { .. });
    assert!(!events.iter().any(listened));
    assert!(matches!(events.last(), Some(MinutesJobEvent::Done { .. })));
    assert_eq!(studio.works(&WorksQuery::default()).unwrap().total, 3);
}

#[test]
fn models_that_are_named_listen_and_write() {
    let home = home();
    add_listener(home.path(), "other-ear");
    add_model(home.path(), "other-writer", 10);
    let studio = studio(home.path());
    let start = |listening: &str, writing: &str| {
        let models = MinutesModels {
            listening: Some(listening.to_owned()),
            writing: Some(writing.to_owned()),
        };
        let (sink, events) = sink();
        let source = recording("/sounds/tea.wav");
        studio.start_minutes_with(source, models, true, sink)?;
        Ok::<_, quartet_studio::Failure>(events.iter().last())
    };
    let last = start("other-ear", "other-writer").unwrap();
    let Some(MinutesJobEvent::Done {
        work: Some(work), ..
    }) = last
    else {
        panic!("{last:?}");
    };
    let recipe = studio.open_work(&work).unwrap().made.unwrap();
    let minutes = recipe.minutes.unwrap();
    assert_eq!(minutes.listener.as_deref(), Some("other-ear"));
    assert_eq!(recipe.model.id, "other-writer");
    // A model of another kind is refused before anything is heard.
    let refused = start("other-ear", "ear").unwrap_err();
    assert_eq!(refused.code, Code::ModelWrongKind);
}

#[test]
fn a_long_recording_is_read_in_pieces_and_each_is_told() {
    let home = home();
    let studio = studio(home.path());
    let events = written(&studio, recording("/sounds/long.wav"));
    let notes: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            MinutesJobEvent::Step { step, index, total } => Some((*step, *index, *total)),
            _ => None,
        })
        .collect();
    assert_eq!(notes.first().unwrap().0, MinutesStep::Notes);
    assert_eq!(notes.last(), Some(&(MinutesStep::Minutes, 0, 1)));
    let Some(MinutesJobEvent::Done { stats, .. }) = events.last() else {
        panic!("{events:?}");
    };
    assert!(stats.pieces > 1);
}

#[test]
fn where_nobody_speaks_there_is_nothing_to_sum_up() {
    let home = home();
    let studio = studio(home.path());
    for (path, code) in [
        ("/sounds/silence.wav", Code::NothingToSumUp),
        ("/sounds/broken.wav", Code::SoundUnreadable),
    ] {
        let events = written(&studio, recording(path));
        let Some(MinutesJobEvent::Failed { failure }) = events.last() else {
            panic!("{events:?}");
        };
        assert_eq!(failure.code, code);
    }
}
