//! What a person does first, in the real window, with the real default model.
//!
//! `cargo xtask test` builds the app, sets `QUARTET_APP`, `QUARTET_ORT` and `QUARTET_MODELS`, and
//! runs this under a virtual display.
#![expect(clippy::unwrap_used, reason = "a test says what it relied on")]

use std::{future::Future, path::Path, time::Duration};

use fantoccini::key::Key;
use quartet_e2e::App;

/// Runs `story` in a fresh home; on failure leaves a picture of the window in the temporary folder.
async fn in_a_fresh_app<F: Future<Output = App>>(name: &str, story: impl FnOnce(App) -> F) {
    let home = tempfile::tempdir().unwrap();
    let app = App::start(home.path()).await;
    app.click("rail-text").await;
    app.attribute_in("model-state", "data-state", &["ready"])
        .await;
    let app = story(app).await;
    app.screenshot(&std::env::temp_dir().join(format!("quartet-e2e-{name}.png")))
        .await;
    app.close().await;
}

async fn ask(app: &App, question: &str) {
    app.type_into("prompt", question).await;
    app.press("prompt", &[Key::Control, Key::Enter]).await;
}

/// The answer's text once the run is over, with the phase it ended in.
async fn ended(app: &App, answer: &str) -> (String, String) {
    let phase = app
        .attribute_in(answer, "data-phase", &["done", "stopped", "failed"])
        .await;
    (app.text(answer).await, phase)
}

