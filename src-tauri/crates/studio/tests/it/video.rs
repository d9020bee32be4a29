//! Films from order to library, over models of a few lines; and what people may bring.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use quartet_pipelines::video::clip;
use quartet_studio::{
    ClipSource, Code, DroppedFile, EventOf, ExportRecipe, Failure, FilmJob, FilmMade, FilmProgress,
    FilmRecipe, FilmSheet, Inbetweens, JobEvent, JobId, Keep, Live, Made as RecipeMade, Narration,
    Order, RetimingOrder, StoryOrder, Studio, TravelOrder,
    audio::SpeechRequest,
    films::{FilmFormat, FilmId, Label, SideTracks, writer},
    image::{Picture, SubjectChoice},
    labels::{self, Provenance},
    sound::{Pcm, SoundId},
    video::{FrameKind, RetimingRequest, Scene, SpeedMode, TravelParameters, TravelRequest},
};

use crate::support::{
    add_drawer, add_enlarger, add_inbetween, add_model, add_prompter, add_voice, failure_of,
    is_cancelled, made, progress, real_studio_over, start, studio, told, wait_for, work_of,
};

fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    add_drawer(home.path(), "drawer");
    add_enlarger(home.path(), "enlarger");
    home
}

pub fn order(prompts: &[&str]) -> TravelOrder {
    let scene = |&prompt: &&str| Scene {
        prompt: prompt.to_owned(),
        seconds: 1.0,
        subject: None,
    };
    TravelOrder {
        model: None,
        request: TravelRequest {
            scenes: prompts.iter().map(scene).collect(),
            parameters: TravelParameters {
                fps: 12,
                keys_per_second: 3.0,
                seed: Some(5),
                ..TravelParameters::default()
            },
        },
        inbetweens: Inbetweens::Best,
        sharpen: true,
        format: FilmFormat::WebP,
        narration: None,
    }
}

struct Made {
    job: JobId,
    events: Vec<EventOf<FilmJob>>,
}

impl Made {
    fn work(&self) -> String {
        work_of(&self.events)
    }

    fn failure(&self) -> Failure {
        failure_of(&self.events)
    }

    fn done(&self) -> FilmMade {
        made(&self.events).0
    }

    fn count(&self, is: impl Fn(&FilmProgress) -> bool) -> usize {
        progress(&self.events).filter(|told| is(told)).count()
    }
}

fn filmed<O: Order<Job = FilmJob, Live: Live>>(studio: &Studio, order: O) -> Made {
    let (job, events) = start(studio, order, Keep::Library).unwrap();
    Made {
        job: job.id,
        events: events.iter().collect(),
    }
}

fn recipe(studio: &Studio, work: &str) -> FilmRecipe {
    match studio.works().open(work).unwrap().made.unwrap().made {
        RecipeMade::Film(film) => film,
        other => panic!("{other:?}"),
    }
}

fn files(paths: &[&Path]) -> ClipSource {
    ClipSource::Files {
        paths: paths
            .iter()
            .map(|path| path.display().to_string())
            .collect(),
        fps: 10,
    }
}

fn retiming(source: ClipSource, factor: u32, sharpen: u32) -> RetimingOrder {
    RetimingOrder {
        source,
        request: RetimingRequest {
            factor,
            pace: SpeedMode::Smoother,
            sharpen,
        },
        inbetweens: Inbetweens::Best,
        format: FilmFormat::Png,
    }
}

fn frames(path: &Path) -> Vec<clip::ClipFrame> {
    let mut clip = clip::open(&[path.to_owned()], 10).unwrap();
    std::iter::from_fn(|| clip.frame().unwrap()).collect()
}

fn kept(studio: &Studio, work: &str) -> PathBuf {
    PathBuf::from(studio.works().open(work).unwrap().file)
}

/// A film of grey frames of a size, as a person may have it.
fn clip_file(
    folder: &Path,
    name: &str,
    size: (u32, u32),
    greys: &[u8],
    sound: Option<Pcm>,
) -> PathBuf {
    let path = folder.join(name);
    let mut options = File::options();
    let file = options.read(true).write(true).create(true).truncate(true);
    let format = FilmFormat::of(&path).unwrap();
    let side_tracks = SideTracks {
        sound,
        ..SideTracks::default()
    };
    let mut film = writer(format, file.open(&path).unwrap(), side_tracks);
    for grey in greys {
        let picture = Picture::new(size.0, size.1, vec![*grey; (size.0 * size.1 * 3) as usize]);
        film.frame(picture.unwrap(), 12_000).unwrap();
    }
    film.finish(&Label {
        id: "x".to_owned(),
        provenance: Provenance {
            source: labels::SourceType::Generated,
            title: None,
            created: String::new(),
            model: String::new(),
            recipe: None,
        },
    })
    .unwrap();
    path
}

