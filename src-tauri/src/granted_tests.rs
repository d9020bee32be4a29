//! No command is entered with a path that was not chosen.

use std::collections::BTreeSet;

use quartet_studio::{
    Inbetweens,
    audio::transcription::TranscriptionRequest,
    films::FilmFormat,
    image::ImageRequest,
    video::{RetimingRequest, SpeedMode},
};

use super::*;

const SECRET: &str = "/home/ada/.bashrc";

/// Refused, until the path was chosen.
fn is_guarded(request: &impl NamesFiles) {
    let granted = Granted::default();
    granted.to_read(["/home/ada/holiday.png"]);
    granted.to_write(SECRET);
    let failure = granted.check(request).unwrap_err();
    assert_eq!(failure.code, Code::PathNotChosen);
    assert!(failure.message.en.contains(SECRET), "{failure}");
    granted.to_read([SECRET]);
    // As often as it is asked for.
    for _ in 0..2 {
        granted.check(request).unwrap();
    }
}

fn heard() -> TranscriptionRequest {
    TranscriptionRequest {
        path: SECRET.to_owned(),
        language: None,
        translate: false,
        script: None,
    }
}

#[test]
fn every_request_that_names_a_file_is_refused_until_it_was_chosen() {
    let clip = || ClipSource::Files {
        paths: vec!["/home/ada/holiday.png".to_owned(), SECRET.to_owned()],
        fps: 12,
    };
    let picture = || PictureSource::File {
        path: SECRET.into(),
    };
    is_guarded(&PathBuf::from(SECRET));
    is_guarded(&SoundId::File {
        path: SECRET.to_owned(),
    });
    is_guarded(&SoundPart {
        name: "x.wav".to_owned(),
        base64: String::new(),
        to: Some(SECRET.into()),
        last: false,
    });
    is_guarded(&picture());
    for (start, mask) in [(Some(picture()), None), (None, Some(picture()))] {
        let sources = ImageSources { start, mask };
        is_guarded(&sources);
        is_guarded(&ImageOrder {
            model: None,
            request: ImageRequest::default(),
            sources,
            factor: 1,
        });
    }
    is_guarded(&UpscaleOrder {
        source: picture(),
        title: "x".to_owned(),
        factor: 2,
    });
    is_guarded(&clip());
    is_guarded(&FilmId::Clip { source: clip() });
    is_guarded(&RetimingOrder {
        source: clip(),
        request: RetimingRequest {
            factor: 2,
            pace: SpeedMode::Smoother,
            sharpen: 1,
        },
        inbetweens: Inbetweens::Best,
        format: FilmFormat::WebP,
    });
    is_guarded(&TranscriptionOrder {
        model: None,
        request: heard(),
    });
    is_guarded(&MinutesOrder {
        source: MinutesSource::Recording { request: heard() },
        listener: None,
        writer: None,
    });
}

#[test]
fn what_names_no_file_needs_no_choice() {
    let granted = Granted::default();
    let id = || "x".to_owned();
    granted.check(&SoundId::Work { id: id() }).unwrap();
    granted.check(&SoundId::Take { job: 1 }).unwrap();
    granted.check(&PictureSource::Work { id: id() }).unwrap();
    let data = PictureSource::Data { base64: id() };
    granted.check(&data).unwrap();
    let clip = ClipSource::Work { id: id() };
    granted.check(&clip).unwrap();
    granted.check(&FilmId::Clip { source: clip }).unwrap();
    granted.check(&FilmId::Take { job: 1 }).unwrap();
}

#[test]
fn a_path_is_written_once_for_each_answer_and_never_because_it_may_be_read() {
    let granted = Granted::default();
    granted.to_read([SECRET]);
    let path = Path::new(SECRET);
    assert_eq!(granted.redeem(path).unwrap_err().code, Code::PathNotChosen);
    granted.to_write(SECRET);
    let other = Path::new("/home/ada/.profile");
    assert_eq!(granted.redeem(other).unwrap_err().code, Code::PathNotChosen);
    granted.redeem(path).unwrap();
    assert_eq!(granted.redeem(path).unwrap_err().code, Code::PathNotChosen);
}

