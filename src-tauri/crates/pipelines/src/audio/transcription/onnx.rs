//! Whisper as two ONNX graphs, in the two ways they are exported.
//!
//! Ours: the encoder gives the cross-attention's keys and values at once. Optimum's merged decoders:
//! the encoder gives hidden states, and the decoder's first run projects them; later runs get
//! `use_cache_branch`.

use std::ops::Range;

use quartet_runtime::{
    Cancel, ElementType, Outputs, Runtime, Session, SessionOptions, Tensor, TensorSpec, f16,
};

use super::{folder::WhisperFolder, recogniser::SpeechRecogniser, types::Mel};
use crate::{Error, Result, text::TokenId};

/// Frames of a whole window.
pub(super) const WHOLE: usize = 3000;
/// Shorter windows break Whisper's sense of time.
const SHORTEST: usize = 1000;

const FEATURES: &str = "input_features";
const HIDDEN: &str = "encoder_hidden_states";
const BRANCH: &str = "use_cache_branch";

#[derive(Debug)]
pub(super) struct OnnxWhisper {
    encoder: Session,
    decoder: Session,
    bands: usize,
    /// `[1, heads, tokens, head size]`
    heads: usize,
    head_size: usize,
    /// Names of the decoder's caches without their `past_key_values.`: `0.decoder.key`.
    own: Vec<String>,
    cross: Vec<String>,
    element: ElementType,
    merged: bool,
    hidden: Option<Tensor>,
    cross_values: Vec<Tensor>,
    past: Vec<Tensor>,
    read: usize,
    logits: Vec<f32>,
}

impl OnnxWhisper {
    /// # Errors
    /// `UnsupportedGraph` naming what it cannot serve, and those of the runtime.
    pub(super) fn open(
        runtime: &Runtime,
        folder: &WhisperFolder,
        options: &SessionOptions,
        cancel: &Cancel,
    ) -> Result<Self> {
        let encoder = Session::open(runtime, &folder.encoder, options, cancel)?;
        let decoder = Session::open(runtime, &folder.decoder, options, cancel)?;
        if encoder.input(FEATURES).is_none() {
            return Err(Error::unsupported("its encoder has no input_features"));
        }
        let caches = |side: &str| -> Vec<String> {
            let inputs = decoder.inputs().iter();
            inputs
                .filter_map(|spec| spec.name.strip_prefix("past_key_values."))
                .filter(|name| name.contains(side))
                .map(ToOwned::to_owned)
                .collect()
        };
        let (own, cross) = (caches(".decoder."), caches(".encoder."));
        let merged = decoder.input(HIDDEN).is_some();
        check(&encoder, &decoder, &own, &cross, merged)?;
        let element = decoder
            .input(&format!("past_key_values.{}", own[0]))
            .map_or(ElementType::F32, |spec| spec.element);
        let config = &folder.config;
        let mut whisper = Self {
            bands: config.num_mel_bins,
            heads: config.decoder_attention_heads,
            head_size: config.d_model / config.decoder_attention_heads,
            encoder,
            decoder,
            own,
            cross,
            element,
            merged,
            hidden: None,
            cross_values: Vec::new(),
            past: Vec::new(),
            read: 0,
            logits: Vec::new(),
        };
        whisper.rewind()?;
        Ok(whisper)
    }

    fn empty(&self) -> Result<Tensor> {
        Ok(Tensor::zeros(
            self.element,
            &[1, self.heads, 0, self.head_size],
        )?)
    }

    /// Runs the decoder over `tokens`; its caches are still those of before if it fails.
    fn decode(&mut self, tokens: &[TokenId], cancel: &Cancel) -> Result<Outputs> {
        let ids = tokens.iter().map(|&id| i64::from(id)).collect();
        let ids = Tensor::new::<i64>(&[1, tokens.len()], ids)?;
        let first = self.merged && self.read == 0;
        let branch = Tensor::new(&[1], vec![!first])?;
        let names: Vec<String> = self.own.iter().chain(&self.cross).map(past).collect();
        let values = self.past.iter().chain(&self.cross_values);
        let mut inputs: Vec<(&str, &Tensor)> =
            names.iter().map(String::as_str).zip(values).collect();
        inputs.push(("input_ids", &ids));
        if let (true, Some(hidden)) = (self.merged, &self.hidden) {
            inputs.push((HIDDEN, hidden));
        }
        if self.decoder.input(BRANCH).is_some() {
            inputs.push((BRANCH, &branch));
        }
        Ok(self.decoder.run(&inputs, cancel)?)
    }

    /// Keeps the last row of logits `[1, n, vocabulary]`.
    fn keep_logits(&mut self, outputs: &Outputs) -> Result<()> {
        let logits = outputs.get("logits")?;
        let shape = logits.shape();
        let width = match shape[..] {
            [1, rows, width] if rows > 0 && width > 0 => width,
            _ => return Err(Error::unsupported(format!("logits of the shape {shape:?}"))),
        };
        self.logits.clear();
        if logits.element_type() == ElementType::F16 {
            let data = logits.data::<f16>()?;
            let last = &data[data.len() - width..];
            self.logits.extend(last.iter().map(|x| x.to_f32()));
        } else {
            let data = logits.data::<f32>()?;
            self.logits.extend_from_slice(&data[data.len() - width..]);
        }
        Ok(())
    }
}

