//! The frame between two others: by a network that moves pixels, or by blending.

use std::path::{Path, PathBuf};

use quartet_runtime::{Cancel, Dimension, Runtime, Session, SessionOptions, Tensor};

use super::FlowField;
use crate::{Error, Result, folder::ModelFolder, image::Picture};

/// Graphs look at frames in blocks of this side (RIFE's and ours): smaller ones are padded.
const BLOCK: usize = 16;

/// What the graph of a folder is called; a folder with one graph may call it anything.
const GRAPH: &str = "inbetween.onnx";

/// A frame that was made, and how pixels moved for it where that is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Interpolated {
    pub picture: Picture,
    pub flow: Option<FlowField>,
}

/// Makes frames between frames.
pub trait FrameInterpolator {
    /// The frame at `time` (0 is the first, 1 the second) between two of one size.
    ///
    /// # Errors
    /// `Parameter` for different sizes, `UnsupportedGraph`, `NotFinite`, `Cancelled`, and those of the
    /// runtime.
    fn interpolate(
        &mut self,
        before: &Picture,
        after: &Picture,
        time: f32,
        cancel: &Cancel,
    ) -> Result<Interpolated>;
}

/// No network: one frame fades into the other. What moves is seen twice.
#[derive(Debug, Clone, Copy, Default)]
pub struct Blending;

impl FrameInterpolator for Blending {
    fn interpolate(
        &mut self,
        before: &Picture,
        after: &Picture,
        time: f32,
        cancel: &Cancel,
    ) -> Result<Interpolated> {
        cancel.check()?;
        same_size(before, after)?;
        // 256 parts: as fine as the values.
        let share = (time.clamp(0.0, 1.0) * 256.0).round() as u32;
        let pairs = before.rgb().iter().zip(after.rgb());
        let mixed = pairs.map(|(&a, &b)| {
            ((u32::from(a) * (256 - share) + u32::from(b) * share + 128) >> 8) as u8
        });
        let picture = Picture::new(before.width(), before.height(), mixed.collect());
        Ok(Interpolated {
            picture: picture.ok_or_else(|| Error::unsupported("a frame without pixels"))?,
            flow: None,
        })
    }
}

/// How a graph reads the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Clock {
    /// One number in a tensor with this many axes.
    Number(usize),
    /// A plane of the frames' size, all of it the time, as RIFE 4 has it.
    Plane,
}

/// A network that makes frames in between: ours, or a RIFE 4 graph of the same signature: two frames
/// `[1, 3, h, w]` in 0..=1 and the time, to one frame.
#[derive(Debug)]
pub struct FrameInterpolatorPipeline {
    session: Session,
    inputs: [String; 3],
    clock: Clock,
    output: String,
    /// The output `[1, 4, h, w]` that says where pixels come from.
    flow: Option<String>,
}

impl FrameInterpolatorPipeline {
    /// Opens a folder with `inbetween.onnx`, or with one graph of another name.
    ///
    /// # Errors
    /// `MissingPart`, `EscapingPath`, `UnsupportedGraph`, `Cancelled`, and those of the runtime.
    pub fn open(
        runtime: &Runtime,
        folder: &Path,
        options: &SessionOptions,
        cancel: &Cancel,
    ) -> Result<Self> {
        let session = SessionOptions {
            // Films are of every size.
            memory_pattern: false,
            ..options.clone()
        };
        let path = ModelFolder::new(folder).part(&graph_name(folder), "graph of in-betweens")?;
        Self::of_session(Session::open(runtime, &path, &session, cancel)?)
    }

    fn of_session(session: Session) -> Result<Self> {
        let first = |names: &[&str]| {
            let mut known = names.iter().filter(|name| session.input(name).is_some());
            known.next().map(|&name| name.to_owned())
        };
        let inputs = [
            first(&["in0", "img0", "frame0", "first"]),
            first(&["in1", "img1", "frame1", "second"]),
            first(&["in2", "timestep", "t", "time"]),
        ];
        let [Some(before), Some(after), Some(time)] = inputs else {
            return Err(Error::unsupported("it has no `in0`, `in1` and `in2`"));
        };
        let clock = session.input(&time).map_or(Clock::Number(4), |spec| {
            let free = |side: &Dimension| matches!(side, Dimension::Free(_));
            if spec.shape.len() == 4 && spec.shape[2..].iter().all(free) {
                Clock::Plane
            } else {
                Clock::Number(spec.shape.len())
            }
        });
        let output = ["out0", "output", "frame", "mid"];
        let mut output = output.iter().filter(|name| session.output(name).is_some());
        let output = output
            .next()
            .ok_or_else(|| Error::unsupported("it has no output `out0`"))?;
        let flow = session.output("flow").map(|_| "flow".to_owned());
        Ok(Self {
            output: (*output).to_owned(),
            inputs: [before, after, time],
            clock,
            flow,
            session,
        })
    }

    /// Whether it computes how pixels move.
    pub fn tells_flow(&self) -> bool {
        self.flow.is_some()
    }
}

