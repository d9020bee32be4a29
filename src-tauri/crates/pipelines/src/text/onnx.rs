//! A language model as an ONNX graph, with its keys and values kept between runs.

use std::path::Path;

use quartet_runtime::{
    Cancel, ElementType, Outputs, Runtime, Session, SessionOptions, Tensor, TensorSpec, f16,
};

use super::{
    TokenId,
    kv_cache::{Geometry, KvCache, Slot},
    language_model::LanguageModel,
};
use crate::{Error, Result};

/// Tokens read at once. Chunks of 256 read a prompt at most a tenth faster (measured with both
/// starter models), and the smaller the chunk, the more of a conversation the next turn can reuse.
const CHUNK: usize = 64;

/// Tokens read at once where the graph gives logits for every position, not only the last: a
/// vocabulary of 151,936 then costs 0.6 MB a token.
const CHUNK_WITH_ALL_LOGITS: usize = 32;

/// Keys and values of a token in all layers. Llama 3.1 405B, the largest in use, has 258,048.
const MAX_VALUES_A_TOKEN: usize = 1 << 20;

#[derive(Debug)]
pub(super) struct OnnxLanguageModel {
    session: Session,
    cache: KvCache,
    context_length: usize,
    len: usize,
    logits: Vec<f32>,
    vocabulary_size: usize,
    layers: usize,
    has: Inputs,
}

/// Which of the optional inputs the graph has.
#[derive(Debug, Clone, Copy)]
struct Inputs {
    attention_mask: bool,
    position_ids: bool,
    /// Rank of `num_logits_to_keep`: exporters write a scalar or a list of one.
    logits_to_keep: Option<usize>,
    use_cache_branch: bool,
}

impl OnnxLanguageModel {
    /// Loads the graph and finds out by trying whether keys and values can be appended in place.
    ///
    /// # Errors
    /// `UnsupportedGraph` naming the input or output it cannot serve, and those of the runtime.
    pub(super) fn open(
        runtime: &Runtime,
        graph: &Path,
        options: &SessionOptions,
        context_length: usize,
        (kv_heads, head_dim): (Option<usize>, Option<usize>),
        cancel: &Cancel,
    ) -> Result<Self> {
        let session = Session::open(runtime, graph, options, cancel)?;
        let slots = slots(&session)?;
        let has = inputs(&session)?;
        let logits = session
            .output("logits")
            .ok_or_else(|| Error::unsupported("no output logits"))?;
        let vocabulary_size = logits.fixed(2).unwrap_or(0);
        let first = slots.first().and_then(|slot| session.input(&slot.past));
        let first = first.ok_or_else(|| Error::unsupported("no key and value inputs"))?;
        let geometry = Geometry {
            element: first.element,
            heads: first.fixed(1).or(kv_heads).unwrap_or(0),
            head_dim: first.fixed(3).or(head_dim).unwrap_or(0),
        };
        if geometry.heads == 0 || geometry.head_dim == 0 {
            return Err(Error::unsupported(
                "the shape of its keys and values is not given",
            ));
        }
        let values = geometry.heads.checked_mul(geometry.head_dim);
        let values = values.and_then(|values| values.checked_mul(slots.len()));
        if values.is_none_or(|values| values > MAX_VALUES_A_TOKEN) {
            return Err(Error::unsupported("its keys and values are absurdly large"));
        }
        if !matches!(geometry.element, ElementType::F32 | ElementType::F16) {
            return Err(Error::unsupported(
                "its keys are neither float32 nor float16",
            ));
        }
        let layers = slots.len() / 2;
        let mut model = Self {
            cache: KvCache::in_place(&session, slots.clone(), geometry)?,
            session,
            context_length,
            len: 0,
            logits: Vec::new(),
            vocabulary_size,
            layers,
            has,
        };
        // A graph that concatenates refuses buffers that are longer than what was read. The trial
        // also pays for what a first run costs.
        match model.read(&[0], cancel) {
            Ok(()) => {}
            Err(Error::Cancelled) => return Err(Error::Cancelled),
            Err(_) => {
                model.cache = KvCache::concatenated(slots, geometry)?;
                model.read(&[0], cancel)?;
            }
        }
        model.vocabulary_size = model.logits.len();
        model.truncate(0)?;
        Ok(model)
    }

    pub(super) fn vocabulary_size(&self) -> usize {
        self.vocabulary_size
    }

    pub(super) fn layers(&self) -> usize {
        self.layers
    }

