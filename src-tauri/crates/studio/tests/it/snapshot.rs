//! A job takes the settings as they are when it begins.

use std::sync::Arc;

use quartet_studio::{FilmProgress, Keep, Settings, Studio};

use crate::{
    support::{
        CountingLoader, add_drawer, add_enlarger, add_inbetween, add_model, run, start,
        studio_over, text, wait_for, work_of,
    },
    video,
};

fn choose(studio: &Studio, threads: u32) {
    let settings = Settings {
        threads,
        spinning: threads > 2,
        memory_budget_mb: 1000 * threads,
        ..Settings::default()
    };
    studio.save_settings(settings).unwrap();
}

/// The threads that a recipe tells.
fn threads(studio: &Studio, work: &str) -> u32 {
    let recipe = studio.works().open(work).unwrap().made.unwrap();
    recipe.runtime.threads
}

#[test]
fn a_change_of_settings_in_mid_job_is_for_the_next_one() {
    let home = tempfile::tempdir().unwrap();
    add_model(home.path(), "fake", 10);
    let loader = Arc::new(CountingLoader::default());
    let studio = studio_over(home.path(), loader.clone());
    choose(&studio, 2);
    let (_, events) = start(&studio, text("slow", 60), Keep::Library).unwrap();
    let (_, queued) = start(&studio, text("x", 1), Keep::Library).unwrap();
    wait_for(&events, |_| true);
    choose(&studio, 7);
    let works = [events, queued].map(|events| work_of(&events.iter().collect::<Vec<_>>()));
    // What waited meanwhile began later.
    assert_eq!(works.map(|work| threads(&studio, &work)), [2, 7]);
    run(&studio, "x", 1);
    let fake = |threads| ("fake".to_owned(), threads);
    assert_eq!(loader.loads(), [fake(2), fake(7)]);
}

#[test]
fn a_film_loads_no_model_again_when_settings_change_meanwhile() {
    let home = tempfile::tempdir().unwrap();
    add_drawer(home.path(), "drawer");
    add_enlarger(home.path(), "enlarger");
    add_inbetween(home.path(), "between");
    let loader = Arc::new(CountingLoader::default());
    let studio = studio_over(home.path(), loader.clone());
    choose(&studio, 2);
    let order = video::order(&["slow", "slow too"]);
    let (_, events) = start(&studio, order, Keep::Library).unwrap();
    wait_for(&events, |progress| {
        matches!(progress, FilmProgress::Drawn { .. })
    });
    choose(&studio, 7);
    let rest: Vec<_> = events.iter().collect();
    assert_eq!(threads(&studio, &work_of(&rest)), 2);
    let mut loads = loader.loads();
    loads.sort();
    let once = ["between", "drawer", "enlarger"].map(|model| (model.to_owned(), 2));
    assert_eq!(loads, once);
}
