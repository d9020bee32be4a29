use std::cell::Cell;

use quartet_studio::{Cancel, Paths, PortableData, Studio};

use super::*;
use crate::{
    Checked, ModelChoice, PackKind, PackOrder, plan,
    small::{LARGE, Small, files},
    verify,
};

fn checked(folder: &Path) -> Checked {
    verify(folder, &Cancel::new(), &mut |_| (), &mut |_| ()).unwrap()
}

#[test]
fn a_pack_is_whole_and_holds_what_was_asked_for() {
    let small = Small::unmade();
    let mut last = None;
    let made = small
        .make(&Cancel::new(), &mut |progress| last = Some(progress))
        .unwrap();
    let last = last.unwrap();
    assert_eq!((last.done, last.total), (made.bytes, made.bytes));
    assert!(made.bytes > LARGE as u64 && last.bytes_per_second > 0.0);
    let found = checked(&small.pack);
    assert_eq!((found.wrong, found.extra), (Vec::new(), Vec::new()));
    assert_eq!(found.items.len(), 7);
    assert_eq!(found.files as usize + 1, files(&small.pack).len());
    assert_eq!(
        fs::read_dir(small.place.path().join("stick"))
            .unwrap()
            .count(),
        1
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let program = small.at(&format!("app/{}/quartet", crate::app::platform()));
        let mode = fs::metadata(program).unwrap().permissions().mode();
        assert_eq!(mode & 0o111, 0o111, "it starts where disks have modes");
    }
}

#[test]
fn stopped_it_leaves_nothing_and_what_was_there_stays() {
    let small = Small::unmade();
    fs::create_dir(&small.pack).unwrap();
    let cancel = Cancel::new();
    let told = Cell::new(0);
    let stopped = small.make(&cancel, &mut |_| {
        told.set(told.get() + 1);
        cancel.raise();
    });
    assert_eq!(stopped.unwrap_err().code, Code::Cancelled);
    assert_eq!(told.get(), 1);
    let stick = small.place.path().join("stick");
    assert_eq!(fs::read_dir(&stick).unwrap().count(), 1);
    assert_eq!(fs::read_dir(&small.pack).unwrap().count(), 0);
}

#[test]
fn a_folder_with_something_in_it_is_left_alone() {
    let small = Small::made();
    let before = files(&small.pack);
    let failure = small.make(&Cancel::new(), &mut |_| ()).unwrap_err();
    assert_eq!(failure.code, Code::ClassPackTaken);
    assert!(failure.next_step.en.contains("quartet-class-pack"));
    assert_eq!(files(&small.pack), before);
    let whole_disk = make(small.plan(), Path::new("/"), &Cancel::new(), &mut |_| ());
    assert_eq!(whole_disk.unwrap_err().code, Code::ClassPackTaken);
    let nowhere = small.place.path().join("none/pack");
    let nowhere = make(small.plan(), &nowhere, &Cancel::new(), &mut |_| ());
    assert_eq!(nowhere.unwrap_err().code, Code::OutputFolderMissing);
}

#[test]
fn what_an_interrupted_one_left_is_taken_away_and_what_is_not_ours_is_not() {
    let small = Small::unmade();
    let left = small.place.path().join("stick/pack.quartet-partial");
    fs::create_dir_all(left.join("models")).unwrap();
    let failure = small.make(&Cancel::new(), &mut |_| ()).unwrap_err();
    assert_eq!(failure.code, Code::ClassPackTaken);
    let lock = File::create(left.join(LOCK)).unwrap();
    lock.lock().unwrap();
    let failure = small.make(&Cancel::new(), &mut |_| ()).unwrap_err();
    assert!(failure.detail.contains("another Quartet"), "{failure:?}");
    assert!(left.join("models").is_dir());
    drop(lock);
    small.make(&Cancel::new(), &mut |_| ()).unwrap();
    assert!(!left.exists());
}

#[test]
fn a_model_that_is_damaged_here_is_not_handed_on() {
    let small = Small::unmade();
    let mut plan = small.plan();
    let Content::File { sha256, .. } = &mut plan.items[0].files[1].content else {
        panic!("a file");
    };
    *sha256 = Some("0".repeat(64));
    let failure = make(plan, &small.pack, &Cancel::new(), &mut |_| ()).unwrap_err();
    assert_eq!(failure.code, Code::ModelChanged);
    assert!(failure.message.en.contains("a.onnx"), "{failure:?}");
    assert!(!small.pack.exists());
}

