//! The seam between the drawing and its networks, and the real ones.

use quartet_runtime::{Cancel, Runtime, Session, SessionOptions, Tensor};

use super::{condition::Condition, config::GlyphConfig};
use crate::{Error, Result, folder::ModelFolder, image::Picture};

const ENCODER: &str = "encoder.onnx";

/// What a drawing asks of its networks; latents are row-major `[channels, height, width]`.
pub(super) trait Networks: Send {
    /// The estimate of the clean latents at a time in 0..1 for each condition, in one run.
    fn clean(
        &mut self,
        latents: &[f32],
        time: f32,
        conditions: &[&Condition],
        cancel: &Cancel,
    ) -> Result<Vec<Vec<f32>>>;

    fn decode(&mut self, latents: &[f32], cancel: &Cancel) -> Result<Picture>;

    fn encode(&mut self, picture: &Picture, cancel: &Cancel) -> Result<Vec<f32>>;
}

#[derive(Debug)]
pub(super) struct OnnxNetworks {
    config: GlyphConfig,
    denoiser: Session,
    decoder: Session,
    /// None for a folder whose recipe exported none: it cannot start from a picture.
    encoder: Option<Session>,
    /// Whether the denoiser looks at references.
    looks: bool,
}

impl OnnxNetworks {
    /// # Errors
    /// `MissingPart`, `EscapingPath`, `UnsupportedGraph`, `Cancelled`, and those of the runtime.
    pub(super) fn open(
        runtime: &Runtime,
        folder: ModelFolder<'_>,
        config: GlyphConfig,
        options: &SessionOptions,
        cancel: &Cancel,
    ) -> Result<Self> {
        let open = |name, what, inputs: &[&str], output: &str| {
            let path = folder.part(name, what)?;
            let session = Session::open(runtime, &path, options, cancel)?;
            let lacks = inputs.iter().find(|name| session.input(name).is_none());
            if let Some(name) = lacks {
                return Err(Error::unsupported(format!(
                    "the {what} has no input {name}"
                )));
            }
            if session.output(output).is_none() {
                return Err(Error::unsupported(format!(
                    "the {what} has no output {output}"
                )));
            }
            Ok(session)
        };
        let inputs = ["latents", "time", "text", "style"];
        let denoiser = open("denoiser.onnx", "denoiser", &inputs, "clean")?;
        let encoder = match folder.part(ENCODER, "encoder") {
            Err(Error::MissingPart { .. }) => None,
            _ => Some(open(ENCODER, "encoder", &["picture"], "latents")?),
        };
        Ok(Self {
            looks: denoiser.input("references").is_some(),
            denoiser,
            decoder: open("decoder.onnx", "decoder", &["latents"], "picture")?,
            encoder,
            config,
        })
    }

    pub(super) fn looks(&self) -> bool {
        self.looks
    }

    /// Whether a picture can be read to start from.
    pub(super) fn encodes(&self) -> bool {
        self.encoder.is_some()
    }
}

impl Networks for OnnxNetworks {
    fn clean(
        &mut self,
        latents: &[f32],
        time: f32,
        conditions: &[&Condition],
        cancel: &Cancel,
    ) -> Result<Vec<Vec<f32>>> {
        let (count, config) = (conditions.len(), &self.config);
        let repeated = latents.repeat(count);
        let joined = |part: fn(&Condition) -> &[f32]| -> Vec<f32> {
            let parts = conditions.iter().flat_map(|one| part(one));
            parts.copied().collect()
        };
        let latents = Tensor::new(&config.latents_shape(count, 1), repeated)?;
        let time = Tensor::new(&[count], vec![time; count])?;
        let text = Tensor::new(&[count, config.text_dimension], joined(|one| &one.text))?;
        let style = conditions.iter().map(|one| one.style).collect();
        let style = Tensor::new(&[count], style)?;
        let mut inputs = vec![
            ("latents", &latents),
            ("time", &time),
            ("text", &text),
            ("style", &style),
        ];
        let references;
        if self.looks {
            let shape = config.latents_shape(count, config.styles.len());
            references = Tensor::new(&shape, joined(|one| &one.references))?;
            inputs.push(("references", &references));
        }
        let outputs = self.denoiser.run(&inputs, cancel)?;
        let clean = finite(outputs.get("clean")?.data::<f32>()?)?;
        let length = config.latents_len();
        if clean.len() != count * length {
            return Err(Error::unsupported(
                "the denoiser made another shape".to_owned(),
            ));
        }
        Ok(clean.chunks_exact(length).map(<[f32]>::to_vec).collect())
    }

    fn decode(&mut self, latents: &[f32], cancel: &Cancel) -> Result<Picture> {
        let latents = Tensor::new(&self.config.latents_shape(1, 1), latents.to_vec())?;
        let outputs = self.decoder.run(&[("latents", &latents)], cancel)?;
        let planes = finite(outputs.get("picture")?.data::<f32>()?)?;
        let [_, height, width] = self.config.picture;
        let plane = width * height;
        if planes.len() != 3 * plane {
            return Err(Error::unsupported(
                "the decoder made another shape".to_owned(),
            ));
        }
        let pixels = (0..plane).flat_map(|at| [0, 1, 2].map(|c| to_byte(planes[c * plane + at])));
        Picture::new(width as u32, height as u32, pixels.collect())
            .ok_or_else(|| Error::unsupported("the decoder made no picture".to_owned()))
    }

    fn encode(&mut self, picture: &Picture, cancel: &Cancel) -> Result<Vec<f32>> {
        let [_, height, width] = self.config.picture;
        let fitted = picture.clone().opaque().fitted(width as u32, height as u32);
        let planes = (0..3).flat_map(|channel| fitted.rgb().iter().skip(channel).step_by(3));
        let planes = planes.map(|&byte| f32::from(byte) / 255.0).collect();
        let picture = Tensor::new(&[1, 3, height, width], planes)?;
        let encoder = self.encoder.as_mut();
        let encoder = encoder.ok_or_else(|| Error::unsupported("it has no encoder".to_owned()))?;
        let outputs = encoder.run(&[("picture", &picture)], cancel)?;
        let latents = finite(outputs.get("latents")?.data::<f32>()?)?;
        if latents.len() != self.config.latents_len() {
            return Err(Error::unsupported(
                "the encoder made another shape".to_owned(),
            ));
        }
        Ok(latents.to_vec())
    }
}

fn finite(values: &[f32]) -> Result<&[f32]> {
    if values.iter().all(|value| value.is_finite()) {
        Ok(values)
    } else {
        Err(Error::NotFinite)
    }
}

fn to_byte(value: f32) -> u8 {
    (value.clamp(0.0, 1.0) * 255.0).round() as u8
}
