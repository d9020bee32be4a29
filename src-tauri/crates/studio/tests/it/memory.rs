//! Flat memory, with fakes and with ONNX Runtime, its arena and its cache of keys and values: each
//! alone in a process, whose memory is what is measured.

use std::env;

use quartet_studio::{JobEvent, Keep};

use crate::support::{
    REAL_MODEL, add_model, copy_of_this_program, made, real_studio, request, rounds, studio, text,
    text_by, told,
};

const ALONE: &str = "QUARTET_TEST_ALONE";

/// Runs `body`, which is the test `name`, in a copy of this program that runs nothing else.
fn alone(name: &str, body: fn()) {
    if env::var_os(ALONE).is_some() {
        return body();
    }
    let output = copy_of_this_program(name).env(ALONE, "1").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn a_thousand_short_jobs_leave_nothing_behind() {
    alone("memory::a_thousand_short_jobs_leave_nothing_behind", jobs);
}

fn jobs() {
    let home = tempfile::tempdir().unwrap();
    add_model(home.path(), "fake", 10);
    let studio = studio(home.path());
    let one = || {
        let (_, works) = made(&told(&studio, text("x", 20), Keep::No));
        assert!(works.is_empty());
    };
    (0..50).for_each(|_| one());
    let before = studio.vitals();
    (0..rounds(1000)).for_each(|_| one());
    let after = studio.vitals();
    assert!(
        after.resident_mb <= before.resident_mb + 8,
        "{before:?} {after:?}"
    );
    assert_eq!(after.jobs, 0);
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn a_thousand_short_generations_of_a_network_leave_nothing_behind() {
    alone(
        "memory::a_thousand_short_generations_of_a_network_leave_nothing_behind",
        generations,
    );
}

fn generations() {
    let home = tempfile::tempdir().unwrap();
    let studio = real_studio(home.path());
    let one = |seed| {
        let mut request = request("Hello there", 6);
        request.parameters.seed = Some(seed);
        let last = told(&studio, text_by(REAL_MODEL, request), Keep::No).pop();
        assert!(matches!(last, Some(JobEvent::Done { .. })), "{last:?}");
    };
    (0..100).for_each(one);
    let before = studio.vitals();
    (100..100 + rounds(1000) as u32).for_each(one);
    let after = studio.vitals();
    assert!(before.resident_mb > 0, "{before:?}");
    assert!(
        after.resident_mb <= before.resident_mb + 8,
        "{before:?} {after:?}"
    );
    assert!(after.threads <= before.threads, "{before:?} {after:?}");
}