/// Waits until all frames can be looked at.
fn whole(studio: &Studio, film: &FilmId) -> FilmSheet {
    let since = Instant::now();
    loop {
        let sheet = studio.films().sheet(film).unwrap();
        if sheet.ended {
            return sheet;
        }
        assert!(since.elapsed() < Duration::from_secs(20), "it never ends");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_film_is_estimated_reported_frame_by_frame_kept_and_replays_from_its_recipe() {
    let home = home();
    let studio = studio(home.path());
    let first = order(&["a red apple", "a blue sea"]);
    let promise = studio.jobs().estimate_travel(&first).unwrap();
    assert_eq!((promise.seconds, promise.measured), (None, false));
    assert_eq!((promise.plan.frames, promise.plan.keys), (24, 7));
    let made = filmed(&studio, first);
    let told: usize = progress(&made.events)
        .map(|progress| match progress {
            FilmProgress::Frames { frames, .. } => frames.len(),
            _ => 0,
        })
        .sum();
    let drawn = made.count(|event| matches!(event, FilmProgress::Drawn { .. }));
    assert_eq!((told, drawn), (24, 7));
    let work = made.work();
    let detail = studio.works().open(&work).unwrap();
    assert_eq!(detail.work.title, "a red apple → a blue sea");
    let recipe = detail.made.unwrap();
    let model = recipe.model.id;
    let RecipeMade::Film(film) = recipe.made else {
        panic!("no film");
    };
    assert_eq!(
        (film.inbetween, film.upscaler.as_deref()),
        (None, Some("enlarger"))
    );
    assert_eq!((film.keys.len(), film.stats.frames), (7, 24));
    // What earlier films took is promised for later ones.
    assert!(
        studio
            .jobs()
            .estimate_travel(&order(&["x", "y"]))
            .unwrap()
            .seconds
            .is_some()
    );
    let again = TravelOrder {
        model: Some(model),
        request: film.travel.unwrap(),
        sharpen: film.upscaler.is_some(),
        ..order(&[])
    };
    let second = filmed(&studio, again).work();
    let (first, second) = (kept(&studio, &work), kept(&studio, &second));
    assert_eq!(frames(&first), frames(&second));
    assert!(
        labels::read_file(&first)
            .unwrap()
            .provenance
            .unwrap()
            .recipe
            .is_some()
    );
}

#[test]
fn scenes_show_what_their_words_name_and_recipes_keep_the_thing() {
    let home = home();
    let studio = studio(home.path());
    let by_nearness = order(&["one red fox", "one grey owl"]);
    let mut by_words = by_nearness.clone();
    for scene in &mut by_words.request.scenes {
        scene.subject = Some(SubjectChoice::Words);
    }
    let made = filmed(&studio, by_words);
    let told = |made: &Made| {
        made.count(|event| {
            matches!(event, FilmProgress::Subjects { subjects }
                if subjects.iter().flatten().map(|one| one.thing.english.as_str()).eq(["fox", "owl"]))
        })
    };
    assert_eq!(told(&made), 1);
    let named = made.work();
    let travel = recipe(&studio, &named).travel.unwrap();
    let thing = |english: &str| SubjectChoice::Thing {
        english: english.to_owned(),
        colour: None,
    };
    let subjects = travel.scenes.iter().map(|scene| scene.subject.clone());
    assert_eq!(
        subjects.collect::<Vec<_>>(),
        [Some(thing("fox")), Some(thing("owl"))]
    );
    let again = TravelOrder {
        request: travel,
        ..order(&[])
    };
    let again = filmed(&studio, again);
    // A recipe says what its scenes leave out as its words did.
    assert_eq!(told(&again), 1);
    let again = again.work();
    let shown = |work: &str| frames(&kept(&studio, work));
    assert_eq!(shown(&named), shown(&again));
    // As it was stored before there were subjects.
    let stored = r#"{"scenes":[{"prompt":"one red fox","seconds":1.0},{"prompt":"one grey owl","seconds":1.0}],
        "parameters":{"fps":12,"size":256,"keysPerSecond":3.0,"seed":5,"drift":0.0,"circle":false,"style":null,
        "steps":12,"guidance":null,"camera":{"move":"still","strength":0.5,"eased":true}}}"#;
    let stored = TravelOrder {
        request: serde_json::from_str(stored).unwrap(),
        ..order(&[])
    };
    assert_eq!(stored.request.scenes, by_nearness.request.scenes);
    let stored = filmed(&studio, stored).work();
    let travel = recipe(&studio, &stored).travel.unwrap();
    assert!(!serde_json::to_string(&travel).unwrap().contains("subject"));
    let before = filmed(&studio, by_nearness);
    assert_eq!(
        before.count(|event| matches!(event, FilmProgress::Subjects { .. })),
        0
    );
    let before = before.work();
    assert_eq!(shown(&stored), shown(&before));
    assert_ne!(shown(&stored), shown(&named));
}

#[test]
fn a_models_that_knows_only_prompts_draws_them_alone() {
    let home = tempfile::tempdir().unwrap();
    add_prompter(home.path(), "prompter");
    let studio = studio(home.path());
    let made = filmed(&studio, order(&["a", "b", "c"]));
    assert_eq!(
        made.count(|event| matches!(event, FilmProgress::Drawn { .. })),
        3
    );
    assert_eq!(recipe(&studio, &made.work()).upscaler, None);
}

#[test]
fn frames_are_looked_at_while_and_after_they_are_made() {
    let home = home();
    let studio = studio(home.path());
    let made = filmed(&studio, order(&["a", "b"]));
    let take = FilmId::Take { job: made.job };
    let sheet = studio.films().sheet(&take).unwrap();
    assert_eq!(
        (sheet.frames.len(), sheet.ended, sheet.width),
        (24, true, 256)
    );
    assert_eq!(sheet.frames[0].frame, FrameKind::Key);
    let bytes = studio.films().pictures(&take, 22, 90).unwrap();
    let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
    assert_eq!(number(0), 2);
    assert_eq!(bytes.len(), 12 + number(4) + number(8));
    let last = Picture::decode(&bytes[12 + number(4)..]).unwrap();
    assert_eq!((last.width(), last.height()), (256, 256));
    assert!(studio.films().difference(&take, 0).unwrap().is_empty());
    assert!(Picture::decode(&studio.films().difference(&take, 5).unwrap()).is_ok());
    // Nothing here tells how pixels move.
    assert!(studio.films().flow(&take, 5).unwrap().is_empty());
    // The same of the work, long after.
    let work = FilmId::Work { id: made.work() };
    let sheet = whole(&studio, &work);
    let keys = sheet
        .frames
        .iter()
        .filter(|mark| mark.frame == FrameKind::Key);
    assert_eq!(keys.count(), 7);
    let gone = studio
        .films()
        .sheet(&FilmId::Take { job: 999 })
        .unwrap_err();
    assert_eq!(gone.code, Code::WorkUnknown);
}

#[test]
fn a_film_that_is_stopped_leaves_nothing_but_what_can_be_looked_at() {
    let home = home();
    let studio = studio(home.path());
    let mut slow = order(&["slow", "slow too"]);
    slow.request.scenes[0].seconds = 30.0;
    slow.format = FilmFormat::Mp4;
    let (job, events) = start(&studio, slow, Keep::Library).unwrap();
    let job = job.id;
    wait_for(
        &events,
        |progress| matches!(progress, FilmProgress::Frames { first, .. } if *first > 10),
    );
    studio.jobs().cancel(job);
    let stopped = Instant::now();
    assert!(is_cancelled(&events));
    let took = stopped.elapsed();
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert_eq!(fs::read_dir(home.path().join("works")).unwrap().count(), 0);
    let sheet = studio.films().sheet(&FilmId::Take { job }).unwrap();
    assert!(sheet.ended && !sheet.frames.is_empty());
    let copy = home.path().join("rest.gif");
    studio.films().export(&FilmId::Take { job }, &copy).unwrap();
    assert!(!frames(&copy).is_empty() && labels::read_file(&copy).is_some());
}

/// The library takes nothing any more.
fn refuse_works(home: &Path) {
    fs::remove_dir(home.join("works")).unwrap();
    fs::write(home.join("works"), "no folder").unwrap();
}

fn unkept(made: &Made) -> FilmId {
    let last = made.events.last();
    let Some(JobEvent::Done {
        works,
        keep_failure: Some(_),
        ..
    }) = last
    else {
        panic!("{last:?}");
    };
    assert!(works.is_empty());
    FilmId::Take { job: made.job }
}

#[test]
fn a_film_that_the_library_refused_is_saved_from_its_own_frames() {
    let home = home();
    let studio = studio(home.path());
    // Wider than what is looked at, and of colours that lossy encoders change.
    let path = clip_file(home.path(), "clip.png", (700, 500), &[0, 20, 41], None);
    refuse_works(home.path());
    let made = filmed(&studio, retiming(files(&[&path]), 1, 1));
    let take = unkept(&made);
    for name in ["copy.png", "again.png"] {
        let copy = home.path().join(name);
        studio.films().export(&take, &copy).unwrap();
        assert_eq!(frames(&copy), frames(&path));
        let claim = labels::read_file(&copy).unwrap();
        assert_eq!(claim.provenance.unwrap().recipe, None);
    }
    let other = home.path().join("copy.gif");
    studio.films().export(&take, &other).unwrap();
    assert_eq!(frames(&other)[0].picture.width(), 700);
    let left = fs::read_dir(home.path().join("reels")).unwrap().count();
    assert_eq!(left, 0, "nothing on the disk has a name");
}

#[test]
fn a_film_that_the_library_refused_is_saved_with_its_sound_and_captions() {
    let home = home();
    add_voice(home.path(), "voice");
    let studio = studio(home.path());
    refuse_works(home.path());
    let narration = Some(Narration::Spoken {
        model: None,
        request: SpeechRequest {
            text: "One two. Three four.".to_owned(),
            voice: None,
            speed: 1.0,
            seed: Some(1),
        },
    });
    let made = filmed(
        &studio,
        TravelOrder {
            narration,
            ..order(&["a", "b"])
        },
    );
    let take = unkept(&made);
    let copy = home.path().join("copy.mp4");
    studio.films().export(&take, &copy).unwrap();
    let file = fs::read(&copy).unwrap();
    for part in [&b"fLaC"[..], b"tx3g", b"One two."] {
        assert!(file.windows(part.len()).any(|window| window == part));
    }
    assert_eq!(frames(&copy).len(), 24);
}

#[test]
fn a_film_that_is_not_there_to_be_saved_is_reported() {
    let home = home();
    let studio = studio(home.path());
    let path = clip_file(home.path(), "clip.gif", (8, 6), &[0, 20], None);
    let clip = FilmId::Clip {
        source: files(&[&path]),
    };
    whole(&studio, &clip);
    // A person's own clip is nothing that an AI made.
    for film in [FilmId::Take { job: 999 }, clip] {
        let copy = home.path().join("copy.gif");
        let failure = studio.films().export(&film, &copy).unwrap_err();
        assert_eq!(failure.code, Code::FilmGone);
        assert!(!copy.exists());
    }
}

#[test]
fn a_narration_is_said_first_kept_and_is_in_an_mp4() {
    let home = home();
    add_voice(home.path(), "voice");
    let studio = studio(home.path());
    let spoken = TravelOrder {
        format: FilmFormat::Mp4,
        narration: Some(Narration::Spoken {
            model: None,
            request: SpeechRequest {
                text: "One two. Three four.".to_owned(),
                voice: None,
                speed: 1.0,
                seed: Some(1),
            },
        }),
        ..order(&["a", "b"])
    };
    let made = filmed(&studio, spoken);
    assert!(made.count(|event| matches!(event, FilmProgress::Narration { .. })) > 2);
    let film = recipe(&studio, &made.work());
    let narration = film.narration.unwrap();
    assert_eq!(film.captions.len(), 2);
    let sheet = studio
        .films()
        .sheet(&FilmId::Take { job: made.job })
        .unwrap();
    let id = narration.clone();
    assert_eq!(sheet.narration, Some(SoundId::Work { id }));
    let file = fs::read(kept(&studio, &made.work())).unwrap();
    assert!(file.windows(4).any(|window| window == b"fLaC"));
    // The kept sound can lie under another film, and in its copy as an MP4.
    let under = TravelOrder {
        narration: Some(Narration::Work { id: narration }),
        ..order(&["a", "b"])
    };
    let second = filmed(&studio, under).work();
    let copy = home.path().join("copy.mp4");
    studio
        .works()
        .export(&second, &copy, ExportRecipe::Omitted)
        .unwrap();
    let copy = fs::read(copy).unwrap();
    assert!(copy.windows(4).any(|window| window == b"fLaC"));
    let captions = home.path().join("film.srt");
    studio
        .works()
        .export_transcript(&second, &captions)
        .unwrap();
    assert!(fs::read_to_string(captions).unwrap().contains("One two."));
}

#[test]
fn a_topic_becomes_a_film_with_captions() {
    let home = home();
    add_model(home.path(), "writer", 10);
    add_voice(home.path(), "voice");
    let studio = studio(home.path());
    let story = StoryOrder {
        topic: "a lighthouse".to_owned(),
        language: "en".to_owned(),
        writer: None,
        speaker: None,
        voice: None,
        spoken: true,
        model: None,
        parameters: order(&[]).request.parameters,
        inbetweens: Inbetweens::Blended,
        format: FilmFormat::WebP,
    };
    let made = filmed(&studio, story.clone());
    assert_eq!(
        made.count(|event| matches!(event, FilmProgress::Lines { .. })),
        1
    );
    let detail = studio.works().open(&made.work()).unwrap();
    assert_eq!(detail.work.title, "a lighthouse");
    let film = recipe(&studio, &made.work());
    assert!(!film.captions.is_empty() && film.narration.is_some() && !film.lines.is_empty());
    assert_eq!(film.travel.unwrap().scenes.len(), film.lines.len());
    let nothing = StoryOrder {
        topic: " ".to_owned(),
        ..story
    };
    let failure = start(&studio, nothing, Keep::Library);
    assert_eq!(failure.unwrap_err().code, Code::NothingToDraw);
}

#[test]
fn a_clip_becomes_smoother_and_sharper_and_its_recipe_knows_its_file() {
    let home = home();
    add_inbetween(home.path(), "between");
    let studio = studio(home.path());
    let path = clip_file(home.path(), "clip.gif", (8, 6), &[0, 20, 40], None);
    let source = files(&[&path]);
    let facts = studio.films().clip_facts(&source).unwrap();
    assert_eq!((facts.format.as_str(), facts.frames), ("GIF", Some(3)));
    assert!((facts.fps - 10.0).abs() < 0.1 && !facts.variable);
    let order = retiming(source, 4, 2);
    assert_eq!(
        studio
            .jobs()
            .estimate_retiming(&order, &facts)
            .unwrap()
            .plan
            .frames,
        9
    );
    let made = filmed(&studio, order);
    let work = made.work();
    let made = frames(&kept(&studio, &work));
    assert_eq!(made[0].picture.width(), 16);
    let film = recipe(&studio, &work);
    assert_eq!(film.inbetween.as_deref(), Some("between"));
    assert_eq!(film.stats.frames, 9);
    assert!(studio.films().is_same_clip(&work).unwrap());
    clip_file(home.path(), "clip.gif", (8, 6), &[0, 1], None);
    assert!(!studio.films().is_same_clip(&work).unwrap());
    // A kept film is a clip as well.
    let again = filmed(&studio, retiming(ClipSource::Work { id: work }, 2, 1));
    assert!(frames(&kept(&studio, &again.work())).len() > 9);
}

#[test]
fn a_clip_that_is_dropped_is_kept_in_the_data_folder_once() {
    let home = home();
    let studio = studio(home.path());
    let path = clip_file(home.path(), "clip.webp", (8, 6), &[0, 100], None);
    let dropped = DroppedFile {
        name: "my: clip.webp".to_owned(),
        base64: base64(&fs::read(path).unwrap()),
    };
    let source = studio
        .films()
        .import_clip(std::slice::from_ref(&dropped))
        .unwrap();
    assert_eq!(studio.films().import_clip(&[dropped]).unwrap(), source);
    assert_eq!(fs::read_dir(home.path().join("clips")).unwrap().count(), 1);
    assert_eq!(studio.films().clip_facts(&source).unwrap().frames, Some(2));
    let film = FilmId::Clip { source };
    assert_eq!(whole(&studio, &film).frames.len(), 2);
    let broken = DroppedFile {
        name: "x.gif".to_owned(),
        base64: "§".to_owned(),
    };
    assert!(studio.films().import_clip(&[broken]).is_err());
}

/// Without a crate for it: what a page sends.
fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = group
            .iter()
            .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - group.len()));
        for place in 0..4 {
            let sign = SIGNS[(bits >> (18 - 6 * place) & 63) as usize];
            text.push(if place <= group.len() {
                sign as char
            } else {
                '='
            });
        }
    }
    text
}

