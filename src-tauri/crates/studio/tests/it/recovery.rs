//! Works whose rows were lost are entered again as they were.

use std::{fs, path::Path};

use quartet_studio::{
    Keep, UpscaleOrder,
    pictures::PictureSource,
    works::{WorksPage, WorksQuery},
};

use crate::{
    composition, image, minutes, speech,
    support::{
        add_composer, add_drawer, add_enlarger, add_listener, add_model, add_voice, made, studio,
        text, told,
    },
    video,
};

/// What the database knows of the works, and how long each took, in seconds.
fn rows(home: &Path) -> (Vec<Vec<String>>, Vec<f64>) {
    let database = rusqlite::Connection::open(home.join("library.sqlite")).unwrap();
    let columns = "id, modality, title, prompt, content, model, recipe, seconds";
    let sql = format!("SELECT {columns} FROM work ORDER BY id");
    let mut statement = database.prepare(&sql).unwrap();
    let rows = statement.query_map([], |row| {
        let texts = (0..7).map(|column| row.get::<_, String>(column));
        let texts = texts.collect::<rusqlite::Result<Vec<_>>>()?;
        Ok((texts, row.get::<_, f64>(7)?))
    });
    rows.unwrap().map(Result::unwrap).unzip()
}

#[test]
fn a_work_of_every_kind_is_entered_again_as_it_was() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    add_model(home, "fake", 10);
    add_voice(home, "voice");
    add_listener(home, "ear");
    add_composer(home, "melody");
    add_drawer(home, "drawer");
    add_enlarger(home, "enlarger");
    let studio = || studio(home);
    {
        let studio = studio();
        let keep = Keep::Library;
        let (picture, _) = image::picture_and_mask(6, 4);
        let path = home.join("mine.png");
        image::write_png(&path, &picture);
        let larger = UpscaleOrder {
            source: PictureSource::File { path },
            title: "mine.png".to_owned(),
            factor: 2,
        };
        let heard = minutes::order(minutes::recording("/sounds/first talk.wav"));
        let tune = composition::order("melody", composition::tune("harp", 4));
        let drawn = image::order("drawer", image::request(3), 1);
        made(&told(&studio, text("Tell me\nof tea", 3), keep.clone()));
        made(&told(
            &studio,
            speech::say("voice", "One two."),
            keep.clone(),
        ));
        made(&told(&studio, heard, keep.clone()));
        made(&told(&studio, tune, keep.clone()));
        made(&told(&studio, drawn, keep.clone()));
        made(&told(&studio, larger, keep.clone()));
        made(&told(&studio, video::order(&["a", "b"]), keep));
    }
    let (before, seconds) = rows(home);
    // Minutes come with their transcript.
    assert_eq!(before.len(), 8);
    for file in ["library.sqlite", "library.sqlite-wal", "library.sqlite-shm"] {
        let _ = fs::remove_file(home.join(file));
    }
    let studio = studio();
    let (after, took) = rows(home);
    assert_eq!(after, before);
    // They are read from the recipe, whose numbers are read to their last digit but one.
    let same = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-9;
    assert!(took.iter().zip(&seconds).all(same), "{took:?} {seconds:?}");
    let found = studio.works().list(&WorksQuery {
        search: "first talk.wav".to_owned(),
        limit: 10,
        ..WorksQuery::default()
    });
    let WorksPage { works, .. } = found.unwrap();
    let mut titles: Vec<_> = works.iter().map(|work| work.title.as_str()).collect();
    titles.sort_unstable();
    assert_eq!(titles, ["Green tea.", "Minutes: first talk.wav"]);
}
