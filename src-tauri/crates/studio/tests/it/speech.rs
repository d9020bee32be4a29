//! Speech from request to library, over a voice without weights.

use quartet_studio::{
    Body, Code, EventOf, ExportRecipe, JobEvent, Keep, Made, Modality, Skill, SpeechJob,
    SpeechOrder, SpeechProgress, Studio, audio::SpeechRequest, labels, sound::SoundId,
    works::WorksQuery,
};

use crate::support::{
    add_chinese_voice, add_model, add_voice, failure_of, is_cancelled, made, progress, request,
    start, studio, text_by, told, wait_for, work_of,
};

fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    add_voice(home.path(), "voice");
    add_model(home.path(), "writer", 10);
    home
}

pub fn say(model: &str, text: &str) -> SpeechOrder {
    SpeechOrder {
        model: Some(model.to_owned()),
        request: SpeechRequest {
            text: text.to_owned(),
            voice: None,
            speed: 1.0,
            seed: None,
        },
    }
}

/// Speaks to the end and gives all events.
fn spoken(studio: &Studio, text: &str) -> Vec<EventOf<SpeechJob>> {
    told(studio, say("voice", text), Keep::Library)
}

fn code_of(events: &[EventOf<SpeechJob>]) -> Code {
    failure_of(events).code
}

#[test]
fn a_text_is_spoken_kept_and_can_be_spoken_again() {
    let home = home();
    let studio = studio(home.path());
    let events = spoken(&studio, "Green tea. It is hot.");
    assert!(matches!(events[0], JobEvent::Loading { .. }));
    let places: Vec<_> = progress(&events)
        .filter_map(|progress| match progress {
            SpeechProgress::Audio { from, to, .. } => Some((*from, *to)),
            _ => None,
        })
        .collect();
    assert_eq!(places, [(0, 200), (200, 500)]);

    let work = work_of(&events);
    let detail = studio.works().open(&work).unwrap();
    assert_eq!(detail.work.modality, Modality::Audio);
    assert_eq!(detail.work.title, "Green tea. It is hot.");
    let Made::Speech(speech) = detail.made.unwrap().made else {
        panic!("no speech");
    };
    // The seed that was drawn, and the voice that was taken, are those a replay asks for.
    assert_eq!(speech.request.seed, Some(77));
    assert_eq!(speech.request.voice.as_deref(), Some("heart"));
    assert_eq!((speech.script[1].from, speech.script[1].to), (200, 500));
    assert_eq!(speech.script[1].timings.len(), 3);
    let found = studio.works().list(&WorksQuery {
        search: "hot".to_owned(),
        limit: 10,
        ..WorksQuery::default()
    });
    assert_eq!(found.unwrap().total, 1);
    assert!(studio.works().file(&work).unwrap().starts_with(b"RIFF"));
}

#[test]
fn an_exported_sound_is_labelled_and_holds_the_words_only_when_asked() {
    let home = home();
    let studio = studio(home.path());
    let work = work_of(&spoken(&studio, "A pupil said so."));
    let path = home.path().join("声音.wav");
    for (choice, holds) in [
        (ExportRecipe::Omitted, false),
        (ExportRecipe::Included, true),
    ] {
        studio.works().export(&work, &path, choice).unwrap();
        let claim = labels::read_file(&path).unwrap();
        assert_eq!(claim.aigc["Label"], "1");
        assert_eq!(claim.produce_id(), Some(work.as_str()));
        assert_eq!(claim.provenance.unwrap().recipe.is_some(), holds);
        let bytes = std::fs::read(&path).unwrap();
        let said = bytes.windows(5).any(|bytes| bytes == b"pupil");
        assert_eq!(said, holds);
    }
    let wrong = studio
        .works()
        .export(&work, &home.path().join("x.doc"), ExportRecipe::Omitted);
    assert_eq!(wrong.unwrap_err().code, Code::ExportFormat);
}

#[test]
fn a_sound_whose_row_was_lost_is_entered_again() {
    let home = home();
    let work = work_of(&spoken(&studio(home.path()), "Found again."));
    for file in ["library.sqlite", "library.sqlite-wal", "library.sqlite-shm"] {
        let _ = std::fs::remove_file(home.path().join(file));
    }
    let detail = studio(home.path()).works().open(&work).unwrap();
    assert_eq!(detail.work.modality, Modality::Audio);
    assert_eq!(detail.content, "Found again.");
    assert_eq!(detail.work.model, "voice");
}

#[test]
fn what_was_not_kept_can_be_exported() {
    let home = home();
    let studio = studio(home.path());
    let (take, events) = start(&studio, say("voice", "Only once."), Keep::No).unwrap();
    let (_, works) = made(&events.iter().collect::<Vec<_>>());
    assert!(works.is_empty());
    assert_eq!(
        studio.works().list(&WorksQuery::default()).unwrap().total,
        0
    );
    let path = home.path().join("once.wav");
    let label = labels::Label::anonymous(take.model.clone(), labels::SourceType::Generated);
    Body::Sound(&take.live)
        .export(&path, &label, false)
        .unwrap();
    let claim = labels::read_file(&path).unwrap();
    assert_eq!(claim.provenance.unwrap().model, "voice");
}

