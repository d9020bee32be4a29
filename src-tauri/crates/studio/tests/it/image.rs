//! Pictures from request to library: over a model of a few lines, and over tiny real ones.

use std::{
    fs,
    path::{Path, PathBuf},
};

use quartet_studio::{
    Code, EventOf, ExportRecipe, Gallery, ImageAsked, ImageJob, ImageMade, ImageOrder,
    ImageProgress, ImageRecipe, Job, JobEvent, Keep, LoadedImage, Made as RecipeMade, Order,
    Settings, Studio, UpscaleOrder,
    image::{ImageParameters, ImageRequest, ImageStage, Mask, Picture, schedulers::SchedulerKind},
    labels,
    pictures::{ImageSources, PictureSource},
    works::WorkPart,
};

use crate::support::{
    add_drawer, add_enlarger, failure_of, progress, real_studio_over, sink, start, studio,
};

fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    add_drawer(home.path(), "drawer");
    add_enlarger(home.path(), "enlarger");
    home
}

pub fn request(seed: u32) -> ImageRequest {
    ImageRequest {
        prompt: "a red apple".to_owned(),
        parameters: ImageParameters {
            seed: Some(seed),
            steps: Some(4),
            previews: false,
            ..ImageParameters::default()
        },
        ..ImageRequest::default()
    }
}

/// Red on the left, blue on the right, and where its left half may be painted over.
pub fn picture_and_mask(width: u32, height: u32) -> (Picture, Mask) {
    let is_left = |at: u32| at % width < width / 2;
    let pixels = (0..width * height).flat_map(|at| {
        if is_left(at) {
            [250, 0, 0]
        } else {
            [0, 0, 250]
        }
    });
    let mask = (0..width * height).map(|at| if is_left(at) { 255 } else { 0 });
    let picture = Picture::new(width, height, pixels.collect()).unwrap();
    (picture, Mask::new(width, height, mask.collect()).unwrap())
}

pub fn write_png(path: &Path, picture: &Picture) {
    let file = fs::File::create(path).unwrap();
    let mut encoder = png::Encoder::new(file, picture.width(), picture.height());
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(picture.rgb()).unwrap();
}

struct Made {
    pictures: Vec<Picture>,
    works: Vec<String>,
    events: Vec<EventOf<ImageJob>>,
}

fn made<O>(studio: &Studio, order: O, keep: Keep) -> Made
where
    O: Order<Live = Gallery>,
    O::Job: Job<Progress = ImageProgress, Made = ImageMade>,
{
    let (drawing, events) = start(studio, order, keep).unwrap();
    let events: Vec<_> = events.iter().collect();
    let works = match events.last() {
        Some(JobEvent::Done {
            works,
            keep_failure: None,
            ..
        }) => works.clone(),
        _ => Vec::new(),
    };
    Made {
        pictures: drawing.live.get().cloned().unwrap_or_default(),
        works,
        events,
    }
}

pub fn order(model: &str, request: ImageRequest, factor: u32) -> ImageOrder {
    ImageOrder {
        model: Some(model.to_owned()),
        request,
        sources: ImageSources::default(),
        factor,
    }
}

fn draw(studio: &Studio, model: &str, request: ImageRequest, factor: u32) -> Made {
    made(studio, order(model, request, factor), Keep::Library)
}

fn failure(made: &Made) -> Code {
    failure_of(&made.events).code
}

/// What a work's recipe asks for, with what lies beside the work.
fn asked_again(studio: &Studio, work: &str) -> (ImageRecipe, ImageRequest) {
    let RecipeMade::Image(image) = studio.works().open(work).unwrap().made.unwrap().made else {
        panic!("no picture");
    };
    let recipe = image.clone();
    let part = |part| PictureSource::Part {
        work: work.to_owned(),
        part,
    };
    let sources = ImageSources {
        start: image.start.map(|_| part(WorkPart::Start)),
        mask: image.mask.map(|_| part(WorkPart::Mask)),
    };
    let works = studio.works();
    let request = works.with_pictures(image.request, &sources).unwrap();
    (recipe, request)
}