async fn finished(app: &App, answer: &str) -> String {
    let (text, phase) = ended(app, answer).await;
    assert_eq!(phase, "done", "{text}");
    text
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the app, a display and the weights: cargo xtask test"]
async fn a_question_is_answered_streaming_and_kept_in_the_library() {
    in_a_fresh_app("answer", async |app| {
        ask(&app, "Write three sentences about the sea.").await;
        // Streaming: text is there while the stop button still is.
        app.text_that("answer-0", |text| text.len() > 20).await;
        assert!(
            app.count("stop").await > 0,
            "the first words come before the run is over"
        );
        let early = app.text("answer-0").await.len();
        let text = finished(&app, "answer-0").await;
        assert!(text.len() > early, "{text}");
        // Its luck is new every time: some answers call it by its other name.
        let spoken_of = |name| text.to_lowercase().contains(name);
        assert!(spoken_of("sea") || spoken_of("ocean"), "{text}");

        app.click("rail-library").await;
        app.find("library-row").await;
        assert_eq!(app.count("library-row").await, 1);
        app.click("library-open").await;
        app.text_that("work", |work| work.contains("sea")).await;
        assert!(
            holds_a_markdown_file(app.home()),
            "the work is a file in the home folder"
        );
        app
    })
    .await;
}

fn holds_a_markdown_file(folder: &Path) -> bool {
    std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .any(|entry| {
            let path = entry.path();
            path.extension().is_some_and(|end| end == "md")
                || (path.is_dir() && holds_a_markdown_file(&path))
        })
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the app, a display and the weights: cargo xtask test"]
async fn a_run_can_be_stopped_and_the_next_one_works() {
    in_a_fresh_app("stop", async |app| {
        ask(
            &app,
            "Write a very long story about a dragon, with many chapters.",
        )
        .await;
        app.text_that("answer-0", |text| text.len() > 20).await;
        app.click("stop").await;
        app.find("stopped-mark").await;
        let (stopped, phase) = ended(&app, "answer-0").await;
        assert_eq!(phase, "stopped");
        assert!(stopped.len() > 20, "what was there stays there: {stopped}");
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert_eq!(
            app.text("answer-0").await,
            stopped,
            "nothing comes after a stop"
        );

        app.click("new-conversation").await;
        ask(&app, "Say yes.").await;
        assert!(!finished(&app, "answer-0").await.is_empty());
        app
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the app, a display and the weights: cargo xtask test"]
async fn the_window_speaks_chinese_after_one_key_and_the_model_answers_in_it() {
    in_a_fresh_app("chinese", async |app| {
        let english = app.text("rail-library").await;
        app.click("language-toggle").await;
        let chinese = app.text_that("rail-library", |text| text != english).await;
        assert!(
            chinese
                .chars()
                .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)),
            "{chinese}"
        );
        ask(&app, "用一句话介绍北京。").await;
        let text = finished(&app, "answer-0").await;
        assert!(text.contains("北京"), "{text}");
        app
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the app, a display and the weights: cargo xtask test"]
async fn every_word_can_be_clicked_to_see_what_else_it_might_have_been() {
    in_a_fresh_app("probabilities", async |app| {
        ask(&app, "Name a colour.").await;
        finished(&app, "answer-0").await;
        app.click("probabilities-toggle").await;
        app.click("token").await;
        app.find("token-popover").await;
        let probability = app.text("token-probability").await;
        assert!(probability.contains('%'), "{probability}");

        // Another word instead: a second branch, and the first is still there.
        let before = app.text("tokens").await;
        app.click_css("[data-testid^='fork-']").await;
        app.find("branch-0").await;
        finished(&app, "answer-0").await;
        app.text_that("tokens", |text| text != before).await;
        app.click("branch-0-previous").await;
        app.text_that("tokens", |text| text == before).await;
        app
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the app, a display and the weights: cargo xtask test"]
async fn a_picture_follows_the_typing_and_a_drawn_one_is_kept_with_its_steps() {
    in_a_fresh_app("image", async |app| {
        app.click("rail-image").await;
        app.type_into("image-prompt", "red apple").await;
        // A sketch, without asking for one, and not kept.
        app.find("image-picture").await;
        app.press("image-prompt", &[Key::Control, Key::Enter]).await;
        app.find("image-film").await;
        app.attribute_in("image-stage", "data-phase", &["done"])
            .await;
        app.find("image-save").await;
        // The way can be looked at: at its beginning all was noise.
        app.click_css("[data-testid='image-film'] button").await;
        app.text_that("image-noise", |text| text.contains("100"))
            .await;
        app.click("image-inside").await;
        app.text_that("image-near", |text| text.contains("red apple"))
            .await;

        app.click("rail-library").await;
        app.find("library-row").await;
        assert_eq!(app.count("library-row").await, 1);
        app.click("library-open").await;
        app.find("work-picture").await;
        app
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the app, a display and the weights: cargo xtask test"]
async fn a_picture_is_gone_on_from_and_made_larger() {
    in_a_fresh_app("image-start", async |app| {
        app.click("rail-image").await;
        app.type_into("image-prompt", "red apple").await;
        app.press("image-prompt", &[Key::Control, Key::Enter]).await;
        app.find("image-save").await;
        // The picture becomes the start of the next one.
        app.choose("image-menu", "image-start-from").await;
        app.find("image-start-edit").await;
        app.press("image-prompt", &[Key::Control, Key::Enter]).await;
        app.find("image-compare-start").await;
        app.attribute_in("image-stage", "data-phase", &["done"])
            .await;
        app.text_that("image-took", |took| took.contains('s')).await;

        app.choose("image-menu", "image-enlarge").await;
        app.find("enlarge-source").await;
        app.click("enlarge-start").await;
        app.attribute_in("enlarge-stage", "data-phase", &["done"])
            .await;
        app.click("rail-library").await;
        app.find("library-row").await;
        assert_eq!(app.count("library-row").await, 3);
        app
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the app, a display and the weights: cargo xtask test"]
async fn a_text_is_spoken_seen_and_found_in_the_library() {
    in_a_fresh_app("speak", async |app| {
        app.click("rail-audio").await;
        app.type_into("speak-text", "Green tea is hot. It is good.")
            .await;
        app.press("speak-text", &[Key::Control, Key::Enter]).await;
        // Also where there is no loudspeaker, as on a machine that tests.
        app.attribute_in("speak", "data-phase", &["done"]).await;
        app.find("waveform").await;
        app.find("spoken-now").await;
        app.text_that("speak-script", |text| text.contains("Green"))
            .await;
        app.find("speak-save").await;

        app.click("rail-library").await;
        app.find("library-row").await;
        app.click("library-open").await;
        app.find("player").await;
        app
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the app, a display and the weights: cargo xtask test"]
async fn a_tune_is_composed_gone_on_from_and_kept() {
    in_a_fresh_app("compose", async |app| {
        app.click("rail-audio").await;
        app.click("audio-tab-compose").await;
        app.click("tune-mood-lullaby").await;
        app.click("tune-start").await;
        app.attribute_in("tune", "data-phase", &["done"]).await;
        app.find("tune-save").await;
        let script = "return document.querySelector('rect.note:not(.given)').dataset.testid";
        let drawn = app.evaluate(script).await;
        let note = drawn.as_str().unwrap();
        app.click(note).await;
        app.find("note-instead").await;
        app.click_css("[data-testid^='note-fork-']").await;
        // What was chosen is the form's and the person's, no longer the network's.
        app.click_css(&format!("[data-testid='{note}'].given"))
            .await;
        app.attribute_in("tune", "data-phase", &["done"]).await;

        app.click("rail-library").await;
        app.click("library-open").await;
        app.click("work-open-in-audio").await;
        app.find("piano-roll").await;
        app
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the app, a display and the weights: cargo xtask test"]
async fn a_film_travels_between_two_prompts_is_walked_through_and_kept() {
    in_a_fresh_app("video", async |app| {
        app.click("rail-video").await;
        app.type_into("scene-0-prompt", "red apple").await;
        app.type_into("scene-1-prompt", "sunflower").await;
        // Each scene is sketched while one types, and the film is promised before it is made.
        app.find("scene-1-picture").await;
        app.text_that("video-promise", |promise| promise.contains("48"))
            .await;
        app.press("scene-1-prompt", &[Key::Control, Key::Enter])
            .await;
        // Frames are there to be seen before the film is whole.
        app.find("video-timeline").await;
        let phase = app
            .attribute_in("video-stage", "data-phase", &["done", "stopped", "failed"])
            .await;
        assert_eq!(phase, "done", "{}", app.text("video-stage").await);
        assert_eq!(app.attribute("video-timeline", "data-frames").await, "48");

        app.press("video-timeline", &[Key::Home]).await;
        app.text_that("video-frame", |frame| frame.contains("1 of 48"))
            .await;
        app.press("video-timeline", &[Key::Right]).await;
        app.text_that("video-frame", |frame| frame.contains("2 of 48"))
            .await;
        let shades = "\
            const canvas = document.querySelector(\"[data-testid='video-screen'] canvas\"); \
            const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height); \
            return new Set(data).size";
        assert!(
            app.evaluate(shades).await.as_u64().unwrap() > 30,
            "there is a picture on the screen"
        );
        app.click("video-inside").await;
        app.text_that("video-counts", |counts| counts.contains("drawn"))
            .await;
        app.find("video-difference").await;

        app.click("rail-library").await;
        app.find("library-row").await;
        assert_eq!(app.count("library-row").await, 1);
        app.click("library-open").await;
        app.find("work-film").await;
        app.click("work-open-in-video").await;
        app.find("video-timeline").await;
        app
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the app, a display and the weights: cargo xtask test"]
async fn scenes_change_places_by_mouse() {
    in_a_fresh_app("scenes", async |app| {
        app.click("rail-video").await;
        app.type_into("scene-0-prompt", "egg").await;
        app.type_into("scene-1-prompt", "rooster").await;
        app.drag("scene-0-grip", "scene-1-grip").await;
        let prompts = "return [0, 1].map((scene) => \
            document.querySelector(`[data-testid='scene-${scene}-prompt']`).value)";
        assert_eq!(
            app.evaluate(prompts).await,
            serde_json::json!(["rooster", "egg"])
        );
        app
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the app, a display and the weights: cargo xtask test"]
async fn a_dropped_recording_is_written_down_and_heard_from_a_line() {
    in_a_fresh_app("listen", async |app| {
        app.click("rail-audio").await;
        app.click("audio-tab-listen").await;
        let spoken = include_bytes!("../../golden/audio/spoken.mp3");
        app.drop_file("spoken.mp3", spoken).await;
        app.text_that("listen-choose", |text| text.contains("spoken.mp3"))
            .await;
        app.click("listen-start").await;
        app.attribute_in("listen", "data-phase", &["done"]).await;
        // Also where there is no loudspeaker: the place is kept for when there is one.
        app.click_css("[data-testid='transcript'] li:nth-child(2) [data-testid='listen-hear']")
            .await;
        app.text_that("player-time", |time| !time.starts_with("0:00"))
            .await;
        app
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the app, a display and the weights: cargo xtask test"]
async fn a_picture_is_saved_and_a_recording_opened_by_the_dialogs_of_the_system() {
    in_a_fresh_app("dialogs", async |app| {
        app.click("rail-image").await;
        app.type_into("image-prompt", "red apple").await;
        app.press("image-prompt", &[Key::Control, Key::Enter]).await;
        app.click("image-save").await;
        let saved = app.home().join("an apple.png");
        app.answer_dialog("Save File", &saved).await;
        let started = std::time::Instant::now();
        while !std::fs::read(&saved).is_ok_and(|bytes| bytes.ends_with(b"IEND\xaeB`\x82")) {
            assert!(
                started.elapsed() < Duration::from_secs(20),
                "no picture at {saved:?}"
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(app.count("failure-card").await, 0);

        app.click("rail-audio").await;
        app.click("audio-tab-listen").await;
        app.click("listen-choose").await;
        let spoken = Path::new(env!("CARGO_MANIFEST_DIR")).join("../golden/audio/spoken.mp3");
        let spoken = spoken.canonicalize().unwrap();
        app.answer_dialog("Open File", &spoken).await;
        app.text_that("listen-choose", |text| text.contains("spoken.mp3"))
            .await;
        app.click("listen-start").await;
        app.attribute_in("listen", "data-phase", &["done"]).await;
        app
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the app, a display and the weights: cargo xtask test"]
async fn a_model_deeper_than_the_chosen_folder_is_opened_with_one_click() {
    in_a_fresh_app("deeper", async |app| {
        let download = app.home().join("download");
        for name in ["model-x", "letters"] {
            std::fs::create_dir_all(download.join(name)).unwrap();
        }
        for file in ["config.json", "tokenizer.json", "model.onnx"] {
            std::fs::write(download.join("model-x").join(file), "{}").unwrap();
        }
        app.click("rail-models").await;
        app.click("model-add").await;
        app.answer_dialog("Select Folder", &download).await;
        let open = app
            .text_that("failure-remedy-0", |text| !text.is_empty())
            .await;
        assert_eq!(open, "Open that folder");
        // The folder was chosen and the model found: nothing else in it may be asked for.
        let letters = serde_json::json!(download.join("letters"));
        let other = format!(
            "return window.__TAURI_INTERNALS__.invoke('add_model', {{ path: {letters} }}) \
                 .then(() => 'done', (failure) => failure.code)"
        );
        assert_eq!(app.evaluate(&other).await, "pathNotChosen");
        app.click("failure-remedy-0").await;
        app.find("model-model-x").await;
        assert_eq!(app.count("failure-remedy-0").await, 0);
        app
    })
    .await;
}

/// What each command that is sent a path is sent by a script that was never in a dialog; `PATH` stands for
/// the path.
const ASKED: &str = r#"[
    ["add_model", { "path": PATH }],
    ["models_nearby", { "path": PATH }],
    ["import_picture", { "source": { "kind": "file", "path": PATH }, "limit": 64 }],
    ["start_image", { "order": { "model": null, "request": { "prompt": "x", "negativePrompt": "", "parameters": {} },
        "sources": { "start": { "kind": "file", "path": PATH }, "mask": null }, "factor": 1 }, "keep": true, "events": null }],
    ["start_upscale", { "order": { "source": { "kind": "file", "path": PATH }, "title": "x", "factor": 2 }, "events": null }],
    ["put_on", { "sound": { "kind": "file", "path": PATH }, "from": 0, "play": false }],
    ["sound_peaks", { "sound": { "kind": "file", "path": PATH }, "columns": 8 }],
    ["sound_spectrogram", { "sound": { "kind": "file", "path": PATH }, "from": 0, "to": 8 }],
    ["import_sound", { "part": { "name": "x.wav", "base64": "", "to": PATH, "last": false } }],
    ["start_transcription", { "order": { "model": null, "request": { "path": PATH } }, "events": null }],
    ["start_minutes", { "order": { "source": { "kind": "recording", "request": { "path": PATH } },
        "listener": null, "writer": null }, "events": null }],
    ["clip_facts", { "source": { "kind": "files", "paths": [PATH], "fps": 12 } }],
    ["start_retiming", { "order": { "source": { "kind": "files", "paths": [PATH], "fps": 12 },
        "request": { "factor": 2, "pace": "smoother", "sharpen": 1 }, "inbetweens": { "kind": "best" }, "format": "webP" },
        "events": null }],
    ["film_sheet", { "film": { "kind": "clip", "source": { "kind": "files", "paths": [PATH], "fps": 12 } } }],
    ["film_pictures", { "film": { "kind": "clip", "source": { "kind": "files", "paths": [PATH], "fps": 12 } }, "from": 0, "to": 1 }],
    ["film_difference", { "film": { "kind": "clip", "source": { "kind": "files", "paths": [PATH], "fps": 12 } }, "index": 0 }],
    ["film_flow", { "film": { "kind": "clip", "source": { "kind": "files", "paths": [PATH], "fps": 12 } }, "index": 0 }],
    ["estimate_retiming", { "order": { "source": { "kind": "files", "paths": [PATH], "fps": 12 },
        "request": { "factor": 2, "pace": "smoother", "sharpen": 1 }, "inbetweens": { "kind": "best" }, "format": "webP" },
        "facts": {} }],
    ["export_film", { "film": { "kind": "take", "job": 1 }, "path": PATH }],
    ["export_transcript", { "work": WORK, "path": PATH }],
    ["export_work", { "id": WORK, "path": PATH }]
]"#;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the app, a display and the weights: cargo xtask test"]
async fn a_script_reaches_no_file_that_nobody_chose() {
    in_a_fresh_app("paths", async |app| {
        ask(&app, "Say yes.").await;
        finished(&app, "answer-0").await;
        app.click("rail-library").await;
        app.find("library-row").await;
        let work = "return window.__TAURI_INTERNALS__.invoke('works', \
            { query: { search: '', modality: null, shelf: { kind: 'all' }, order: 'newest', limit: 1, offset: 0 } }).then((page) => page.works[0].id)";
        let work = app.evaluate(work).await;
        let theirs = tempfile::NamedTempFile::with_suffix(".md").unwrap();
        std::fs::write(theirs.path(), "untouched").unwrap();
        let path = serde_json::json!(theirs.path());
        let asked = ASKED.replace("PATH", &path.to_string()).replace("WORK", &work.to_string());
        let script = format!(
            "const one = ([command, sent]) => window.__TAURI_INTERNALS__.invoke(command, sent) \
                 .then(() => [command, 'done'], (failure) => [command, failure.code ?? String(failure)]); \
             return Promise.all({asked}.map(one))"
        );
        let answers = app.evaluate(&script).await;
        let answers = answers.as_array().unwrap();
        assert_eq!(answers.len(), 21);
        for answer in answers {
            assert_eq!(answer[1], "pathNotChosen", "{answer}");
        }
        assert_eq!(std::fs::read_to_string(theirs.path()).unwrap(), "untouched");
        app
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the app, a display and the weights: cargo xtask test"]
async fn the_window_stays_on_its_page() {
    in_a_fresh_app("navigation", async |app| {
        let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        server.set_nonblocking(true).unwrap();
        let outside = format!("http://{}/?words", server.local_addr().unwrap());
        let address = "return String(location)";
        let before = app.evaluate(address).await;
        for leave in [
            format!("location.href = '{outside}'"),
            format!("location.replace('{outside}')"),
            format!("window.open('{outside}')"),
            "location.href = 'file:///etc/passwd'".to_owned(),
            "location.href = URL.createObjectURL(new Blob(['<p>'], { type: 'text/html' }))".to_owned(),
            format!(
                "const link = document.createElement('a'); link.href = '{outside}'; \
                 document.body.append(link); link.click(); link.target = '_blank'; link.click(); link.remove()"
            ),
            format!(
                "const meta = document.createElement('meta'); meta.httpEquiv = 'refresh'; \
                 meta.content = '0;url={outside}'; document.head.append(meta)"
            ),
        ] {
            app.evaluate(&leave).await;
            tokio::time::sleep(Duration::from_millis(300)).await;
            assert_eq!(app.evaluate(address).await, before, "{leave}");
        }
        // A link that is dropped where nothing takes it, in every place of the window.
        for place in ["text", "library", "models", "settings"] {
            app.click(&format!("rail-{place}")).await;
            let dropped = "const event = new Event('drop', { bubbles: true, cancelable: true }); \
                Object.assign(event, { dataTransfer: { types: ['text/uri-list'], files: [] } }); \
                document.querySelector('[data-testid=window]').dispatchEvent(event); \
                return event.defaultPrevented";
            assert_eq!(app.evaluate(dropped).await, true, "{place}");
        }
        assert_eq!(app.evaluate(address).await, before);
        let came = server.accept();
        assert!(came.is_err(), "a request arrived: {came:?}");
        app
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the app, a display and the weights: cargo xtask test"]
async fn the_page_can_reach_nothing_outside() {
    in_a_fresh_app("offline", async |app| {
        let refused = "\
            return fetch('http://127.0.0.1:9/').then(() => 'reached', () => 'refused');";
        assert_eq!(app.evaluate(refused).await, "refused");
        let policy = "return new Promise(resolve => { \
            document.addEventListener('securitypolicyviolation', e => resolve(e.violatedDirective)); \
            new Image().src = 'http://127.0.0.1:9/x.png'; })";
        let directive = app.evaluate(policy).await;
        assert!(directive.as_str().unwrap_or_default().starts_with("img-src"), "{directive}");
        app
    })
    .await;
}

/// Waits for a step of the lesson, and goes on once it is done.
async fn step(app: &App, number: usize) {
    app.text_that("step-count", |count| {
        count.starts_with(&format!("{number}/"))
    })
    .await;
    app.attribute_in("step-next", "aria-disabled", &["false"])
        .await;
    app.click("step-next").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the app, a display and the weights: cargo xtask test"]
async fn a_lesson_measures_its_claim_and_gives_the_desk_back_as_it_was() {
    in_a_fresh_app("lesson", async |app| {
        app.type_into("prompt", "Words of my own").await;
        app.click("rail-start").await;
        app.click("lesson-card-tokens").await;
        app.click("lesson-begin").await;
        app.click("choice-1").await;
        for number in 1..=3 {
            step(&app, number).await;
        }
        // Measured here and now, by the model of this computer.
        app.attribute_in("claim", "data-holds", &["true"]).await;
        for number in 4..=6 {
            step(&app, number).await;
        }
        app.type_into("keep-words", "Rare words are cut small")
            .await;
        step(&app, 7).await;
        app.find("lesson-results").await;
        app.click("rail-text").await;
        let draft = app
            .evaluate("return document.querySelector('[data-testid=prompt]').value")
            .await;
        assert_eq!(draft, "Words of my own");
        assert_eq!(app.count("step-card").await, 0);
        app
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the app, a display and the weights: cargo xtask test"]
async fn a_lesson_is_led_from_the_notes_and_goes_on_without_them() {
    const NOTES: &str = "Notes · Quartet";
    in_a_fresh_app("notes", async |app| {
        let at = async |number: usize| {
            app.text_that("step-count", |count| {
                count.starts_with(&format!("{number}/"))
            })
            .await;
        };
        app.click("rail-start").await;
        app.click("lesson-card-tokens").await;
        app.click("lesson-begin").await;
        at(1).await;
        app.click("step-notes").await;
        // Their page is there, and was told what to show.
        app.attribute_in("step-notes", "aria-pressed", &["true"])
            .await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        app.press_in_window(NOTES, &["3", "Return"]).await;
        at(3).await;
        app.press_in_window(NOTES, &["Prior"]).await;
        at(1).await;
        app.press_in_window(NOTES, &["4", "Return"]).await;
        at(4).await;
        // The notes may ask for nothing else; the studio's window not for what is theirs.
        let refused = app
            .evaluate(
                "return window.__TAURI_INTERNALS__.invoke('notes_act', { pressed: { act: 'next' } })
                    .then(() => 'allowed', (failure) => failure.code)",
            )
            .await;
        assert_eq!(refused, "notForThisWindow");
        app.click("step-notes").await;
        app.attribute_in("step-notes", "aria-pressed", &["false"])
            .await;
        app.click("step-back").await;
        at(1).await;
        app
    })
    .await;
}