#[test]
fn what_cannot_be_said_is_reported_with_its_own_code() {
    let home = home();
    let studio = studio(home.path());
    assert_eq!(code_of(&spoken(&studio, "  ")), Code::NothingToSay);
    let long = "x".repeat(200_001);
    assert_eq!(code_of(&spoken(&studio, &long)), Code::TextTooLong);
    assert_eq!(
        code_of(&spoken(&studio, "One. broken two.")),
        Code::ModelNotFinite
    );
    // A half-made sound is no work.
    assert_eq!(
        studio.works().list(&WorksQuery::default()).unwrap().total,
        0
    );
}

#[test]
fn what_is_spoken_has_captions_and_can_be_saved_with_a_mark_that_is_heard() {
    let home = home();
    let studio = studio(home.path());
    let work = work_of(&spoken(&studio, "Green tea. It is hot."));
    let captions = home.path().join("tea.srt");
    studio.works().export_transcript(&work, &captions).unwrap();
    let file = std::fs::read_to_string(&captions).unwrap();
    assert!(file.contains("It is hot."), "{file}");
    assert!(file.contains("由人工智能生成"), "{file}");

    let plain = home.path().join("plain.flac");
    studio
        .works()
        .export(&work, &plain, ExportRecipe::Omitted)
        .unwrap();
    let claim = labels::read_file(&plain).unwrap();
    assert_eq!(claim.produce_id(), Some(work.as_str()));
    let mut settings = studio.settings();
    settings.audible_label = true;
    studio.save_settings(settings).unwrap();
    let marked = home.path().join("marked.flac");
    studio
        .works()
        .export(&work, &marked, ExportRecipe::Omitted)
        .unwrap();
    let size = |path| std::fs::metadata(path).unwrap().len();
    assert!(size(&marked) > size(&plain));
}

#[test]
fn a_sound_can_be_looked_at_while_it_is_made_and_after() {
    let home = home();
    let studio = studio(home.path());
    let order = say("voice", "Green tea. It is hot.");
    let (take, events) = start(&studio, order, Keep::Library).unwrap();
    let events: Vec<_> = events.iter().collect();
    let sounds = [
        SoundId::Take { job: take.id },
        SoundId::Work {
            id: work_of(&events),
        },
    ];
    for sound in sounds {
        assert_eq!(studio.sounds().peaks(&sound, 50).unwrap().len(), 100);
        let view = studio.sounds().spectrogram(&sound, 0, 480).unwrap();
        assert_eq!(view.len(), 8 + 64 * 2);
        assert_eq!(
            studio.sounds().spectrogram(&sound, 9000, 1).unwrap().len(),
            8
        );
    }
    let gone = studio.sounds().peaks(&SoundId::Take { job: 999 }, 5);
    assert_eq!(gone.unwrap_err().code, Code::WorkUnknown);
    let path = home.path().join("gone.wav").display().to_string();
    let gone = studio.sounds().put_on(SoundId::File { path }, 0.0, false);
    assert_eq!(gone.unwrap_err().code, Code::SoundGone);
}

#[test]
fn a_chinese_text_names_the_model_that_can_say_it() {
    let home = home();
    let failure = |studio: &Studio| failure_of(&spoken(studio, "中文"));
    let alone = failure(&studio(home.path()));
    assert_eq!(alone.code, Code::SpeechLanguage);
    add_chinese_voice(home.path(), "xiaobei");
    let named = failure(&studio(home.path()));
    assert!(named.next_step.en.contains("xiaobei") && named.next_step.zh.contains("xiaobei"));
}

#[test]
fn a_long_text_can_be_stopped() {
    let home = home();
    let studio = studio(home.path());
    let order = say("voice", &"slow. ".repeat(10_000));
    let (take, events) = start(&studio, order, Keep::Library).unwrap();
    wait_for(&events, |progress| {
        matches!(progress, SpeechProgress::Audio { .. })
    });
    studio.jobs().cancel(take.id);
    assert!(is_cancelled(&events));
    assert!(take.live.is_ended());
}

#[test]
fn each_model_is_asked_for_what_it_can_do() {
    let home = home();
    let studio = studio(home.path());
    assert_eq!(studio.models().default(Skill::Speech).unwrap(), "voice");
    assert_eq!(studio.models().default(Skill::Text).unwrap(), "writer");
    let failure = start(&studio, text_by("voice", request("x", 1)), Keep::Library);
    assert_eq!(failure.unwrap_err().code, Code::ModelWrongKind);
    let failure = start(&studio, say("writer", "x"), Keep::Library);
    assert_eq!(failure.unwrap_err().code, Code::ModelWrongKind);
}