#[test]
fn of_a_folder_that_is_no_model_only_the_models_that_the_engine_found_may_be_added() {
    let home = tempfile::tempdir().unwrap();
    // As the engine gives paths.
    let root = home.path().canonicalize().unwrap();
    let folder = |name: &str| root.join(name);
    for name in ["download/model", "download/letters", "beside"] {
        std::fs::create_dir_all(folder(name)).unwrap();
    }
    for name in ["download/model", "beside"] {
        for file in ["config.json", "tokenizer.json", "model.onnx"] {
            std::fs::write(folder(name).join(file), "{}").unwrap();
        }
    }
    let granted = Granted::default();
    granted.to_read([folder("download")]);
    let near = quartet_studio::models::nearby(&folder("download"));
    assert!(granted.check(&near).is_err());
    granted.to_read(near.files());
    granted.check(&folder("download/model")).unwrap();
    for other in ["download/letters", "download/model/config.json", "beside"] {
        let failure = granted.check(&folder(other)).unwrap_err();
        assert_eq!(failure.code, Code::PathNotChosen, "{other}");
    }
}

/// The bindings say which commands are sent a path; each of them must take it as one that was chosen.
#[test]
fn no_command_takes_a_path_as_it_comes() {
    let bindings = include_str!("../../ui/src/ipc/bindings.ts");
    let source = concat!(
        include_str!("commands.rs"),
        include_str!("decks.rs"),
        include_str!("hand_ins.rs"),
        include_str!("lessons.rs"),
        include_str!("packs.rs"),
        include_str!("shelves.rs")
    );
    let carriers = path_carriers(bindings);
    let mut found = BTreeSet::new();
    for line in bindings.lines() {
        let Some((name, invoked)) = line.split_once("__TAURI_INVOKE(\"") else {
            continue;
        };
        let command = invoked.split('"').next().unwrap();
        let arguments = name.split_once(": (").unwrap().1;
        let arguments = arguments.split(") => ").next().unwrap();
        // Channels are what comes back.
        let sent = arguments.split("events: Channel<").next().unwrap();
        let named = ["path", "folder", "packages"];
        let carries = words(sent).any(|word| named.contains(&word) || carriers.contains(word));
        if !carries {
            continue;
        }
        let start = source.find(&format!("pub async fn {command}(")).unwrap();
        let parameters = source[start..].split(") -> ").next().unwrap();
        for parameter in parameters.split(",\n").flat_map(|line| line.split(", ")) {
            let guarded = parameter.contains("Chosen<") || parameter.contains("Destination");
            // As above, channels are what comes back.
            let sent = !parameter.contains("Channel<");
            let names =
                sent && words(parameter).any(|word| word == "PathBuf" || carriers.contains(word));
            assert!(
                guarded || !names,
                "{command} takes a path as it comes: {parameter}"
            );
        }
        assert!(
            parameters.contains("Chosen<") || parameters.contains("Destination"),
            "{command} takes a path as it comes"
        );
        found.insert(command);
    }
    let expected = [
        "add_lesson_picture",
        "add_model",
        "clip_facts",
        "estimate_retiming",
        "export_deck",
        "export_film",
        "export_hand_ins",
        "export_lesson",
        "export_pack",
        "export_transcript",
        "export_work",
        "film_difference",
        "film_flow",
        "film_pictures",
        "film_sheet",
        "import_deck",
        "import_lesson",
        "import_picture",
        "import_sound",
        "install_class_pack",
        "make_class_pack",
        "models_nearby",
        "open_class_pack",
        "plan_class_pack",
        "put_on",
        "read_hand_ins",
        "sound_peaks",
        "sound_spectrogram",
        "start_image",
        "start_minutes",
        "start_retiming",
        "start_transcription",
        "start_upscale",
        "use_class_pack",
        "verify_class_pack",
        "write_hand_in",
    ];
    assert_eq!(found, BTreeSet::from(expected));
}

/// The types in which there is a path, however deep.
fn path_carriers(bindings: &str) -> BTreeSet<&str> {
    let types: Vec<_> = bindings
        .split("export type ")
        .skip(1)
        .filter_map(|text| text.split_once(" = "))
        // Its `to` is a step of a lesson.
        .filter(|(name, _)| *name != "Choice")
        .collect();
    let holds = |text: &str| {
        ["path: string", "paths: string[]", "to: string | null"]
            .iter()
            .any(|field| text.contains(field))
    };
    let mut carriers: BTreeSet<&str> = BTreeSet::new();
    loop {
        let before = carriers.len();
        for (name, text) in &types {
            if holds(text) || words(text).any(|word| carriers.contains(word)) {
                carriers.insert(name);
            }
        }
        if carriers.len() == before {
            return carriers;
        }
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
}
