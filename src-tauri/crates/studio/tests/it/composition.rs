//! Tunes from request to library, over a model without weights.

use std::{fs, path::PathBuf};

use quartet_studio::{
    Body, Code, CompositionJob, CompositionOrder, CompositionProgress, CompositionRecipe, EventOf,
    ExportRecipe, Keep, Made, Modality, Skill, Studio,
    audio::composition::{Accompaniment, CompositionRequest, Form, Metre, Mode, Mood},
    labels,
    works::WorksQuery,
};

use crate::support::{
    add_composer, add_voice, failure_of, is_cancelled, made, start, studio, told, wait_for, work_of,
};

fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    add_composer(home.path(), "melody");
    add_voice(home.path(), "voice");
    home
}

pub fn tune(instrument: &str, bars: u32) -> CompositionRequest {
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

pub fn order(model: &str, request: CompositionRequest) -> CompositionOrder {
    CompositionOrder {
        model: Some(model.to_owned()),
        request,
    }
}

fn composed(studio: &Studio, request: CompositionRequest) -> Vec<EventOf<CompositionJob>> {
    told(studio, order("melody", request), Keep::Library)
}

fn recipe(studio: &Studio, work: &str) -> CompositionRecipe {
    match studio.works().open(work).unwrap().made.unwrap().made {
        Made::Composition(tune) => tune,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_tune_is_composed_kept_and_can_be_composed_again() {
    let home = home();
    let studio = studio(home.path());
    assert_eq!(
        studio.models().default(Skill::Composition).unwrap(),
        "melody"
    );
    let work = work_of(&composed(&studio, tune("harp", 8)));
    let detail = studio.works().open(&work).unwrap();
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
    let found = studio.works().list(&WorksQuery {
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
            .works()
            .export(&work, &path(name), ExportRecipe::Omitted)
            .unwrap();
    }
    let midi = labels::read_file(&path("调.mid")).unwrap();
    assert_eq!(midi.produce_id(), Some(work.as_str()));
    assert_eq!(midi.provenance.unwrap().recipe, None);
    let wav = labels::read_file(&path("tune.wav")).unwrap();
    let flac = labels::read_file(&path("tune.flac")).unwrap();
    assert_eq!(wav.produce_id(), flac.produce_id());
    let wrong = studio
        .works()
        .export(&work, &path("tune.doc"), ExportRecipe::Omitted);
    assert_eq!(wrong.unwrap_err().code, Code::ExportFormat);
}

#[test]
fn notes_are_exported_of_a_tune_whose_sound_is_gone() {
    let home = home();
    let studio = studio(home.path());
    let work = work_of(&composed(&studio, tune("harp", 4)));
    fs::remove_file(studio.works().open(&work).unwrap().file).unwrap();
    let path = |name: &str| home.path().join(name);
    let export = |path: PathBuf| studio.works().export(&work, &path, ExportRecipe::Omitted);
    export(path("tune.mid")).unwrap();
    let claim = labels::read_file(&path("tune.mid")).unwrap();
    assert_eq!(claim.produce_id(), Some(work.as_str()));
    let gone = export(path("tune.wav")).unwrap_err();
    assert_eq!(gone.code, Code::WorkFileMissing);
}

#[test]
fn what_was_not_kept_can_be_exported_as_notes() {
    let home = home();
    let studio = studio(home.path());
    let kept = recipe(&studio, &work_of(&composed(&studio, tune("harp", 4))));
    let (take, events) = start(&studio, order("melody", tune("harp", 4)), Keep::No).unwrap();
    let (_, works) = made(&events.iter().collect::<Vec<_>>());
    assert!(works.is_empty());
    let path = home.path().join("once.mid");
    let label = labels::Label::anonymous(take.model.clone(), labels::SourceType::Generated);
    Body::Tune(&take.live, &kept)
        .export(&path, &label, false)
        .unwrap();
    let claim = labels::read_file(&path).unwrap();
    assert_eq!(claim.provenance.unwrap().model, "melody");
}

#[test]
fn what_cannot_be_composed_is_reported_and_a_tune_can_be_stopped() {
    let home = home();
    let studio = studio(home.path());
    let failure = failure_of(&composed(&studio, tune("kazoo", 8)));
    assert_eq!(failure.code, Code::ParameterOutOfRange);
    let failure = start(&studio, order("voice", tune("harp", 8)), Keep::Library);
    assert_eq!(failure.unwrap_err().code, Code::ModelWrongKind);
    let slow = order("melody", tune("slow", 10_000));
    let (take, events) = start(&studio, slow, Keep::Library).unwrap();
    wait_for(&events, |progress| {
        matches!(progress, CompositionProgress::Audio { .. })
    });
    studio.jobs().cancel(take.id);
    assert!(is_cancelled(&events));
    assert!(take.live.is_ended());
    assert_eq!(
        studio.works().list(&WorksQuery::default()).unwrap().total,
        0
    );
}