#[test]
fn a_picture_and_its_mask_are_kept_beside_the_work_at_the_size_that_was_drawn() {
    let home = home();
    let studio = studio(home.path());
    let (start, mask) = picture_and_mask(40, 20);
    let with_start = ImageRequest {
        start: Some(start),
        mask: Some(mask),
        ..request(9)
    };
    let first = draw(&studio, "drawer", with_start, 1);
    let (kept, again) = asked_again(&studio, &first.works[0]);
    let sides = |part: Option<quartet_studio::PartRecipe>| {
        part.map(|part| (part.width, part.height)).unwrap()
    };
    assert_eq!((sides(kept.start), sides(kept.mask)), ((8, 8), (8, 8)));
    let second = draw(&studio, "drawer", again, 1);
    assert_eq!(first.pictures, second.pictures);
    // A picture without a start has nothing beside it.
    let plain = draw(&studio, "drawer", request(9), 1);
    let failure = studio.works().picture(&PictureSource::Part {
        work: plain.works[0].clone(),
        part: WorkPart::Start,
    });
    assert_eq!(failure.unwrap_err().code, Code::WorkFileMissing);
}

#[test]
fn a_part_that_was_changed_is_not_taken_for_the_one_that_was_kept() {
    let home = home();
    let studio = studio(home.path());
    let (start, _) = picture_and_mask(8, 8);
    let with_start = ImageRequest {
        start: Some(start),
        ..request(1)
    };
    let work = draw(&studio, "drawer", with_start, 1).works.remove(0);
    let file = home.path().join(format!("works/{work}.start.png"));
    let other = home.path().join("other.png");
    studio
        .works()
        .export(&work, &other, ExportRecipe::Omitted)
        .unwrap();
    fs::copy(other, file).unwrap();
    let source = PictureSource::Part {
        work,
        part: WorkPart::Start,
    };
    assert_eq!(
        studio.works().picture(&source).unwrap_err().code,
        Code::WorkFileBroken
    );
}

fn asked(steps: u32, count: u32, factor: u32) -> ImageAsked {
    ImageAsked {
        width: 8,
        height: 8,
        steps,
        count,
        guided: true,
        previews: false,
        factor,
    }
}

#[test]
fn what_a_picture_takes_is_estimated_from_the_ones_before() {
    let home = home();
    let studio = studio(home.path());
    let nothing = studio
        .jobs()
        .estimate_image("drawer", &asked(4, 1, 4))
        .unwrap();
    assert_eq!((nothing.seconds, nothing.measured), (None, false));
    // What the drawer's manifest says, and what enlarging so few pixels takes.
    assert!((30..33).contains(&nothing.memory_mb), "{nothing:?}");
    draw(&studio, "drawer", request(1), 4);
    let four = studio
        .jobs()
        .estimate_image("drawer", &asked(4, 1, 4))
        .unwrap();
    assert!(four.seconds.unwrap() > 0.008, "{four:?}");
    let long = studio
        .jobs()
        .estimate_image("drawer", &asked(400, 1, 4))
        .unwrap();
    // A hundred times the steps, and what does not depend on them once.
    let more = long.seconds.unwrap() - four.seconds.unwrap();
    assert!((0.7..4.0).contains(&more), "{more}");
    let both = studio
        .jobs()
        .estimate_image("drawer", &asked(400, 2, 4))
        .unwrap();
    assert!(both.seconds.unwrap() > 1.9 * (long.seconds.unwrap() - 0.3));
}

