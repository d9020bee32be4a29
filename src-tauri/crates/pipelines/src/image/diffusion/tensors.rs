//! Between our float32 numbers and whatever element type a graph was exported with.

use quartet_runtime::{ElementType, Outputs, Session, Tensor, TensorSpec, f16};

use crate::{Error, Result};

/// A tensor of the element type that the input `spec` asks for.
///
/// # Errors
/// `UnsupportedGraph` for element types that no export has.
pub(super) fn tensor(spec: &TensorSpec, shape: &[usize], values: &[f32]) -> Result<Tensor> {
    Ok(match spec.element {
        ElementType::F32 => Tensor::new(shape, values.to_vec())?,
        ElementType::F16 => Tensor::new(shape, values.iter().map(|&v| f16::from_f32(v)).collect())?,
        ElementType::I64 => Tensor::new(shape, values.iter().map(|&v| v as i64).collect())?,
        ElementType::I32 => Tensor::new(shape, values.iter().map(|&v| v as i32).collect())?,
        other => {
            return Err(Error::unsupported(format!(
                "the input {} holds {other:?}",
                spec.name
            )));
        }
    })
}

/// The numbers of an output.
///
/// # Errors
/// `UnsupportedGraph`; `NotFiniteIn` where one is not a number.
pub(super) fn numbers(part: &'static str, output: &Tensor) -> Result<Vec<f32>> {
    let (numbers, half): (Vec<f32>, bool) = match output.element_type() {
        ElementType::F32 => (output.data::<f32>()?.to_vec(), false),
        ElementType::F16 => {
            let data = output.data::<f16>()?;
            (data.iter().map(|value| value.to_f32()).collect(), true)
        }
        other => {
            return Err(Error::unsupported(format!("the {part} gives {other:?}")));
        }
    };
    if numbers.iter().all(|number| number.is_finite()) {
        Ok(numbers)
    } else {
        Err(Error::NotFiniteIn { part, half })
    }
}

/// An input that the part cannot work without.
///
/// # Errors
/// `UnsupportedGraph`
pub(super) fn input<'a>(
    session: &'a Session,
    part: &'static str,
    names: &[&str],
) -> Result<&'a TensorSpec> {
    let found = names.iter().find_map(|name| session.input(name));
    found.ok_or_else(|| {
        Error::unsupported(format!(
            "the {part} has no input called {}",
            names.join(" or ")
        ))
    })
}

/// The first of these outputs that the graph has.
///
/// # Errors
/// `UnsupportedGraph`
pub(super) fn output<'a>(
    outputs: &'a Outputs,
    part: &'static str,
    names: &[&str],
) -> Result<&'a Tensor> {
    let found = names.iter().find_map(|name| outputs.get(name).ok());
    found.ok_or_else(|| {
        Error::unsupported(format!(
            "the {part} has no output called {}",
            names.join(" or ")
        ))
    })
}
