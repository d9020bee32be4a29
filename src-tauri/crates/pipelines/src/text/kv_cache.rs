//! The keys and values of tokens already read, in the two ways graphs take them.
//!
//! In place: one buffer a layer is bound as past and present at once, and the attention operator
//! appends to it (ONNX Runtime's `GroupQueryAttention`): twice as fast at 1,024 tokens of context
//! as concatenating. Concatenated: each run returns new, longer tensors.

use quartet_runtime::{Binding, Cancel, Element, ElementType, Outputs, Session, Tensor, f16};

use crate::{Error, Result};

/// A past input and the present output that continues it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) past: String,
    pub(super) present: String,
}

/// Every past and present has the shape `[1, heads, tokens, head_dim]`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Geometry {
    pub(super) element: ElementType,
    pub(super) heads: usize,
    pub(super) head_dim: usize,
}

impl Geometry {
    fn zeros(self, tokens: usize) -> Result<Tensor> {
        Ok(Tensor::zeros(
            self.element,
            &[1, self.heads, tokens, self.head_dim],
        )?)
    }

    /// Copies the first `tokens` tokens of every head; the tensors may have room for more.
    fn copy(self, from: &Tensor, to: &mut Tensor, tokens: usize) -> Result<()> {
        if self.element == ElementType::F16 {
            self.copy_as::<f16>(from, to, tokens)
        } else {
            self.copy_as::<f32>(from, to, tokens)
        }
    }

    fn copy_as<T: Element>(self, from: &Tensor, to: &mut Tensor, tokens: usize) -> Result<()> {
        let row = tokens * self.head_dim;
        let (from_room, to_room) = (room(from)? * self.head_dim, room(to)? * self.head_dim);
        let (from, to) = (from.data::<T>()?, to.data_mut::<T>()?);
        for head in 0..self.heads {
            let source = &from[head * from_room..][..row];
            to[head * to_room..][..row].copy_from_slice(source);
        }
        Ok(())
    }
}

fn room(tensor: &Tensor) -> Result<usize> {
    let shape = tensor.shape();
    shape
        .get(2)
        .copied()
        .ok_or_else(|| Error::unsupported(format!("keys of the shape {shape:?}")))
}

#[derive(Debug)]
pub(super) enum KvCache {
    InPlace(Box<InPlace>),
    Concatenated(Concatenated),
}

impl KvCache {
    pub(super) fn in_place(
        session: &Session,
        slots: Vec<Slot>,
        geometry: Geometry,
    ) -> Result<Self> {
        Ok(Self::InPlace(Box::new(InPlace::new(
            session, slots, geometry,
        )?)))
    }

    pub(super) fn concatenated(slots: Vec<Slot>, geometry: Geometry) -> Result<Self> {
        let past = slots
            .iter()
            .map(|_| geometry.zeros(0))
            .collect::<Result<_>>()?;
        Ok(Self::Concatenated(Concatenated {
            slots,
            geometry,
            past,
        }))
    }

    pub(super) fn is_in_place(&self) -> bool {
        matches!(self, Self::InPlace(_))
    }

    pub(super) fn truncate(&mut self, len: usize) -> Result<()> {
        match self {
            // What follows `len` is never read and will be written over.
            Self::InPlace(_) => Ok(()),
            Self::Concatenated(cache) => cache.truncate(len),
        }
    }

    /// Runs the graph with the cache holding `len` tokens before, `total` after, of at most
    /// `limit`. After an error it still holds `len`.
    pub(super) fn run(
        &mut self,
        session: &mut Session,
        feeds: &[(&'static str, Tensor)],
        (len, total, limit): (usize, usize, usize),
        cancel: &Cancel,
    ) -> Result<Outputs> {
        match self {
            Self::InPlace(cache) => {
                cache.make_room(session, len, total, limit)?;
                for (name, tensor) in feeds {
                    cache.binding.input(name, tensor)?;
                }
                cache.binding.output("logits")?;
                Ok(session.run_bound(&cache.binding, cancel)?)
            }
            Self::Concatenated(cache) => cache.run(session, feeds, cancel),
        }
    }
}

#[derive(Debug)]
pub(super) struct InPlace {
    slots: Vec<Slot>,
    geometry: Geometry,
    buffers: Vec<Tensor>,
    binding: Binding,
    capacity: usize,
}

impl InPlace {
    /// Room to begin with; it doubles as needed, because 8,192 tokens would take more memory than
    /// the weights of a small model.
    const FIRST: usize = 512;

    fn new(session: &Session, slots: Vec<Slot>, geometry: Geometry) -> Result<Self> {
        let binding = session.bind()?;
        let mut cache = Self {
            slots,
            geometry,
            buffers: Vec::new(),
            binding,
            capacity: 0,
        };
        cache.grow(session, 0, Self::FIRST)?;
        Ok(cache)
    }

    fn make_room(
        &mut self,
        session: &Session,
        len: usize,
        total: usize,
        limit: usize,
    ) -> Result<()> {
        if total <= self.capacity {
            return Ok(());
        }
        let doubled = total.next_power_of_two().max(Self::FIRST);
        self.grow(session, len, doubled.min(limit.max(total)))
    }

    fn grow(&mut self, session: &Session, len: usize, capacity: usize) -> Result<()> {
        let mut binding = session.bind()?;
        let mut buffers = Vec::with_capacity(self.slots.len());
        for (index, slot) in self.slots.iter().enumerate() {
            let mut buffer = self.geometry.zeros(capacity)?;
            if let Some(old) = self.buffers.get(index) {
                self.geometry.copy(old, &mut buffer, len)?;
            }
            binding.share(&slot.past, &slot.present, &mut buffer)?;
            buffers.push(buffer);
        }
        // Only now, with nothing left that can fail, does the cache change.
        (self.buffers, self.binding, self.capacity) = (buffers, binding, capacity);
        Ok(())
    }
}

#[derive(Debug)]
pub(super) struct Concatenated {
    slots: Vec<Slot>,
    geometry: Geometry,
    past: Vec<Tensor>,
}

impl Concatenated {
    fn run(
        &mut self,
        session: &mut Session,
        feeds: &[(&'static str, Tensor)],
        cancel: &Cancel,
    ) -> Result<Outputs> {
        let mut inputs: Vec<(&str, &Tensor)> =
            feeds.iter().map(|(name, tensor)| (*name, tensor)).collect();
        inputs.extend(
            self.slots
                .iter()
                .zip(&self.past)
                .map(|(slot, past)| (slot.past.as_str(), past)),
        );
        let mut outputs = session.run(&inputs, cancel)?;
        let present = self.slots.iter().map(|slot| outputs.take(&slot.present));
        self.past = present.collect::<std::result::Result<_, _>>()?;
        Ok(outputs)
    }

    fn truncate(&mut self, len: usize) -> Result<()> {
        let shorter = |past: &Tensor| -> Result<Tensor> {
            let mut shorter = self.geometry.zeros(len)?;
            self.geometry.copy(past, &mut shorter, len)?;
            Ok(shorter)
        };
        self.past = self.past.iter().map(shorter).collect::<Result<_>>()?;
        Ok(())
    }
}