#[test]
fn what_is_chosen_is_planned_the_text_model_first_and_the_rest_is_told() {
    let place = tempfile::tempdir().unwrap();
    let at = |path: &str| place.path().join(path);
    let model = |id: &str, modality: &str, kind: &str, default: bool| {
        let folder = at("models").join(id);
        fs::create_dir_all(&folder).unwrap();
        let text = format!(
            "id = \"{id}\"\nname = {{ en = \"{id}\", zh = \"{id}\" }}\nmodality = \"{modality}\"\n\
             architecture = {{ kind = \"{kind}\" }}\nlicence = {{ spdx = \"MIT\" }}\ndefault = {default}\n\
             [[files]]\npath = \"weights\"\nbytes = 3\n\
             sha256 = \"BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD\"\n"
        );
        fs::write(folder.join("model.toml"), text).unwrap();
        fs::write(folder.join("weights"), "abc").unwrap();
        fs::write(folder.join("LICENSE"), "MIT").unwrap();
        folder
    };
    model("voice", "audio", "hibari", true);
    model("words", "text", "causal-lm", true);
    let cut = model("cut", "image", "latent-flow", false);
    fs::write(cut.join("weights"), "a").unwrap();
    fs::create_dir_all(at("home/lessons/broken")).unwrap();
    fs::write(at("home/lessons/broken/lesson.toml"), "schema =").unwrap();
    fs::create_dir_all(at("home/decks")).unwrap();
    fs::write(at("home/decks/monday.toml"), "x").unwrap();
    fs::write(at("quartet 1.deb"), "deb").unwrap();
    let studio = Studio::open(Paths {
        home: at("home"),
        models: vec![at("models")],
        runtime: at("none"),
    });
    let studio = studio.unwrap();
    let order = PackOrder {
        models: ModelChoice::All,
        lessons: Vec::new(),
        own: true,
        packages: vec![at("quartet 1.deb")],
        apps: Vec::new(),
        portable: None,
    };
    let planned = plan(&studio, &order).unwrap();
    let things: Vec<_> = planned
        .items()
        .map(|item| (item.kind, item.id.as_str()))
        .collect();
    let expected = [
        (PackKind::Model, "words"),
        (PackKind::Model, "voice"),
        (PackKind::Deck, "monday.toml"),
        (PackKind::Package, "quartet 1.deb"),
    ];
    assert_eq!(things, expected);
    assert_eq!(planned.left_out.len(), 2, "{:?}", planned.left_out);
    let out = at("pack");
    let made = make(planned, &out, &Cancel::new(), &mut |_| ()).unwrap();
    assert!(checked(&made.folder).wrong.is_empty());
    for path in ["models/words/LICENSE", "licences/LICENSE", "READ-ME.txt"] {
        assert!(out.join(path).is_file(), "{path}");
    }
    let with = |change: &dyn Fn(&mut PackOrder)| {
        let mut order = order.clone();
        change(&mut order);
        plan(&studio, &order).unwrap_err().code
    };
    let named = |id: &str| ModelChoice::Ids(vec![id.to_owned()]);
    assert_eq!(
        with(&|order| order.models = named("cut")),
        Code::ModelChanged
    );
    assert_eq!(
        with(&|order| order.models = named("none")),
        Code::ModelUnknown
    );
    assert_eq!(
        with(&|order| order.lessons = vec![at("home/lessons/broken")]),
        Code::LessonBroken
    );
    assert_eq!(
        with(&|order| order.lessons = vec![at("models")]),
        Code::LessonUnknown
    );
    assert_eq!(
        with(&|order| order.packages = vec![at("gone.deb")]),
        Code::InputMissing
    );
    assert_eq!(
        with(&|order| order.portable = Some(PortableData::Beside)),
        Code::ClassPackNoApp
    );
    assert_eq!(
        with(&|order| {
            order.models = ModelChoice::Ids(Vec::new());
            order.own = false;
            order.packages.clear();
        }),
        Code::ClassPackEmpty
    );
}
