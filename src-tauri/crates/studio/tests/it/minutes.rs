//! Minutes from a recording to the library, over models without weights.

use quartet_studio::{
    Code, EventOf, JobEvent, Keep, Made, MinutesJob, MinutesOrder, MinutesProgress, MinutesSource,
    MinutesStep, Studio, audio::transcription::TranscriptionRequest, works::WorksQuery,
};

use crate::support::{
    add_listener, add_model, failure_of, made, progress, start, studio, told, work_of,
};

fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    add_listener(home.path(), "ear");
    add_model(home.path(), "writer", 10);
    home
}

pub fn recording(path: &str) -> MinutesSource {
    MinutesSource::Recording {
        request: TranscriptionRequest {
            path: path.to_owned(),
            language: None,
            translate: false,
            script: None,
        },
    }
}

pub fn order(source: MinutesSource) -> MinutesOrder {
    MinutesOrder {
        source,
        listener: None,
        writer: None,
    }
}

fn written(studio: &Studio, source: MinutesSource) -> Vec<EventOf<MinutesJob>> {
    told(studio, order(source), Keep::Library)
}

#[test]
fn a_recording_becomes_a_transcript_and_minutes_and_both_are_kept() {
    let home = home();
    let studio = studio(home.path());
    let events = written(&studio, recording("/sounds/tea.wav"));
    let transcript = progress(&events).find_map(|progress| match progress {
        MinutesProgress::Listening { event } => match &**event {
            JobEvent::Done { works, .. } => works.first().cloned(),
            _ => None,
        },
        _ => None,
    });
    let (minutes, _) = made(&events);
    // Of what the model made up nothing stays; what was said has its time.
    assert!(
        minutes.text.starts_with("## Summary\n\n- “Green tea.”"),
        "{minutes:?}"
    );
    assert!(minutes.text.contains("## Tasks\n\nNone"), "{minutes:?}");
    assert!(!minutes.text.contains("w0"), "{minutes:?}");
    let stats = &minutes.recipe.stats;
    assert_eq!((stats.pieces, stats.language.as_str()), (1, "en"));
    let detail = studio.works().open(&work_of(&events)).unwrap();
    assert_eq!(detail.work.title, "Minutes: tea.wav");
    assert_eq!(detail.content, minutes.text);
    let Made::Minutes(made) = detail.made.unwrap().made else {
        panic!("no minutes");
    };
    assert_eq!(made, minutes.recipe);
    assert_eq!(made.listener.as_deref(), Some("ear"));
    assert_eq!(made.transcript, transcript);
    assert_eq!(made.segments.len(), 2);

    // Once more, of the transcript that is kept.
    let work = transcript.unwrap();
    let events = written(&studio, MinutesSource::Transcript { work });
    let listened =
        |progress: &MinutesProgress| matches!(progress, MinutesProgress::Listening { .. });
    assert!(!progress(&events).any(listened));
    assert!(matches!(events.last(), Some(JobEvent::Done { .. })));
    assert_eq!(
        studio.works().list(&WorksQuery::default()).unwrap().total,
        3
    );
}

#[test]
fn models_that_are_named_listen_and_write() {
    let home = home();
    add_listener(home.path(), "other-ear");
    add_model(home.path(), "other-writer", 10);
    let studio = studio(home.path());
    let by = |listener: &str, writer: &str| MinutesOrder {
        source: recording("/sounds/tea.wav"),
        listener: Some(listener.to_owned()),
        writer: Some(writer.to_owned()),
    };
    let work = work_of(&told(
        &studio,
        by("other-ear", "other-writer"),
        Keep::Library,
    ));
    let recipe = studio.works().open(&work).unwrap().made.unwrap();
    let Made::Minutes(minutes) = recipe.made else {
        panic!("no minutes");
    };
    assert_eq!(minutes.listener.as_deref(), Some("other-ear"));
    assert_eq!(recipe.model.id, "other-writer");
    // A model of another kind is refused before anything is heard.
    let refused = start(&studio, by("other-ear", "ear"), Keep::Library);
    assert_eq!(refused.unwrap_err().code, Code::ModelWrongKind);
}

#[test]
fn a_long_recording_is_read_in_pieces_and_each_is_reported() {
    let home = home();
    let studio = studio(home.path());
    let events = written(&studio, recording("/sounds/long.wav"));
    let notes: Vec<_> = progress(&events)
        .filter_map(|progress| match progress {
            MinutesProgress::Step { step, index, total } => Some((*step, *index, *total)),
            _ => None,
        })
        .collect();
    assert_eq!(notes.first().unwrap().0, MinutesStep::Notes);
    assert_eq!(notes.last(), Some(&(MinutesStep::Minutes, 0, 1)));
    let (minutes, _) = made(&events);
    assert!(minutes.recipe.stats.pieces > 1);
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
        assert_eq!(failure_of(&events).code, code);
    }
}