#[test]
fn one_frame_odd_sides_and_mixed_sizes_are_films() {
    let home = home();
    let studio = studio(home.path());
    let still = home.path().join("still.png");
    image_file(&still, 5, 3, [10, 200, 30, 255]);
    for format in FilmFormat::ALL {
        let order = RetimingOrder {
            format,
            ..retiming(files(&[&still]), 8, 1)
        };
        let work = filmed(&studio, order).work();
        let frames = frames(&kept(&studio, &work));
        assert_eq!(frames.len(), 1, "{format:?}");
        // H.264 has sixteen pixels on a side at least, and even ones.
        let sides = if format == FilmFormat::Mp4 {
            (30, 18)
        } else {
            (5, 3)
        };
        let picture = &frames[0].picture;
        assert_eq!((picture.width(), picture.height()), sides, "{format:?}");
    }
    let other = home.path().join("other.png");
    image_file(&other, 9, 9, [200, 10, 30, 255]);
    let work = filmed(&studio, retiming(files(&[&still, &other]), 2, 1)).work();
    let frames = frames(&kept(&studio, &work));
    assert!(frames.iter().all(|frame| frame.picture.width() == 5));
}

#[test]
fn transparent_places_are_white() {
    let home = home();
    let studio = studio(home.path());
    let clear = home.path().join("clear.png");
    image_file(&clear, 4, 4, [0, 0, 0, 0]);
    let work = filmed(&studio, retiming(files(&[&clear]), 1, 1)).work();
    assert_eq!(
        frames(&kept(&studio, &work))[0].picture.rgb()[..3],
        [255; 3]
    );
}

