//! Tunes from request to library, over a model without weights.

#![expect(clippy::unwrap_used, reason = "a test says what it relied on")]

mod support;

use std::fs::File;

use quartet_studio::{
    Code, CompositionJobEvent, CompositionRecipe, Modality, Skill, Studio,
    audio::composition::{Accompaniment, CompositionRequest, Form, Metre, Mode, Mood},
    labels,
    works::{ExportRecipe, WorksQuery},
};
use support::{add_composer, add_voice, sink, studio};

fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    add_composer(home.path(), "melody");
    add_voice(home.path(), "voice");
    home
}

fn tune(instrument: &str, bars: u32) -> CompositionRequest {
    CompositionRequest {
        title: None,
        mood: Mood::Calm,
        metre: Metre::Three,
        mode: Mode::Major,
        key: 7,
        bars,
        tempo: None,
        instrument: Some(instrument.to_owned()),
        accompaniment: Accompaniment::Held,
        form: Form::Free,
        temperature: None,
        top_p: None,
        seed: None,
        start: Vec::new(),
    }
}

fn composed(studio: &Studio, request: CompositionRequest) -> Vec<CompositionJobEvent> {
    let (sink, events) = sink();
    studio.start_composition("melody", request, sink).unwrap();
    events.iter().collect()
}

fn work_of(events: &[CompositionJobEvent]) -> String {
    match events.last() {
        Some(CompositionJobEvent::Done {
            work: Some(work), ..
        }) => work.clone(),
        other => panic!("{other:?}"),
    }
}

fn recipe(studio: &Studio, work: &str) -> CompositionRecipe {
    let made = studio.open_work(work).unwrap().made.unwrap();
    made.composition.unwrap()
}

#[test]
fn a_tune_is_composed_kept_and_can_be_composed_again() {
    let home = home();
    let studio = studio(home.path());
    assert_eq!(studio.default_model(Skill::Composition).unwrap(), "melody");
    let work = work_of(&composed(&studio, tune("harp", 8)));
    let detail = studio.open_work(&work).unwrap();
    assert_eq!(detail.work.modality, Modality::Audio);
    assert_eq!(detail.work.title, "Calm · G major · 3/4 · harp");
    let made = recipe(&studio, &work);
    // What was left open is decided in the recipe.
    assert_eq!(
        (made.request.seed, made.request.tempo),
        (Some(77), Some(90.0))
    );
    assert_eq!((made.notes.len(), made.bars.len()), (8, 8));
    assert_eq!((made.bars[7].from, made.bars[7].to), (700, 800));
    let again = work_of(&composed(&studio, made.request.clone()));
    assert_eq!(recipe(&studio, &again), made);
    let found = studio.works(&WorksQuery {
        search: "calm".to_owned(),
        limit: 10,
        ..WorksQuery::default()
    });
    assert_eq!(found.unwrap().total, 2);
}

#[test]
fn notes_and_sound_are_exported_with_their_label() {
    let home = home();
    let studio = studio(home.path());
    let work = work_of(&composed(&studio, tune("harp", 8)));
    let path = |name: &str| home.path().join(name);
    for name in ["调.mid", "tune.wav", "tune.flac"] {
        studio
            .export_work(&work, &path(name), ExportRecipe::Omitted)
            .unwrap();
    }
    let midi = labels::midi::read(&mut File::open(path("调.mid")).unwrap()).unwrap();
    assert_eq!(midi.produce_id(), Some(work.as_str()));
    assert_eq!(midi.provenance.unwrap().recipe, None);
    let wav = labels::wav::read(&mut File::open(path("tune.wav")).unwrap()).unwrap();
    let flac = labels::flac::read(&mut File::open(path("tune.flac")).unwrap()).unwrap();
    assert_eq!(wav.produce_id(), flac.produce_id());
    let wrong = studio.export_work(&work, &path("tune.doc"), ExportRecipe::Omitted);
    assert_eq!(wrong.unwrap_err().code, Code::ExportFormat);
}

#[test]
fn what_was_not_kept_can_be_exported_as_notes() {
    let home = home();
    let studio = studio(home.path());
    let kept = recipe(&studio, &work_of(&composed(&studio, tune("harp", 4))));
    let (sink, events) = sink();
    let take = studio
        .start_unkept_composition("melody", tune("harp", 4), sink)
        .unwrap();
    let events: Vec<CompositionJobEvent> = events.iter().collect();
    assert!(matches!(
        events.last(),
        Some(CompositionJobEvent::Done { work: None, .. })
    ));
    let path = home.path().join("once.mid");
    studio.export_tune(&take, &kept, &path, false).unwrap();
    let claim = labels::midi::read(&mut File::open(&path).unwrap()).unwrap();
    assert_eq!(claim.provenance.unwrap().model, "melody");
}

#[test]
fn what_cannot_be_composed_is_told_and_a_tune_can_be_stopped() {
    let home = home();
    let studio = studio(home.path());
    match composed(&studio, tune("kazoo", 8)).pop() {
        Some(CompositionJobEvent::Failed { failure }) => {
            assert_eq!(failure.code, Code::ParameterOutOfRange);
        }
        other => panic!("{other:?}"),
    }
    let failure = studio.start_composition("voice", tune("harp", 8), sink().0);
    assert_eq!(failure.unwrap_err().code, Code::ModelWrongKind);
    let (sink, events) = sink();
    let take = studio
        .start_composition("melody", tune("slow", 10_000), sink)
        .unwrap();
    while !matches!(events.recv().unwrap(), CompositionJobEvent::Audio { .. }) {}
    studio.cancel(take.job);
    let last = events.iter().last().unwrap();
    assert!(matches!(last, CompositionJobEvent::Failed { failure } if failure.is_cancelled()));
    assert!(take.sound.is_ended());
    assert_eq!(studio.works(&WorksQuery::default()).unwrap().total, 0);
}