#[test]
fn a_picture_of_ones_own_is_made_larger_and_kept_with_what_it_was() {
    let home = home();
    let studio = studio(home.path());
    let (picture, _) = picture_and_mask(6, 4);
    let file = home.path().join("mine.png");
    write_png(&file, &picture);
    let order = UpscaleOrder {
        source: PictureSource::File { path: file },
        title: "mine.jpg".to_owned(),
        factor: 2,
    };
    let large = made(&studio, order, Keep::Library);
    assert_eq!(
        (large.pictures[0].width(), large.pictures[0].height()),
        (12, 8)
    );
    let start = PictureSource::Part {
        work: large.works[0].clone(),
        part: WorkPart::Start,
    };
    assert_eq!(studio.works().picture(&start).unwrap(), picture);
    let promise = studio.jobs().estimate_upscale(6, 4, 2).unwrap();
    assert!(promise.seconds.is_some());
    // A copy to drag out is a labelled file with a name people know.
    let lent = studio.works().export_for_drag(&large.works[0]).unwrap();
    assert_eq!(lent.file_name().unwrap(), "minejpg.png");
    let claim = labels::read_file(&lent).unwrap();
    assert_eq!(claim.aigc["Label"], "1");
    assert_eq!(claim.provenance.as_ref().unwrap().recipe, None);
    // It is a person's own still, and has one id wherever it goes.
    assert_eq!(claim.source(), labels::SourceType::Enhanced);
    let label = studio.works().label(&large.works[0]).unwrap();
    assert_eq!(claim.produce_id(), Some(label.id.as_str()));
    assert_eq!(label.id, large.works[0]);
    assert_eq!(label.provenance.source, labels::SourceType::Enhanced);
}

#[test]
fn what_a_model_drew_stays_generated_when_it_is_made_larger_and_a_start_of_ones_own_is_edited() {
    use labels::SourceType::{Edited, Enhanced, Generated};
    let home = home();
    let studio = studio(home.path());
    let of = |work: &str| studio.works().label(work).unwrap().provenance.source;
    let drawn = draw(&studio, "drawer", request(1), 1);
    assert_eq!(of(&drawn.works[0]), Generated);
    let copy = home.path().join("copy.jpg");
    let export = studio
        .works()
        .export(&drawn.works[0], &copy, ExportRecipe::Omitted);
    export.unwrap();
    let larger = |source: PictureSource| {
        let order = UpscaleOrder {
            source,
            title: "x".to_owned(),
            factor: 2,
        };
        made(&studio, order, Keep::Library).works.remove(0)
    };
    let id = drawn.works[0].clone();
    assert_eq!(of(&larger(PictureSource::Work { id })), Generated);
    assert_eq!(of(&larger(PictureSource::File { path: copy })), Generated);
    let mine = home.path().join("mine.png");
    let (picture, _) = picture_and_mask(6, 4);
    write_png(&mine, &picture);
    let own = PictureSource::File { path: mine };
    let enlarged = larger(own.clone());
    assert_eq!(of(&enlarged), Enhanced);
    let again = PictureSource::Part {
        work: enlarged,
        part: WorkPart::Start,
    };
    assert_eq!(of(&larger(again)), Enhanced);
    let begun = ImageOrder {
        sources: ImageSources {
            start: Some(own),
            mask: None,
        },
        ..order("drawer", request(1), 1)
    };
    assert_eq!(of(&made(&studio, begun, Keep::Library).works[0]), Edited);
}

#[test]
fn without_words_there_is_nothing_to_draw() {
    let home = home();
    let studio = studio(home.path());
    for prompt in ["", " \n"] {
        let mut request = request(1);
        request.prompt = prompt.to_owned();
        let told = start(&studio, order("drawer", request, 1), Keep::Library);
        assert_eq!(told.unwrap_err().code, Code::NothingToDraw);
    }
}