fn image_file(path: &Path, width: u32, height: u32, rgba: [u8; 4]) {
    let file = File::create(path).unwrap();
    let mut encoder = png::Encoder::new(file, width, height);
    encoder.set_color(png::ColorType::Rgba);
    let mut writer = encoder.write_header().unwrap();
    let pixels = rgba.repeat((width * height) as usize);
    writer.write_image_data(&pixels).unwrap();
}

#[test]
fn frames_without_a_time_and_of_many_times_keep_theirs() {
    let home = home();
    let studio = studio(home.path());
    let path = home.path().join("clip.gif");
    let mut encoder = gif::Encoder::new(File::create(&path).unwrap(), 4, 4, &[]).unwrap();
    for (grey, delay) in [(0, 0), (20, 50), (40, 4)] {
        let mut frame = gif::Frame::from_rgb(4, 4, &[grey; 48]);
        frame.delay = delay;
        encoder.write_frame(&frame).unwrap();
    }
    drop(encoder);
    let source = files(&[&path]);
    assert!(studio.films().clip_facts(&source).unwrap().variable);
    let order = RetimingOrder {
        request: RetimingRequest {
            factor: 2,
            pace: SpeedMode::Slower,
            sharpen: 1,
        },
        ..retiming(source, 2, 1)
    };
    let frames = frames(&kept(&studio, &filmed(&studio, order).work()));
    let ticks: Vec<_> = frames.iter().map(|frame| frame.ticks).collect();
    // No time is a tenth of a second, as browsers have it; the last is held as long as two.
    assert_eq!(ticks, [12_000, 12_000, 60_000, 60_000, 9600]);
}

