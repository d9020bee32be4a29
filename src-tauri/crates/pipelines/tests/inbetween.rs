//! Graphs of a few nodes with the signatures of networks for frames in between, run by ONNX Runtime:
//! `tests/golden/video/make_inbetween.py`. They blend, so that blending says what is right.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::path::{Path, PathBuf};

use quartet_pipelines::{
    Error,
    image::Picture,
    video::{Blending, InbetweenPipeline, Interpolator},
};
use quartet_runtime::{Cancel, Runtime, SessionOptions};

fn golden(folder: &str) -> PathBuf {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/golden/video");
    golden.join(folder)
}

fn opened(folder: &Path) -> Result<InbetweenPipeline, Error> {
    let library = std::env::var_os("QUARTET_ORT");
    let library =
        library.unwrap_or_else(|| panic!("QUARTET_ORT is not set: run `cargo xtask test`"));
    let runtime = Runtime::load(&PathBuf::from(library)).expect("the library loads");
    InbetweenPipeline::open(&runtime, folder, &SessionOptions::default(), &Cancel::new())
}

/// Of odd sides, so that they must be padded.
fn pictures() -> (Picture, Picture) {
    let ramp = |step: u32| {
        let values = (0..37 * 21 * 3).map(|at| (at * step % 251) as u8);
        Picture::new(37, 21, values.collect()).unwrap()
    };
    (ramp(3), ramp(7))
}

#[test]
fn graphs_that_are_told_the_time_as_a_number_and_as_a_plane_make_the_frame_at_that_time() {
    let (before, after) = pictures();
    let cancel = Cancel::new();
    for folder in ["inbetween", "rife"] {
        let mut network = opened(&golden(folder)).unwrap();
        assert_eq!(network.tells_flow(), folder == "inbetween");
        for time in [0.0, 0.25, 0.5, 1.0] {
            let made = network.between(&before, &after, time, &cancel).unwrap();
            let blended = Blending.between(&before, &after, time, &cancel).unwrap();
            let pairs = made.picture.rgb().iter().zip(blended.picture.rgb());
            let most = pairs.map(|(a, b)| a.abs_diff(*b)).max();
            assert!(most <= Some(1), "{folder} at {time}: {most:?}");
            assert_eq!(made.flow.is_some(), folder == "inbetween");
        }
    }
}

#[test]
fn a_stop_is_heard_and_a_graph_of_another_kind_is_told() {
    let (before, after) = pictures();
    let cancel = Cancel::new();
    let mut network = opened(&golden("inbetween")).unwrap();
    cancel.raise();
    let stopped = network.between(&before, &after, 0.5, &cancel);
    assert!(matches!(stopped, Err(Error::Cancelled)), "{stopped:?}");
    let text = golden("../text/tiny-llama/onnx");
    let other = opened(&text).err();
    let told = matches!(
        other,
        Some(Error::UnsupportedGraph { .. } | Error::MissingPart { .. })
    );
    assert!(told, "{other:?}");
    let nothing = tempfile::tempdir().unwrap();
    assert!(matches!(
        opened(nothing.path()),
        Err(Error::MissingPart { .. })
    ));
}