impl FrameInterpolator for FrameInterpolatorPipeline {
    fn interpolate(
        &mut self,
        before: &Picture,
        after: &Picture,
        time: f32,
        cancel: &Cancel,
    ) -> Result<Interpolated> {
        same_size(before, after)?;
        let (width, height) = (before.width() as usize, before.height() as usize);
        let padded = [width, height].map(|side| side.next_multiple_of(BLOCK));
        let shape = [1, 3, padded[1], padded[0]];
        let time = time.clamp(0.0, 1.0);
        let clock = match self.clock {
            Clock::Number(axes) => Tensor::new(&vec![1; axes], vec![time])?,
            Clock::Plane => {
                let area = padded[0] * padded[1];
                Tensor::new(&[1, 1, padded[1], padded[0]], vec![time; area])?
            }
        };
        let before_planes = Tensor::new(&shape, planes(before, padded))?;
        let after_planes = Tensor::new(&shape, planes(after, padded))?;
        let [first, second, third] = &self.inputs;
        let inputs = [
            (first.as_str(), &before_planes),
            (second.as_str(), &after_planes),
            (third.as_str(), &clock),
        ];
        let outputs = self.session.run(&inputs, cancel)?;
        let made = outputs.get(&self.output)?;
        if made.shape() != shape {
            return Err(Error::unsupported(format!(
                "it made {:?} of {shape:?}",
                made.shape()
            )));
        }
        let picture = picture(made.data::<f32>()?, (width, height), padded)?;
        let flow = match &self.flow {
            Some(name) => {
                let flow = outputs.get(name)?.data::<f32>()?;
                FlowField::of_planes(flow, padded[0], padded[1])
            }
            None => None,
        };
        Ok(Interpolated { picture, flow })
    }
}

fn graph_name(folder: &Path) -> String {
    if folder.join(GRAPH).is_file() {
        return GRAPH.to_owned();
    }
    let is_graph = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "onnx");
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut graphs = entries.map(|entry| entry.path()).filter(is_graph);
    match (graphs.next(), graphs.next()) {
        (Some(only), None) => only.file_name().map_or_else(
            || GRAPH.to_owned(),
            |name| name.to_string_lossy().into_owned(),
        ),
        _ => GRAPH.to_owned(),
    }
}

fn same_size(before: &Picture, after: &Picture) -> Result<()> {
    if (before.width(), before.height()) == (after.width(), after.height()) {
        return Ok(());
    }
    Err(Error::parameter(
        "frame",
        format_args!("{} x {}", after.width(), after.height()),
        ("of the same size as the frame before", "与前一帧大小相同"),
    ))
}

/// Red, green and blue in 0..=1, the last row and column repeated up to the padded size.
fn planes(picture: &Picture, [padded_width, padded_height]: [usize; 2]) -> Vec<f32> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let rgb = picture.rgb();
    let mut planes = Vec::with_capacity(3 * padded_width * padded_height);
    for channel in 0..3 {
        for row in 0..padded_height {
            let row = row.min(height - 1) * width;
            planes.extend(
                (0..padded_width).map(|column| {
                    f32::from(rgb[(row + column.min(width - 1)) * 3 + channel]) / 255.0
                }),
            );
        }
    }
    planes
}

fn picture(
    planes: &[f32],
    (width, height): (usize, usize),
    [padded_width, padded_height]: [usize; 2],
) -> Result<Picture> {
    let area = padded_width * padded_height;
    if planes.iter().any(|value| !value.is_finite()) {
        return Err(Error::NotFinite);
    }
    let mut rgb = Vec::with_capacity(3 * width * height);
    for row in 0..height {
        for column in 0..width {
            let at = row * padded_width + column;
            rgb.extend([0, 1, 2].map(|channel| {
                (planes[channel * area + at].clamp(0.0, 1.0) * 255.0).round() as u8
            }));
        }
    }
    Picture::new(width as u32, height as u32, rgb)
        .ok_or_else(|| Error::unsupported("it made no picture"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(width: u32, value: u8) -> Picture {
        Picture::new(width, 2, vec![value; width as usize * 6]).unwrap()
    }

    #[test]
    fn blending_mixes_by_time_and_is_exact_at_the_ends() {
        let cancel = Cancel::new();
        let at = |time| {
            let made = Blending.interpolate(&grey(3, 0), &grey(3, 200), time, &cancel);
            made.unwrap().picture.rgb()[0]
        };
        assert_eq!((at(0.0), at(0.5), at(1.0)), (0, 100, 200));
    }

    #[test]
    fn frames_of_two_sizes_are_refused() {
        let error = Blending.interpolate(&grey(3, 0), &grey(4, 0), 0.5, &Cancel::new());
        assert!(matches!(error, Err(Error::Parameter { name: "frame", .. })));
    }

    #[test]
    fn padding_repeats_the_edge_and_is_cut_off_again() {
        let rgb = (0..5 * 3 * 3).map(|value| value as u8 * 5).collect();
        let odd = Picture::new(5, 3, rgb).unwrap();
        let planes = planes(&odd, [16, 16]);
        assert_eq!(planes.len(), 3 * 256);
        assert!(
            (planes[15] - planes[4]).abs() < 1e-9
                && (planes[15 * 16] - planes[2 * 16]).abs() < 1e-9
        );
        assert_eq!(picture(&planes, (5, 3), [16, 16]).unwrap(), odd);
    }
}