#[test]
fn a_gif_that_breaks_off_is_a_film_up_to_there_or_refused() {
    let home = home();
    let studio = studio(home.path());
    let path = clip_file(home.path(), "clip.gif", (8, 6), &[0, 60, 120, 180], None);
    let file = fs::read(&path).unwrap();
    fs::write(&path, &file[..file.len() / 2]).unwrap();
    let made = filmed(&studio, retiming(files(&[&path]), 2, 1));
    assert!(!frames(&kept(&studio, &made.work())).is_empty());
    fs::write(&path, &file[..14]).unwrap();
    let made = filmed(&studio, retiming(files(&[&path]), 2, 1));
    assert_eq!(made.failure().code, Code::FilmUnreadable);
}

#[test]
fn an_animated_webp_of_four_thousand_frames_is_read_frame_by_frame() {
    let home = home();
    let studio = studio(home.path());
    let greys: Vec<u8> = (0..4000_u32)
        .map(|index| (index * 37 % 251) as u8)
        .collect();
    let path = clip_file(home.path(), "long.webp", (4, 4), &greys, None);
    let made = filmed(&studio, retiming(files(&[&path]), 1, 1));
    let work = made.work();
    let film = recipe(&studio, &work);
    assert_eq!(film.stats.frames, 4000);
    let sheet = studio
        .films()
        .sheet(&FilmId::Take { job: made.job })
        .unwrap();
    assert_eq!(sheet.frames.len(), 4000);
}