impl SpeechRecogniser for OnnxWhisper {
    fn bands(&self) -> usize {
        self.bands
    }

    fn least_frames(&self) -> usize {
        // Other people's encoders add positions for all frames, whatever shape they declare.
        if self.merged { WHOLE } else { SHORTEST }
    }

    fn hear(&mut self, mel: &Mel, cancel: &Cancel) -> Result<()> {
        let shape = [1, mel.bands, mel.frames];
        let half = self.encoder.input(FEATURES).map(|spec| spec.element) == Some(ElementType::F16);
        let features = if half {
            let values = mel.values.iter().map(|&value| f16::from_f32(value));
            Tensor::new(&shape, values.collect())?
        } else {
            Tensor::new(&shape, mel.values.clone())?
        };
        // What was heard of the last window goes first: two at once are 70 MB.
        self.hidden = None;
        self.cross_values.clear();
        let mut outputs = self.encoder.run(&[(FEATURES, &features)], cancel)?;
        if self.merged {
            self.hidden = Some(outputs.take("last_hidden_state")?);
        } else {
            let values = self.cross.iter().map(|name| outputs.take(&given(name)));
            self.cross_values = values.collect::<std::result::Result<_, _>>()?;
        }
        self.rewind()
    }

    fn read(&mut self, tokens: &[TokenId], cancel: &Cancel) -> Result<&[f32]> {
        let mut outputs = self.decode(tokens, cancel)?;
        self.keep_logits(&outputs)?;
        if self.merged && self.read == 0 {
            let cross = self.cross.iter().map(|name| outputs.take(&present(name)));
            self.cross_values = cross.collect::<std::result::Result<_, _>>()?;
        }
        let past = self.own.iter().map(|name| outputs.take(&present(name)));
        self.past = past.collect::<std::result::Result<_, _>>()?;
        self.read += tokens.len();
        Ok(&self.logits)
    }

    fn read_part(
        &mut self,
        frames: Range<usize>,
        tokens: &[TokenId],
        cancel: &Cancel,
    ) -> Result<Option<&[f32]>> {
        self.rewind()?;
        // Keys and values are [1, heads, frames, size], hidden states [1, frames, width].
        let (hidden, whole) = if self.merged {
            let part = self
                .hidden
                .as_ref()
                .and_then(|all| cropped(all, 1, &frames));
            (std::mem::replace(&mut self.hidden, part), None)
        } else {
            let parts = self.cross_values.iter().map(|all| cropped(all, 2, &frames));
            let Some(parts) = parts.collect::<Option<Vec<_>>>() else {
                return Ok(None);
            };
            (None, Some(std::mem::replace(&mut self.cross_values, parts)))
        };
        let outputs = self.decode(tokens, cancel);
        if let Some(whole) = whole {
            self.cross_values = whole;
        } else {
            self.hidden = hidden;
        }
        match outputs {
            Ok(outputs) => self.keep_logits(&outputs)?,
            Err(Error::Cancelled) => return Err(Error::Cancelled),
            // Some exports take whole windows alone.
            Err(_) => return Ok(None),
        }
        Ok(Some(&self.logits))
    }

    fn rewind(&mut self) -> Result<()> {
        self.read = 0;
        self.past = self
            .own
            .iter()
            .map(|_| self.empty())
            .collect::<Result<_>>()?;
        if self.merged || self.cross_values.is_empty() {
            self.cross_values = self
                .cross
                .iter()
                .map(|_| self.empty())
                .collect::<Result<_>>()?;
        }
        Ok(())
    }
}

/// The entries `range` of a tensor's `axis`; none where it has no such axis or entries.
fn cropped(tensor: &Tensor, axis: usize, range: &Range<usize>) -> Option<Tensor> {
    let mut shape = tensor.shape();
    let length = *shape.get(axis)?;
    let range = range.start..range.end.min(length);
    if range.is_empty() {
        return None;
    }
    let inner: usize = shape[axis + 1..].iter().product();
    shape[axis] = range.len();
    let (row, part) = (length * inner, range.start * inner..range.end * inner);
    if tensor.element_type() == ElementType::F16 {
        let rows = tensor.data::<f16>().ok()?.chunks_exact(row);
        let parts = rows.flat_map(|row| row[part.clone()].iter().copied());
        Tensor::new(&shape, parts.collect()).ok()
    } else {
        let rows = tensor.data::<f32>().ok()?.chunks_exact(row);
        let parts = rows.flat_map(|row| row[part.clone()].iter().copied());
        Tensor::new(&shape, parts.collect()).ok()
    }
}

fn past(name: &String) -> String {
    format!("past_key_values.{name}")
}

fn present(name: &String) -> String {
    format!("present.{name}")
}

/// `0.encoder.key` as our encoder calls it: `encoder.0.key`.
fn given(name: &str) -> String {
    match name.split('.').collect::<Vec<_>>()[..] {
        [layer, side, part] => format!("{side}.{layer}.{part}"),
        _ => name.to_owned(),
    }
}

