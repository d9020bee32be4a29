//! Jobs within jobs, stopped: the outer one ends with `cancelled`, and what was whole before is kept.

use quartet_studio::{
    EventOf, FilmJob, FilmProgress, JobEvent, Keep, MinutesJob, MinutesProgress, Narration,
    SpeechProgress, Studio, TranscriptionProgress, TravelOrder,
    audio::SpeechRequest,
    films::FilmId,
    works::{Work, WorksQuery},
};

use crate::{
    minutes,
    support::{
        add_drawer, add_listener, add_model, add_voice, failure_of, progress, start, studio,
    },
    video,
};

fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    add_model(home.path(), "writer", 10);
    add_listener(home.path(), "ear");
    add_voice(home.path(), "voice");
    add_drawer(home.path(), "drawer");
    home
}

/// All works; there are no other files beside them.
fn works(studio: &Studio, home: &tempfile::TempDir) -> Vec<Work> {
    let query = WorksQuery {
        limit: 10,
        ..WorksQuery::default()
    };
    let works = studio.works().list(&query).unwrap().works;
    let files = std::fs::read_dir(home.path().join("works")).unwrap();
    assert_eq!(files.count(), works.len());
    works
}

/// Writes minutes until something is told, and stops them there.
fn stopped_minutes(studio: &Studio, at: fn(&MinutesProgress) -> bool) -> Vec<EventOf<MinutesJob>> {
    let order = minutes::order(minutes::recording("/sounds/slow.wav"));
    let (job, events) = start(studio, order, Keep::Library).unwrap();
    let mut told = Vec::new();
    for event in events {
        if matches!(&event, JobEvent::Progress { progress } if at(progress)) {
            studio.jobs().cancel(job.id);
        }
        told.push(event);
    }
    told
}

#[test]
fn minutes_that_are_stopped_while_they_listen_leave_nothing() {
    let home = home();
    let studio = studio(home.path());
    let told = stopped_minutes(&studio, |progress| {
        let MinutesProgress::Listening { event } = progress else {
            return false;
        };
        let JobEvent::Progress { progress } = &**event else {
            return false;
        };
        matches!(progress, TranscriptionProgress::Segment { .. })
    });
    assert!(failure_of(&told).is_cancelled());
    // It is told once, and by the outer job.
    let ended = |progress: &MinutesProgress| {
        let MinutesProgress::Listening { event } = progress else {
            return false;
        };
        matches!(**event, JobEvent::Failed { .. } | JobEvent::Done { .. })
    };
    assert!(!progress(&told).any(ended));
    assert!(works(&studio, &home).is_empty());
}

#[test]
fn minutes_that_are_stopped_while_they_are_written_keep_the_transcript() {
    let home = home();
    let studio = studio(home.path());
    let told = stopped_minutes(&studio, |progress| {
        matches!(progress, MinutesProgress::Text { .. })
    });
    assert!(failure_of(&told).is_cancelled());
    let kept = works(&studio, &home);
    assert_eq!(kept.len(), 1);
    let transcript = studio.works().open(&kept[0].id).unwrap();
    assert_eq!(transcript.content.lines().count(), 60);
    assert_eq!(kept[0].model, "ear");
}

fn narrated(text: &str, prompts: &[&str]) -> TravelOrder {
    TravelOrder {
        narration: Some(Narration::Spoken {
            model: None,
            request: SpeechRequest {
                text: text.to_owned(),
                voice: None,
                speed: 1.0,
                seed: Some(1),
            },
        }),
        ..video::order(prompts)
    }
}

/// Makes a film until something is told, and stops it there: all that it told, and what can be looked at.
fn stopped_film(
    studio: &Studio,
    order: TravelOrder,
    at: fn(&FilmProgress) -> bool,
) -> (Vec<EventOf<FilmJob>>, FilmId) {
    let (job, events) = start(studio, order, Keep::Library).unwrap();
    let mut told = Vec::new();
    for event in events {
        if matches!(&event, JobEvent::Progress { progress } if at(progress)) {
            studio.jobs().cancel(job.id);
        }
        told.push(event);
    }
    (told, FilmId::Take { job: job.id })
}

#[test]
fn a_film_that_is_stopped_while_its_narration_is_spoken_leaves_nothing() {
    let home = home();
    let studio = studio(home.path());
    let order = narrated(&"slow. ".repeat(2000), &["a"]);
    let (told, take) = stopped_film(&studio, order, |progress| {
        let FilmProgress::Narration { event } = progress else {
            return false;
        };
        let JobEvent::Progress { progress } = event else {
            return false;
        };
        matches!(progress, SpeechProgress::Audio { .. })
    });
    assert!(failure_of(&told).is_cancelled());
    let ended = |progress: &FilmProgress| {
        matches!(
            progress,
            FilmProgress::Narration {
                event: JobEvent::Failed { .. } | JobEvent::Done { .. }
            }
        )
    };
    assert!(!progress(&told).any(ended));
    assert!(works(&studio, &home).is_empty());
    let sheet = studio.films().sheet(&take).unwrap();
    assert!(sheet.ended && sheet.frames.is_empty());
}

#[test]
fn a_film_that_is_stopped_while_it_is_drawn_keeps_its_narration() {
    let home = home();
    let studio = studio(home.path());
    let mut order = narrated("One two.", &["slow", "slow too"]);
    order.request.scenes[0].seconds = 30.0;
    let (told, take) = stopped_film(&studio, order, |progress| {
        matches!(progress, FilmProgress::Drawn { .. })
    });
    assert!(failure_of(&told).is_cancelled());
    let kept = works(&studio, &home);
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].model, "voice");
    assert!(studio.films().sheet(&take).unwrap().ended);
}