#[test]
fn an_mp4_without_pictures_and_one_of_another_encoding_are_reported() {
    let home = home();
    let studio = studio(home.path());
    let sound = Pcm {
        sample_rate: 24_000,
        samples: vec![500; 24_000],
    };
    let path = clip_file(home.path(), "clip.mp4", (32, 32), &[0, 200], Some(sound));
    let file = fs::read(&path).unwrap();
    let renamed = |file: &[u8], from: &[u8; 4], to: &[u8; 4]| {
        let mut file = file.to_vec();
        // What a file calls itself stands in its first box.
        let mut windows = file[32..].windows(4);
        let at = 32 + windows.position(|window| window == from).unwrap();
        file[at..at + 4].copy_from_slice(to);
        file
    };
    // The first track is that of the pictures.
    fs::write(&path, renamed(&file, b"trak", b"free")).unwrap();
    let failure = studio.films().clip_facts(&files(&[&path])).unwrap_err();
    assert_eq!(failure.code, Code::FilmUnreadable);
    let made = filmed(&studio, retiming(files(&[&path]), 2, 1));
    assert_eq!(made.failure().code, Code::FilmUnreadable);
    let other = renamed(&file, b"avc1", b"hvc1");
    fs::write(&path, renamed(&other, b"avcC", b"hvcC")).unwrap();
    let failure = studio.films().clip_facts(&files(&[&path])).unwrap_err();
    assert_eq!(failure.code, Code::FilmEncoding, "{failure:?}");
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../tests/fixtures/clips")
        .join(name)
}

