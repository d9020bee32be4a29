//! Pictures of the real window in both languages and both themes: `cargo xtask screenshot`.
//!
//! Arguments: the folder for the pictures, then sizes such as `1280x860`.
#![expect(
    clippy::unwrap_used,
    reason = "a tool of the developers: it stops where it fails"
)]

use std::{path::Path, time::Duration};

use fantoccini::key::Key;
use quartet_e2e::App;
use serde_json::json;

const QUESTIONS: [(&str, &str); 2] = [
    (
        "en",
        "Write a Python function that checks whether a word is a palindrome, with one test.",
    ),
    ("zh", "请为一家同时卖咖啡的书店写一段六十字左右的宣传文案。"),
];
const PLACES: [&str; 3] = ["library", "models", "settings"];
/// Fades and slides are over by then.
const SETTLED: Duration = Duration::from_millis(600);

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let out = arguments.next().unwrap();
    for size in arguments {
        let (width, height) = size.split_once('x').unwrap();
        let size = (width.parse().unwrap(), height.parse().unwrap());
        for theme in ["light", "dark"] {
            for (language, question) in QUESTIONS {
                pictures(Path::new(&out), size, theme, language, question).await;
            }
        }
    }
}

async fn pictures(out: &Path, size: (u32, u32), theme: &str, language: &str, question: &str) {
    let home = tempfile::tempdir().unwrap();
    let settings = json!({ "language": language, "theme": theme });
    std::fs::write(home.path().join("settings.json"), settings.to_string()).unwrap();
    let app = App::start(home.path()).await;
    app.find("start-try").await;
    app.resize(size.0, size.1).await;
    let take = async |name: &str| {
        tokio::time::sleep(SETTLED).await;
        let file = format!("{name}-{language}-{theme}-{}x{}.png", size.0, size.1);
        app.screenshot(&out.join(file)).await;
    };
    take("start").await;
    app.click("rail-text").await;
    app.find("prompt").await;
    take("welcome").await;
    app.type_into("prompt", question).await;
    app.press("prompt", &[Key::Control, Key::Enter]).await;
    app.text_that("answer-0", |text| text.len() > 20).await;
    while app.count("stop").await > 0 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    take("text").await;
    for place in PLACES {
        app.click(&format!("rail-{place}")).await;
        take(place).await;
    }
    app.click("rail-image").await;
    take("image-welcome").await;
    let word = if language == "zh" {
        "红苹果"
    } else {
        "red apple"
    };
    app.type_into("image-prompt", word).await;
    app.press("image-prompt", &[Key::Control, Key::Enter]).await;
    app.find("image-save").await;
    take("image").await;
    app.click("image-inside").await;
    app.find("image-subject").await;
    take("image-inside").await;
    app.click("image-inside").await;
    app.choose("image-menu", "image-start-from").await;
    app.click("image-start-edit").await;
    take("image-easel").await;
    app.click("easel-done").await;
    app.choose("image-menu", "image-enlarge").await;
    app.find("enlarge-source").await;
    app.click("enlarge-start").await;
    app.find("enlarge-save").await;
    take("image-enlarged").await;
    films(&app, &take).await;
    sound(&app, language, &take).await;
    app.close().await;
}

/// A film of three scenes, inside it, and the same film slowed down.
async fn films(app: &App, take: &impl AsyncFn(&str)) {
    app.click("rail-video").await;
    app.find("video-welcome").await;
    take("video-welcome").await;
    app.click("video-example-story").await;
    app.find("video-save").await;
    app.press("video-timeline", &[Key::Home]).await;
    for _ in 0..6 {
        app.press("video-timeline", &[Key::PageDown]).await;
    }
    app.press("video-timeline", &[Key::Right]).await;
    take("video").await;
    app.click("video-inside").await;
    app.find("video-difference").await;
    take("video-inside").await;
    app.click("video-inside").await;
    app.choose("video-menu", "video-as-clip").await;
    app.find("clip-facts").await;
    take("video-clip").await;
    app.click("video-tab-story").await;
    take("video-story-welcome").await;
}

/// Speaking, listening, minutes and a tune. There may be no loudspeaker: what was made is shown all the same.
async fn sound(app: &App, language: &str, take: &impl AsyncFn(&str)) {
    let (story, voice) = if language == "zh" {
        (
            "从前，山脚下住着一只小狐狸。每天晚上，它都坐在石头上数星星。有一天，天上少了一颗星星，\
             于是它决定去寻找那颗星星。",
            "kokoro",
        )
    } else {
        (
            "Once upon a time, a little fox lived at the foot of a mountain. Every evening it sat on \
             a stone and counted the stars. One night a star was missing, so the fox went to look \
             for it.",
            "hibari-en",
        )
    };
    app.click("rail-audio").await;
    take("speak-welcome").await;
    let voice = format!("speak-model-option-{voice}");
    app.choose("speak-model", &voice).await;
    app.type_into("speak-text", story).await;
    app.press("speak-text", &[Key::Control, Key::Enter]).await;
    app.attribute_in("speak", "data-phase", &["done"]).await;
    take("speak").await;

    app.click("audio-tab-listen").await;
    take("listen-welcome").await;
    let name = "spoken.mp3";
    let sounds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../golden/audio");
    let bytes = std::fs::read(sounds.join(name)).unwrap();
    app.drop_file(name, &bytes).await;
    app.text_that("listen-choose", |text| text.contains(name))
        .await;
    app.click("listen-start").await;
    app.attribute_in("listen", "data-phase", &["done"]).await;
    take("listen").await;
    app.click("minutes-start").await;
    app.attribute_in("minutes", "data-phase", &["done"]).await;
    take("minutes").await;

    app.click("audio-tab-compose").await;
    take("compose-welcome").await;
    app.click("tune-start").await;
    app.attribute_in("tune", "data-phase", &["done"]).await;
    app.click_css("rect.note:not(.given)").await;
    app.find("note-instead").await;
    take("compose").await;
}
