//! Before a class: what works is told beside what does not, with what to do, and nothing is left behind.

use quartet_studio::{Cancel, CheckName, CheckVerdict, CheckupEvent, check_up, works::WorksQuery};

use crate::support::{add_drawer, add_model, studio};

#[test]
fn what_works_and_what_does_not_is_told_with_what_to_do() {
    let home = tempfile::tempdir().unwrap();
    add_model(home.path(), "writer", 10);
    add_drawer(home.path(), "drawer");
    let studio = studio(home.path());
    let mut told = Vec::new();
    let checkup = check_up(&studio, &Cancel::new(), |event| told.push(event)).unwrap();
    let of = |name| checkup.checks.iter().find(|one| one.name == name).unwrap();
    for name in [
        CheckName::Clock,
        CheckName::Library,
        CheckName::Text,
        CheckName::Picture,
    ] {
        assert_eq!(of(name).verdict, CheckVerdict::Fine, "{:?}", of(name));
        assert_eq!(of(name).next_step, None);
    }
    // There is no voice, no listener, no composer; the two models have no checksums.
    for name in [CheckName::Speech, CheckName::Tune, CheckName::Models] {
        assert_eq!(of(name).verdict, CheckVerdict::Wrong, "{:?}", of(name));
        let next = of(name).next_step.as_ref().unwrap();
        assert!(!next.en.is_empty() && !next.zh.is_empty());
    }
    assert_eq!(of(CheckName::Hearing).verdict, CheckVerdict::Doubtful);
    assert_eq!(checkup.verdict, CheckVerdict::Wrong);
    let found = told
        .iter()
        .filter(|event| matches!(event, CheckupEvent::Found { .. }));
    assert_eq!(found.count(), checkup.checks.len());
    assert_eq!(
        studio.works().list(&WorksQuery::default()).unwrap().total,
        0
    );
    assert!(!home.path().join("checkup.wav").exists());
    assert!(!home.path().join("checkup.tmp").exists());
}

#[test]
fn a_check_up_can_be_stopped() {
    let home = tempfile::tempdir().unwrap();
    add_model(home.path(), "writer", 10);
    let studio = studio(home.path());
    let cancel = Cancel::new();
    let stopped = check_up(&studio, &cancel, |event| {
        if matches!(
            event,
            CheckupEvent::Began {
                name: CheckName::Text,
                ..
            }
        ) {
            cancel.raise();
        }
    });
    assert!(stopped.unwrap_err().is_cancelled());
}