#[test]
fn a_clips_sound_is_kept_or_it_is_told_why_not() {
    let home = home();
    let studio = studio(home.path());
    let clip = fixture("sound.mp4");
    let mut order = retiming(files(&[&clip]), 2, 1);
    let told = |order: &RetimingOrder| -> Vec<Code> {
        let notices = filmed(&studio, order.clone()).done().notices;
        notices.iter().map(|notice| notice.code).collect()
    };
    assert_eq!(told(&order), [Code::FilmSoundFormat]);
    order.request.pace = SpeedMode::Slower;
    assert_eq!(told(&order), [Code::FilmSoundSlower]);
    order.request.pace = SpeedMode::Smoother;
    order.format = FilmFormat::Mp4;
    let made = filmed(&studio, order);
    assert_eq!(made.done().notices, []);
    let film = kept(&studio, &made.work());
    let sound = clip::sound(&[film]);
    assert!(matches!(sound, Some(clip::ClipSound::Encoded(_))));
}

#[test]
fn a_clip_whose_film_is_too_large_is_refused_before_the_work() {
    let home = home();
    let studio = studio(home.path());
    let clip = clip_file(home.path(), "wide.gif", (2040, 1400), &[10, 20], None);
    let mut order = retiming(files(&[&clip]), 1, 2);
    order.format = FilmFormat::Mp4;
    let made = filmed(&studio, order);
    assert_eq!(made.failure().code, Code::FilmTooLarge);
}

