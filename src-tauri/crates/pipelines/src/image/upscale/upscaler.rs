//! The seam between tiles and the network that upscales them.

use std::{collections::BTreeMap, path::Path};

use quartet_runtime::{Cancel, Runtime, Session, SessionOptions, Tensor};
use serde::Deserialize;

use crate::{Error, Result, folder::ModelFolder, image::PICTURE_LIMIT};

/// What the description of a folder is called.
const DESCRIPTION: &str = "upscaler.json";

/// No network here upscales more: its result would not fit anywhere.
const MAX_FACTOR: u32 = 8;

/// More than any known network sees; each tile is this much larger on every side.
const MAX_MARGIN: usize = 256;

/// A network that makes pictures larger, looking no further than a margin.
pub trait Upscaler: Send {
    /// How many times as wide and high a result may be, ascending; never empty.
    fn factors(&self) -> Vec<u32>;

    /// How many pixels of the source around a place decide what comes out there.
    fn margin(&self) -> usize;

    /// Planes of red, green and blue in 0..=1, `[3, height, width]`, made `factor` times as wide
    /// and high; the result may leave 0..=1 a little.
    ///
    /// # Errors
    /// `Parameter`, `UnsupportedGraph`, `Cancelled`, and those of the runtime.
    fn upscale(
        &mut self,
        planes: Vec<f32>,
        size: (usize, usize),
        factor: u32,
        cancel: &Cancel,
    ) -> Result<Vec<f32>>;
}

#[derive(Debug, Deserialize)]
struct UpscalerConfig {
    /// Graphs by factor.
    factors: BTreeMap<u32, String>,
    margin: usize,
}

/// Graphs of an upscaler's folder, each opened when first used.
#[derive(Debug)]
pub(super) struct OnnxUpscaler {
    graphs: BTreeMap<u32, Session>,
    margin: usize,
}

impl OnnxUpscaler {
    /// # Errors
    /// `MissingPart`, `ModelFile`, `EscapingPath`, `UnsupportedGraph`, `Cancelled`, and those of
    /// the runtime.
    pub(super) fn open(
        runtime: &Runtime,
        folder: ModelFolder<'_>,
        options: &SessionOptions,
        cancel: &Cancel,
    ) -> Result<Self> {
        let description: UpscalerConfig = folder.json(DESCRIPTION, DESCRIPTION)?;
        let sound = description.margin <= MAX_MARGIN
            && !description.factors.is_empty()
            && description
                .factors
                .keys()
                .all(|factor| (2..=MAX_FACTOR).contains(factor));
        if !sound {
            return Err(folder.broken(DESCRIPTION, "factors or margin are out of bounds"));
        }
        let open = |(factor, graph): (u32, String)| {
            let path = folder.part(&graph, "graph of a factor")?;
            let session = Session::open(runtime, &path, options, cancel)?;
            if session.input("input").is_none() || session.output("output").is_none() {
                let reason = "it has no `input` or no `output`".to_owned();
                return Err(Error::unsupported(reason));
            }
            Ok((factor, session))
        };
        Ok(Self {
            graphs: description
                .factors
                .into_iter()
                .map(open)
                .collect::<Result<_>>()?,
            margin: description.margin,
        })
    }
}

impl Upscaler for OnnxUpscaler {
    fn factors(&self) -> Vec<u32> {
        self.graphs.keys().copied().collect()
    }

    fn margin(&self) -> usize {
        self.margin
    }

    fn upscale(
        &mut self,
        planes: Vec<f32>,
        (width, height): (usize, usize),
        factor: u32,
        cancel: &Cancel,
    ) -> Result<Vec<f32>> {
        let has = self.factors();
        let graph = self
            .graphs
            .get_mut(&factor)
            .ok_or_else(|| unknown_factor(factor, &has))?;
        let input = Tensor::new(&[1, 3, height, width], planes)?;
        let outputs = graph.run(&[("input", &input)], cancel)?;
        let output = outputs.get("output")?;
        let factor = factor as usize;
        let expected = [1, 3, height * factor, width * factor];
        if output.shape() != expected {
            return Err(Error::unsupported(format!(
                "it made {:?} of {expected:?}",
                output.shape()
            )));
        }
        Ok(output.data::<f32>()?.to_vec())
    }
}

/// How many times as wide and high the upscaler of a folder makes pictures, ascending, without opening it.
///
/// # Errors
/// `MissingPart`, `ModelFile`, `EscapingPath`.
pub fn factors_of(folder: &Path) -> Result<Vec<u32>> {
    let folder = ModelFolder::new(folder);
    let description: UpscalerConfig = folder.json(DESCRIPTION, DESCRIPTION)?;
    Ok(description.factors.into_keys().collect())
}

/// Refuses a result that could not be read again, and says which of the `factors` fits.
///
/// # Errors
/// `ResultTooLarge`.
pub fn check_size(size: (u32, u32), factor: u32, factors: &[u32]) -> Result<()> {
    check_within(PICTURE_LIMIT, size, factor, factors)
}

/// As [`check_size`], of results of at most `limit` pixels on a side.
///
/// # Errors
/// `ResultTooLarge`.
pub fn check_within(
    limit: u32,
    (width, height): (u32, u32),
    factor: u32,
    factors: &[u32],
) -> Result<()> {
    let longest = u64::from(width.max(height));
    let fits = |factor: u32| longest * u64::from(factor) <= u64::from(limit);
    if fits(factor) {
        return Ok(());
    }
    let smallest = factors.iter().copied().min().unwrap_or(2).max(1);
    Err(Error::ResultTooLarge {
        width: width.saturating_mul(factor),
        height: height.saturating_mul(factor),
        factor,
        limit,
        fitting: factors.iter().copied().filter(|&factor| fits(factor)).max(),
        side: limit / smallest,
    })
}

/// A factor that no graph of the folder has, which has these.
pub(super) fn unknown_factor(factor: u32, has: &[u32]) -> Error {
    let has: Vec<_> = has.iter().map(u32::to_string).collect();
    Error::parameter("factor", factor, has)
}
