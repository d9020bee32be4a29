//! Graphs of a few nodes with the signatures of networks for frames in between, run by ONNX Runtime:
//! `tests/golden/video/make_inbetween.py`. They blend, so that blending says what is right.

use std::path::Path;

use quartet_pipelines::{
    Error,
    image::Picture,
    video::{Blending, FrameInterpolator, FrameInterpolatorPipeline},
};
use quartet_runtime::{Cancel, SessionOptions};

use crate::support::{golden, runtime};

fn opened(folder: &Path) -> Result<FrameInterpolatorPipeline, Error> {
    FrameInterpolatorPipeline::open(
        &runtime(),
        folder,
        &SessionOptions::default(),
        &Cancel::new(),
    )
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
fn graphs_that_take_the_time_as_a_number_and_as_a_plane_make_the_frame_at_that_time() {
    let (before, after) = pictures();
    let cancel = Cancel::new();
    for folder in ["inbetween", "rife"] {
        let mut network = opened(&golden("video").join(folder)).unwrap();
        assert_eq!(network.tells_flow(), folder == "inbetween");
        for time in [0.0, 0.25, 0.5, 1.0] {
            let made = network.interpolate(&before, &after, time, &cancel).unwrap();
            let blended = Blending
                .interpolate(&before, &after, time, &cancel)
                .unwrap();
            let pairs = made.picture.rgb().iter().zip(blended.picture.rgb());
            let most = pairs.map(|(a, b)| a.abs_diff(*b)).max();
            assert!(most <= Some(1), "{folder} at {time}: {most:?}");
            assert_eq!(made.flow.is_some(), folder == "inbetween");
        }
    }
}

#[test]
fn a_stop_is_heard_and_a_graph_of_another_kind_is_reported() {
    let (before, after) = pictures();
    let cancel = Cancel::new();
    let mut network = opened(&golden("video/inbetween")).unwrap();
    cancel.raise();
    let stopped = network.interpolate(&before, &after, 0.5, &cancel);
    assert!(matches!(stopped, Err(Error::Cancelled)), "{stopped:?}");
    let text = golden("text/tiny-llama/onnx");
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
