//! Flat memory with ONNX Runtime, its arena and its cache of keys and values: alone in a process,
//! whose memory is what is measured.

#![expect(clippy::unwrap_used, reason = "a test says what it relied on")]

mod support;

use quartet_studio::TextJobEvent;
use support::{REAL_MODEL, real_studio, request, sink};

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn a_thousand_short_generations_of_a_network_leave_nothing_behind() {
    let home = tempfile::tempdir().unwrap();
    let studio = real_studio(home.path());
    let one = |seed| {
        let (sink, events) = sink();
        let mut request = request("Hello there", 6);
        request.parameters.seed = Some(seed);
        studio.start_unkept_text(REAL_MODEL, request, sink).unwrap();
        let last = events.iter().last();
        assert!(matches!(last, Some(TextJobEvent::Done { .. })), "{last:?}");
    };
    (0..100).for_each(one);
    let before = studio.vitals();
    (100..1100).for_each(one);
    let after = studio.vitals();
    assert!(before.resident_mb > 0, "{before:?}");
    assert!(
        after.resident_mb <= before.resident_mb + 8,
        "{before:?} {after:?}"
    );
    assert!(after.threads <= before.threads, "{before:?} {after:?}");
}