#[test]
fn frames_that_no_player_shows_are_not_made_and_more_are_never_fewer() {
    let home = home();
    let studio = studio(home.path());
    let own = frames(&fixture("fast25.gif"));
    let whole: u64 = own.iter().map(|frame| frame.ticks).sum();
    for format in [FilmFormat::Gif, FilmFormat::WebP, FilmFormat::Png] {
        let mut before = own.len();
        for factor in [2, 4, 8] {
            let mut order = retiming(files(&[&fixture("fast25.gif")]), factor, 1);
            order.format = format;
            let made = filmed(&studio, order);
            let done = made.done();
            let codes: Vec<_> = done.notices.iter().map(|notice| notice.code).collect();
            let told: &[Code] = if factor == 2 {
                &[]
            } else {
                &[Code::FilmFramesFewer]
            };
            assert_eq!(codes, told, "{format:?} {factor}");
            let found = frames(&kept(&studio, &made.work()));
            let shortest = format.shortest_frame();
            assert!(found.iter().all(|frame| frame.ticks >= shortest));
            assert_eq!(found.iter().map(|frame| frame.ticks).sum::<u64>(), whole);
            assert!(found.len() >= before, "{format:?} {factor}");
            before = found.len();
        }
    }
}

#[test]
fn what_cannot_be_made_is_refused_before_anything_is_loaded() {
    let home = tempfile::tempdir().unwrap();
    add_drawer(home.path(), "drawer");
    let studio = studio(home.path());
    let code = |order: TravelOrder| start(&studio, order, Keep::Library).unwrap_err().code;
    assert_eq!(code(order(&[])), Code::NothingToDraw);
    let mut wrong = order(&["a"]);
    wrong.request.parameters.fps = 60;
    assert_eq!(code(wrong), Code::ParameterOutOfRange);
    let mut wrong = order(&["a"]);
    wrong.narration = Some(Narration::Work {
        id: "none".to_owned(),
    });
    assert_eq!(code(wrong), Code::WorkUnknown);
    // Nothing here sharpens.
    let path = clip_file(home.path(), "clip.gif", (8, 6), &[0, 100], None);
    let order = retiming(files(&[&path]), 1, 2);
    let failure = start(&studio, order, Keep::Library).unwrap_err();
    assert_eq!(failure.code, Code::ModelNone);
    assert_eq!(fs::read_dir(home.path().join("works")).unwrap().count(), 0);
}

#[test]
fn a_film_for_a_file_alone_leaves_no_trace_in_the_library() {
    let home = home();
    let studio = studio(home.path());
    let out = home.path().join("film.gif");
    let order = TravelOrder {
        format: FilmFormat::Gif,
        ..order(&["a", "b"])
    };
    let (_, works) = made(&told(&studio, order, Keep::File(out.clone())));
    assert!(works.is_empty());
    assert_eq!(fs::read_dir(home.path().join("works")).unwrap().count(), 0);
    assert!(frames(&out).len() > 10);
    assert_eq!(
        labels::read_file(&out).unwrap().provenance.unwrap().recipe,
        None
    );
    let nowhere = home.path().join("none/film.gif");
    let order = TravelOrder {
        format: FilmFormat::Gif,
        ..self::order(&["a"])
    };
    let failure = failure_of(&told(&studio, order, Keep::File(nowhere)));
    assert_eq!(failure.code, Code::ExportFailed);
}

#[test]
fn graphs_in_folders_make_frames_and_tell_how_pixels_move() {
    let home = tempfile::tempdir().unwrap();
    let studio = real_studio_over(home.path(), "video");
    let path = clip_file(home.path(), "clip.gif", (20, 14), &[0, 20, 40], None);
    for model in ["inbetween", "rife"] {
        let order = RetimingOrder {
            inbetweens: Inbetweens::Network {
                model: model.to_owned(),
            },
            ..retiming(files(&[&path]), 2, 1)
        };
        let made = filmed(&studio, order);
        let detail = studio.works().open(&made.work()).unwrap();
        assert_eq!(detail.work.model, model);
        let frames = frames(&kept(&studio, &made.work()));
        assert!(frames[1].picture.rgb()[0].abs_diff(10) <= 3);
        let take = FilmId::Take { job: made.job };
        let flow = studio.films().flow(&take, 1).unwrap();
        assert!(Picture::decode(&flow).is_ok());
        assert!(
            studio.films().flow(&take, 4).unwrap().is_empty(),
            "nothing lies behind the last key"
        );
    }
    let wrong = RetimingOrder {
        inbetweens: Inbetweens::Network {
            model: "nobody".to_owned(),
        },
        ..retiming(files(&[&path]), 2, 1)
    };
    let failure = start(&studio, wrong, Keep::Library).unwrap_err();
    assert_eq!(failure.code, Code::ModelUnknown);
}