#[test]
fn pictures_that_cannot_be_read_are_reported_before_anything_runs() {
    let home = home();
    let studio = studio(home.path());
    let sources = |start: PictureSource| ImageSources {
        start: Some(start),
        mask: None,
    };
    let missing = PictureSource::File {
        path: home.path().join("nowhere.png"),
    };
    let damaged = PictureSource::Data {
        base64: "data:image/png;base64,AAAA".to_owned(),
    };
    let unknown = PictureSource::Work {
        id: "nobody".to_owned(),
    };
    let folder = PictureSource::File {
        path: home.path().to_owned(),
    };
    let photo = PictureSource::Data {
        base64: "AAAAGGZ0eXBoZWljAAAAAG1pZjE=".to_owned(),
    };
    for (source, code) in [
        (folder, Code::InputFolder),
        (photo, Code::PictureEncoding),
        (missing, Code::InputMissing),
        (damaged, Code::PictureUnreadable),
        (unknown, Code::WorkUnknown),
    ] {
        let order = ImageOrder {
            sources: sources(source),
            ..order("drawer", request(1), 1)
        };
        let told = start(&studio, order, Keep::Library);
        assert_eq!(told.unwrap_err().code, code);
    }
}

fn tiny(home: &Path) -> Studio {
    real_studio_over(home, "image/diffusion")
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn a_diffusion_folder_paints_over_a_picture_and_replays_to_the_same_bytes() {
    let home = tempfile::tempdir().unwrap();
    let studio = tiny(home.path());
    let (start, mask) = picture_and_mask(50, 40);
    let mut asked = request(3);
    asked.start = Some(start);
    asked.mask = Some(mask);
    asked.negative_prompt = "cat".to_owned();
    asked.parameters.scheduler = Some(SchedulerKind::Ddim);
    asked.parameters.strength = 0.8;
    asked.parameters.count = 2;
    let first = draw(&studio, "sd15", asked, 1);
    assert_eq!(first.works.len(), 2, "{:?}", first.events.last());
    let (_, again) = asked_again(&studio, &first.works[1]);
    let second = draw(&studio, "sd15", again, 1);
    assert_eq!(second.pictures, first.pictures[1..]);
    let files = [&first.works[1], &second.works[0]].map(|work| {
        let file = studio.works().file(work).unwrap();
        Picture::decode(&file).unwrap()
    });
    assert_eq!(files[0], files[1]);
}

const TINY: [&str; 6] = ["inpaint", "lcm", "sd15", "sd15-half", "sd21", "sdxl"];

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn every_tiny_folder_is_listed_and_draws() {
    let home = tempfile::tempdir().unwrap();
    let studio = tiny(home.path());
    for model in TINY {
        let whole = draw(&studio, model, request(5), 1);
        assert_eq!(
            whole.pictures.len(),
            1,
            "{model}: {:?}",
            whole.events.last()
        );
    }
}

/// How often a part was read from the disk while a picture was drawn.
fn loads(studio: &Studio, model: &str, request: ImageRequest) -> (Vec<Picture>, usize) {
    let made = made(studio, order(model, request, 1), Keep::No);
    let loads = progress(&made.events).filter(
        |progress| matches!(progress, ImageProgress::Stage { stage } if *stage == ImageStage::Loading),
    );
    (made.pictures, loads.count())
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn where_memory_is_short_a_folder_draws_the_same_part_after_part() {
    let home = tempfile::tempdir().unwrap();
    let studio = tiny(home.path());
    let (start, mask) = picture_and_mask(32, 32);
    for model in TINY {
        // Budgets are told in megabytes: each part is made to weigh a few.
        let folder = home.path().join(format!("{model}-padded"));
        copy(&golden().join(model), &folder);
        for part in fs::read_dir(&folder).unwrap().flatten() {
            if part.path().join("model.onnx").is_file() {
                fs::write(part.path().join("model.onnx_data"), vec![0; 3 << 20]).unwrap();
            }
        }
        let id = studio.models().add_for_session(&folder).unwrap();
        let drawn = |budget: u32, request: ImageRequest| {
            studio
                .save_settings(Settings {
                    memory_budget_mb: budget,
                    ..Settings::default()
                })
                .unwrap();
            loads(&studio, &id, request)
        };
        let mut listed = studio.models().list().into_iter();
        let needed = listed.find(|listed| listed.id == id).unwrap().memory_mb;
        // Less than all parts need together, more than any one of them.
        let painted = ImageRequest {
            start: Some(start.clone()),
            mask: Some(mask.clone()),
            ..request(5)
        };
        for (request, stages) in [(request(5), 3), (painted, 4)] {
            let (whole, loads) = drawn(0, request.clone());
            assert_eq!((whole.len(), loads), (1, 0), "{model}");
            let (in_turn, loads) = drawn(needed - 3, request);
            assert_eq!(in_turn, whole, "{model}");
            // A model for inpainting reads a picture in any case.
            assert!(loads >= stages, "{model}: {loads} of {stages}");
        }
        let (none, _) = drawn(1, request(5));
        assert!(none.is_empty(), "{model}: one megabyte is too little");
    }
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn what_a_folder_cannot_do_is_a_failure_in_both_languages() {
    let home = tempfile::tempdir().unwrap();
    let studio = tiny(home.path());
    let with = |change: fn(&mut ImageParameters)| {
        let mut request = request(1);
        change(&mut request.parameters);
        request
    };
    let cases: [fn(&mut ImageParameters); 6] = [
        |p| p.width = Some(33),
        |p| p.height = Some(20_000),
        |p| p.steps = Some(0),
        |p| p.guidance = Some(1e9),
        |p| p.count = 5,
        |p| p.style = Some("oil".to_owned()),
    ];
    for change in cases {
        let made = draw(&studio, "sd15", with(change), 1);
        assert_eq!(failure(&made), Code::ParameterOutOfRange);
    }
    let (_, mask) = picture_and_mask(8, 8);
    let masked = ImageRequest {
        mask: Some(mask),
        ..request(1)
    };
    let made = draw(&studio, "sd15", masked, 1);
    assert_eq!(failure(&made), Code::ParameterOutOfRange);
}

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/golden/image/diffusion")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn broken_folders_are_reported_and_one_without_an_encoder_draws_from_nothing() {
    let home = tempfile::tempdir().unwrap();
    let studio = tiny(home.path());
    let changed = |name: &str, change: &dyn Fn(&Path)| {
        let folder = home.path().join(name);
        copy(&golden().join("sd15"), &folder);
        change(&folder);
        folder
    };
    let gone = changed("gone", &|folder| {
        fs::remove_file(folder.join("unet/model.onnx")).unwrap();
    });
    let told = studio.models().add_for_session(&gone).unwrap_err();
    assert_eq!(told.code, Code::ModelIncomplete);
    assert!(told.message.en.contains("unet") && told.message.zh.contains("unet"));

    let strange = changed("strange", &|folder| {
        let file = folder.join("scheduler/scheduler_config.json");
        fs::write(file, r#"{"_class_name": "TelepathyScheduler"}"#).unwrap();
    });
    let id = studio.models().add_for_session(&strange).unwrap();
    let made = draw(&studio, &id, request(1), 1);
    assert_eq!(failure(&made), Code::SchedulerUnknown);
    let mut chosen = request(1);
    chosen.parameters.scheduler = Some(SchedulerKind::Euler);
    assert_eq!(draw(&studio, &id, chosen, 1).pictures.len(), 1);

    let blind = changed("blind", &|folder| {
        fs::remove_file(folder.join("vae_encoder/model.onnx")).unwrap();
    });
    let id = studio.models().add_for_session(&blind).unwrap();
    let (sink, _events) = sink();
    let info = studio.jobs().load::<LoadedImage>(&id, sink).unwrap().info;
    assert!(!info.start && !info.mask);
    assert_eq!(draw(&studio, &id, request(1), 1).pictures.len(), 1);
    let with_start = ImageRequest {
        start: Some(picture_and_mask(8, 8).0),
        ..request(1)
    };
    let made = draw(&studio, &id, with_start, 1);
    assert_eq!(failure(&made), Code::ModelIncomplete);
}