/// Checks that every input is one that is filled here, and that the outputs used here exist.
fn check(
    encoder: &Session,
    decoder: &Session,
    own: &[String],
    cross: &[String],
    merged: bool,
) -> Result<()> {
    if own.is_empty() || own.len() != cross.len() {
        return Err(Error::unsupported("its decoder has no keys and values"));
    }
    for TensorSpec { name, .. } in decoder.inputs() {
        let known = ["input_ids", HIDDEN, BRANCH].contains(&name.as_str());
        if !known && !name.starts_with("past_key_values.") {
            return Err(Error::unsupported(format!("its input {name} is unknown")));
        }
    }
    let mut wanted: Vec<(&Session, String)> =
        own.iter().map(|name| (decoder, present(name))).collect();
    wanted.push((decoder, "logits".to_owned()));
    if merged {
        wanted.push((encoder, "last_hidden_state".to_owned()));
        wanted.extend(cross.iter().map(|name| (decoder, present(name))));
    } else {
        wanted.extend(cross.iter().map(|name| (encoder, given(name))));
    }
    let missing = wanted
        .iter()
        .find(|(session, name)| session.output(name).is_none());
    match missing {
        None => Ok(()),
        Some((_, name)) => Err(Error::unsupported(format!("it has no output {name}"))),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[derive(serde::Deserialize)]
    struct Reference {
        tokens: Vec<TokenId>,
        likeliest: Vec<usize>,
        logits: Vec<Vec<f32>>,
    }

    fn golden(name: &str) -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("../../../tests/golden/audio")
            .join(name)
    }

    /// The golden spectrogram, silence after it, as a whole window.
    fn window() -> Mel {
        let bytes = std::fs::read(golden("mel.f32")).unwrap();
        let values = bytes.as_chunks::<4>().0.iter();
        let values: Vec<f32> = values.map(|b| f32::from_le_bytes(*b)).collect();
        let silence = values.iter().copied().fold(f32::MAX, f32::min);
        let (bands, frames) = (80, values.len() / 80);
        let mut window = vec![silence; bands * WHOLE];
        for band in 0..bands {
            window[band * WHOLE..][..frames].copy_from_slice(&values[band * frames..][..frames]);
        }
        Mel {
            bands,
            frames: WHOLE,
            values: window,
        }
    }

    fn whisper(name: &str) -> OnnxWhisper {
        let library = std::env::var_os("QUARTET_ORT").expect("QUARTET_ORT: run `cargo xtask test`");
        let runtime = Runtime::load(&PathBuf::from(library)).unwrap();
        let folder = WhisperFolder::open(&golden(name)).unwrap();
        OnnxWhisper::open(
            &runtime,
            &folder,
            &SessionOptions::default(),
            &Cancel::new(),
        )
        .unwrap()
    }

    #[test]
    #[ignore = "needs ONNX Runtime: cargo xtask test"]
    fn both_layouts_compute_what_the_reference_does_token_by_token_and_again() {
        for name in ["tiny-whisper", "tiny-whisper-merged"] {
            let text = std::fs::read(golden(name).join("reference.json")).unwrap();
            let reference: Reference = serde_json::from_slice(&text).unwrap();
            let mut whisper = whisper(name);
            let cancel = Cancel::new();
            whisper.hear(&window(), &cancel).unwrap();
            for _ in 0..2 {
                whisper.rewind().unwrap();
                let rows = reference.logits.iter().zip(&reference.likeliest);
                for (token, (row, likeliest)) in reference.tokens.iter().zip(rows) {
                    let logits = whisper.read(&[*token], &cancel).unwrap();
                    let differences = logits.iter().zip(row).map(|(a, b)| (a - b).abs());
                    let worst = differences.fold(0.0, f32::max);
                    assert!(worst < 1e-3, "{name}: {worst}");
                    let most = logits.iter().copied().fold(f32::MIN, f32::max);
                    assert!(logits[*likeliest] >= most - 1e-3, "{name}");
                }
            }
            // All at once gives what one by one gave.
            whisper.rewind().unwrap();
            let logits = whisper.read(&reference.tokens, &cancel).unwrap();
            let last = reference.logits.last().unwrap();
            assert!(logits.iter().zip(last).all(|(a, b)| (a - b).abs() < 1e-3));
        }
    }

    #[test]
    #[ignore = "needs ONNX Runtime: cargo xtask test"]
    fn our_own_encoder_takes_shorter_windows_and_others_are_spared_them() {
        assert_eq!(whisper("tiny-whisper").least_frames(), SHORTEST);
        assert_eq!(whisper("tiny-whisper-merged").least_frames(), WHOLE);
        let mut whisper = whisper("tiny-whisper");
        let short = Mel {
            bands: 80,
            frames: 1000,
            values: vec![0.5; 80_000],
        };
        whisper.hear(&short, &Cancel::new()).unwrap();
        let logits = whisper.read(&[1, 2], &Cancel::new()).unwrap();
        assert!(logits.iter().all(|logit| logit.is_finite()));
    }
}