    pub(super) fn cache_in_place(&self) -> bool {
        self.cache.is_in_place()
    }

    /// All inputs but the cache, for `tokens` read after `self.len` others.
    fn feeds(&self, tokens: &[TokenId]) -> Result<Vec<(&'static str, Tensor)>> {
        let (count, total) = (tokens.len(), self.len + tokens.len());
        let ids = tokens.iter().map(|&id| i64::from(id)).collect();
        let mut feeds = vec![("input_ids", Tensor::new::<i64>(&[1, count], ids)?)];
        if self.has.attention_mask {
            feeds.push((
                "attention_mask",
                Tensor::new(&[1, total], vec![1_i64; total])?,
            ));
        }
        if self.has.position_ids {
            let positions = (0_i64..).skip(self.len).take(count).collect();
            feeds.push(("position_ids", Tensor::new::<i64>(&[1, count], positions)?));
        }
        if let Some(rank) = self.has.logits_to_keep {
            let shape = vec![1; rank];
            feeds.push((LOGITS_TO_KEEP, Tensor::new(&shape, vec![1_i64])?));
        }
        if self.has.use_cache_branch {
            feeds.push(("use_cache_branch", Tensor::new(&[1], vec![self.len > 0])?));
        }
        Ok(feeds)
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
            self.logits
                .extend(data[data.len() - width..].iter().map(|x| x.to_f32()));
        } else {
            let data = logits.data::<f32>()?;
            self.logits.extend_from_slice(&data[data.len() - width..]);
        }
        Ok(())
    }
}

impl LanguageModel for OnnxLanguageModel {
    fn context_length(&self) -> usize {
        self.context_length
    }

    fn len(&self) -> usize {
        self.len
    }

    fn truncate(&mut self, len: usize) -> Result<()> {
        if len < self.len {
            self.cache.truncate(len)?;
            self.len = len;
        }
        Ok(())
    }

    fn read(&mut self, tokens: &[TokenId], cancel: &Cancel) -> Result<()> {
        let total = self.len + tokens.len();
        if total > self.context_length {
            let context_length = self.context_length;
            return Err(Error::PromptTooLong {
                tokens: total,
                context_length,
            });
        }
        let feeds = self.feeds(tokens)?;
        let limit = self.context_length;
        let outputs =
            self.cache
                .run(&mut self.session, &feeds, (self.len, total, limit), cancel)?;
        self.keep_logits(&outputs)?;
        self.len = total;
        Ok(())
    }

    fn logits(&self) -> &[f32] {
        &self.logits
    }

    fn chunk(&self) -> usize {
        if self.has.logits_to_keep.is_some() {
            CHUNK
        } else {
            CHUNK_WITH_ALL_LOGITS
        }
    }
}

const LOGITS_TO_KEEP: &str = "num_logits_to_keep";

/// Pairs each past input with the present output that continues it.
fn slots(session: &Session) -> Result<Vec<Slot>> {
    let mut slots = Vec::new();
    for TensorSpec { name, .. } in session.inputs() {
        let rest = name
            .strip_prefix("past_key_values.")
            .or_else(|| name.strip_prefix("past."));
        let Some(rest) = rest else { continue };
        let present = format!("present.{rest}");
        if session.output(&present).is_none() {
            return Err(Error::unsupported(format!("{name} has no {present}")));
        }
        slots.push(Slot {
            past: name.clone(),
            present,
        });
    }
    Ok(slots)
}

/// Finds the optional inputs; one that nothing here fills is an error now, not in a run.
fn inputs(session: &Session) -> Result<Inputs> {
    for TensorSpec { name, .. } in session.inputs() {
        let known = [
            "input_ids",
            "attention_mask",
            "position_ids",
            "use_cache_branch",
        ];
        let past = name.starts_with("past");
        if !(past || known.contains(&name.as_str()) || name == LOGITS_TO_KEEP) {
            return Err(Error::unsupported(format!("its input {name} is unknown")));
        }
    }
    if session.input("input_ids").is_none() {
        return Err(Error::unsupported("no input input_ids"));
    }
    Ok(Inputs {
        attention_mask: session.input("attention_mask").is_some(),
        position_ids: session.input("position_ids").is_some(),
        logits_to_keep: session.input(LOGITS_TO_KEEP).map(|spec| spec.shape.len()),
        use_cache_branch: session.input("use_cache_branch").is_some(),
    })
}
