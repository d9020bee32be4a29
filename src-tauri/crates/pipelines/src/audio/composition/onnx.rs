//! The melody network as a graph: one step of a recurrent network a run, its state fed back.

use std::path::Path;

use quartet_runtime::{Cancel, ElementType, Runtime, Session, SessionOptions, Tensor};

use super::melody_model::MelodyModel;
use crate::{Error, Result, text::TokenId};

/// Inputs: `token` i64 `[1, 1]`, `state` f32 `[layers, 1, width]`. Outputs: `logits` f32 `[1,
/// vocabulary]`, `next` of the state's shape (folk-rnn, Sturm et al. 2016, with gated recurrent units).
#[derive(Debug)]
pub(super) struct MelodyGraph {
    session: Session,
    shape: [usize; 3],
    state: Tensor,
    logits: Vec<f32>,
    vocabulary: usize,
}

impl MelodyGraph {
    /// # Errors
    /// `UnsupportedGraph`, `Cancelled`, and those of the runtime.
    pub(super) fn open(
        runtime: &Runtime,
        path: &Path,
        (layers, width): (usize, usize),
        vocabulary: usize,
        options: &SessionOptions,
        cancel: &Cancel,
    ) -> Result<Self> {
        let session = Session::open(runtime, path, options, cancel)?;
        let shape = [layers, 1, width];
        let wanted = [
            (
                session.input("token"),
                ElementType::I64,
                &[1, 1][..],
                "token",
            ),
            (session.input("state"), ElementType::F32, &shape, "state"),
            (
                session.output("logits"),
                ElementType::F32,
                &[1, vocabulary],
                "logits",
            ),
            (session.output("next"), ElementType::F32, &shape, "next"),
        ];
        for (spec, element, shape, name) in wanted {
            let fits = spec.is_some_and(|spec| {
                let sides = 0..shape.len();
                spec.element == element
                    && spec.shape.len() == shape.len()
                    && sides
                        .clone()
                        .all(|side| spec.fixed(side).is_none_or(|size| size == shape[side]))
            });
            if !fits {
                return Err(Error::unsupported(format!(
                    "{name} is not {element:?}{shape:?}"
                )));
            }
        }
        Ok(Self {
            session,
            state: silence(shape)?,
            shape,
            logits: Vec::new(),
            vocabulary,
        })
    }
}

fn silence(shape: [usize; 3]) -> Result<Tensor> {
    Ok(Tensor::new(&shape, vec![0.0_f32; shape.iter().product()])?)
}

impl MelodyModel for MelodyGraph {
    fn restart(&mut self) -> Result<()> {
        self.state = silence(self.shape)?;
        self.logits.clear();
        Ok(())
    }

    fn read(&mut self, token: TokenId, cancel: &Cancel) -> Result<()> {
        let token = Tensor::new(&[1, 1], vec![i64::from(token)])?;
        let inputs = [("token", &token), ("state", &self.state)];
        let mut outputs = self.session.run(&inputs, cancel)?;
        let logits = outputs.get("logits")?.data::<f32>()?;
        // A free dimension may turn out to be anything.
        if logits.len() != self.vocabulary {
            return Err(Error::unsupported(format!("{} logits", logits.len())));
        }
        if logits.iter().any(|logit| !logit.is_finite()) {
            return Err(Error::NotFinite);
        }
        self.logits.clear();
        self.logits.extend_from_slice(logits);
        self.state = outputs.take("next")?;
        Ok(())
    }

    fn logits(&self) -> &[f32] {
        &self.logits
    }
}
