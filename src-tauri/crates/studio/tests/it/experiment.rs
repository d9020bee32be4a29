//! Experiments: many questions in one job, what comes out counted, nothing kept.

use quartet_studio::{
    Code, ExperimentMade, ExperimentOrder, ExperimentProgress, ExperimentRow, JobEvent, Keep,
    Measure, works::WorksQuery,
};

use crate::support::{
    add_model, failure_of, is_cancelled, progress, start, studio, told, wait_for,
};

fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    add_model(home.path(), "fake", 10);
    home
}

fn row(group: &str, prompt: &str) -> ExperimentRow {
    ExperimentRow {
        group: group.to_owned(),
        prompt: prompt.to_owned(),
        right: vec!["w1 w2".to_owned()],
        ..ExperimentRow::default()
    }
}

fn order(rows: Vec<ExperimentRow>) -> ExperimentOrder {
    ExperimentOrder {
        model: None,
        rows,
        seeds: vec![1, 2],
        temperature: 0.7,
        max_tokens: 3,
    }
}

#[test]
fn every_row_is_asked_with_every_seed_and_counted() {
    let home = home();
    let studio = studio(home.path());
    let given = ExperimentRow {
        answer: Some("a given answer".to_owned()),
        ..row("given", "which?")
    };
    let rows = vec![row("asked", "one"), row("asked", "two words"), given];
    let events = told(&studio, order(rows), Keep::No);
    let answered: Vec<_> = progress(&events)
        .filter_map(|one| match one {
            ExperimentProgress::Answer {
                row,
                answer,
                done,
                total,
            } => Some((*row, answer.seed, *done, *total)),
            ExperimentProgress::Began { .. } => None,
        })
        .collect();
    // Nothing is drawn where the answer is given: it is asked once.
    assert_eq!(
        answered,
        [
            (0, 1, 1, 5),
            (0, 2, 2, 5),
            (1, 1, 3, 5),
            (1, 2, 4, 5),
            (2, 1, 5, 5)
        ]
    );
    let Some(JobEvent::Done {
        made: ExperimentMade { rows, groups },
        works,
        ..
    }) = events.last()
    else {
        panic!("no end: {events:?}");
    };
    assert!(works.is_empty());
    assert_eq!(rows[1].answers[0].text.trim(), "w0 w1 w2");
    assert_eq!(
        (rows[1].answers[0].tokens, rows[1].answers[0].words),
        (2, 3)
    );
    let [asked, given] = groups.as_slice() else {
        panic!("{groups:?}");
    };
    assert_eq!((asked.group.as_str(), asked.answers), ("asked", 4));
    assert_eq!(asked.get(Measure::Right), Some(1.0));
    assert_eq!(asked.get(Measure::Distinct), Some(0.0));
    assert!((asked.confidence - f64::from((-1.0_f32).exp())).abs() < 1e-6);
    assert_eq!(given.get(Measure::LogProbability), Some(-3.0));
    assert_eq!(given.get(Measure::Right), None);
    let kept = studio.works().list(&WorksQuery::default()).unwrap().total;
    assert_eq!(kept, 0);
}

#[test]
fn what_cannot_be_asked_is_refused_before_anything_is_loaded() {
    let home = home();
    let studio = studio(home.path());
    let refused = |order| start(&studio, order, Keep::No).unwrap_err().code;
    let one = || vec![row("", "one")];
    let unknown = ExperimentRow {
        model: Some("nobody".to_owned()),
        ..row("", "one")
    };
    assert_eq!(refused(order(vec![])), Code::ParameterOutOfRange);
    assert_eq!(
        refused(order(vec![row("", "one"); 41])),
        Code::ParameterOutOfRange
    );
    assert_eq!(
        refused(ExperimentOrder {
            seeds: vec![],
            ..order(one())
        }),
        Code::ParameterOutOfRange
    );
    assert_eq!(
        refused(ExperimentOrder {
            max_tokens: 257,
            ..order(one())
        }),
        Code::ParameterOutOfRange
    );
    assert_eq!(refused(order(vec![unknown])), Code::ModelUnknown);
}

#[test]
fn an_experiment_stops_between_two_answers_and_within_one() {
    let home = home();
    let studio = studio(home.path());
    let slow = ExperimentOrder {
        max_tokens: 200,
        ..order(vec![row("", "slow"); 40])
    };
    let (job, events) = start(&studio, slow, Keep::No).unwrap();
    wait_for(&events, |one| {
        matches!(one, ExperimentProgress::Began { .. })
    });
    studio.jobs().cancel(job.id);
    assert!(is_cancelled(&events));
    let broken = told(&studio, order(vec![row("", "broken")]), Keep::No);
    assert_eq!(failure_of(&broken).code, Code::ModelNotFinite);
}
