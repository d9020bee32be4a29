//! Typed, shaped values that go into and come out of a session without being copied.

use half::f16;
use ort::{
    memory::Allocator,
    value::{DynTensor, DynValue, Tensor as OrtTensor, ValueType},
};

use crate::{Error, Result, element::ElementType};

mod sealed {
    pub trait Sealed {}
}

/// A Rust type that can fill a tensor.
pub trait Element:
    ort::value::PrimitiveTensorElementType + Copy + std::fmt::Debug + sealed::Sealed + 'static
{
    const TYPE: ElementType;
}

macro_rules! elements {
    ($($rust:ty => $variant:ident),+) => {$(
        impl sealed::Sealed for $rust {}
        impl Element for $rust {
            const TYPE: ElementType = ElementType::$variant;
        }
    )+};
}
elements!(f32 => F32, f16 => F16, i64 => I64, i32 => I32, u8 => U8, bool => Bool);

/// An owned tensor in CPU memory, row-major.
#[derive(Debug)]
pub struct Tensor {
    pub(crate) value: DynTensor,
}

impl Tensor {
    /// A tensor that takes `data` over; `shape` must multiply to its length (`[]` is a scalar).
    ///
    /// # Errors
    /// `ShapeMismatch` when it does not.
    pub fn new<T: Element>(shape: &[usize], data: Vec<T>) -> Result<Self> {
        let length = data.len();
        let mismatch = || Error::ShapeMismatch {
            name: "a new tensor".to_owned(),
            found: shape.to_vec(),
            needed: format!("{length} elements"),
        };
        if element_count(shape) != Some(length) {
            return Err(mismatch());
        }
        let tensor = OrtTensor::<T>::from_array((shape.to_vec(), data)).map_err(|_| mismatch())?;
        Ok(Self {
            value: tensor.upcast(),
        })
    }

    /// A tensor of zeros, allocated by the library: the kind a `Binding` can share between an
    /// input and an output.
    ///
    /// # Errors
    /// `OutOfMemory`, also for shapes whose size overflows.
    pub fn zeros(element: ElementType, shape: &[usize]) -> Result<Self> {
        let refused = |reason: String| Error::OutOfMemory {
            reason: format!("{element:?}{shape:?}: {reason}"),
        };
        let count = element_count(shape).and_then(|count| count.checked_mul(8));
        if count.is_none_or(|bytes| isize::try_from(bytes).is_err()) {
            return Err(refused("the size overflows".to_owned()));
        }
        let value = DynTensor::new(&Allocator::default(), element.to_ort(), shape.to_vec())
            .map_err(|error| refused(error.message().to_owned()))?;
        Ok(Self { value })
    }

    pub(crate) fn from_value(name: &str, value: DynValue) -> Result<Self> {
        let value = value.downcast().map_err(|_| Error::Run {
            reason: format!("{name} is not a tensor"),
        })?;
        Ok(Self { value })
    }

    pub fn shape(&self) -> Vec<usize> {
        self.value
            .shape()
            .iter()
            .map(|&d| usize::try_from(d).unwrap_or(0))
            .collect()
    }

    pub fn element_type(&self) -> ElementType {
        ElementType::of(*self.value.data_type())
    }

    /// The elements, row-major.
    ///
    /// # Errors
    /// `ElementMismatch` when the tensor holds another type.
    pub fn data<T: Element>(&self) -> Result<&[T]> {
        match self.value.try_extract_tensor::<T>() {
            Ok((_, data)) => Ok(data),
            Err(_) => Err(self.mismatch::<T>()),
        }
    }

    /// As [`Tensor::data`], to write to.
    pub fn data_mut<T: Element>(&mut self) -> Result<&mut [T]> {
        if self.element_type() != T::TYPE {
            return Err(self.mismatch::<T>());
        }
        let (_, data) = self
            .value
            .try_extract_tensor_mut::<T>()
            .map_err(|error| Error::Run {
                reason: error.message().to_owned(),
            })?;
        Ok(data)
    }

    fn mismatch<T: Element>(&self) -> Error {
        Error::ElementMismatch {
            name: "a tensor".to_owned(),
            found: self.element_type(),
            needed: T::TYPE,
        }
    }
}

fn element_count(shape: &[usize]) -> Option<usize> {
    shape
        .iter()
        .try_fold(1_usize, |count, &side| count.checked_mul(side))
}

/// One side of an input or output as the model declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dimension {
    Fixed(usize),
    /// Decided at run time; the name may be empty.
    Free(String),
}

/// What a model says of one of its inputs or outputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TensorSpec {
    pub name: String,
    pub element: ElementType,
    pub shape: Vec<Dimension>,
}

impl TensorSpec {
    pub(crate) fn of(outlet: &ort::value::Outlet) -> Self {
        let (element, shape) = match outlet.dtype() {
            ValueType::Tensor {
                ty,
                shape,
                dimension_symbols,
            } => {
                let sides = shape.iter().enumerate().map(|(index, &side)| {
                    usize::try_from(side).map_or_else(
                        |_| {
                            let name = dimension_symbols.get(index);
                            Dimension::Free(name.map(ToString::to_string).unwrap_or_default())
                        },
                        Dimension::Fixed,
                    )
                });
                (ElementType::of(*ty), sides.collect())
            }
            _ => (ElementType::Other, Vec::new()),
        };
        Self {
            name: outlet.name().to_owned(),
            element,
            shape,
        }
    }

    /// The size of side `axis` where the model fixes it.
    pub fn fixed(&self, axis: usize) -> Option<usize> {
        match self.shape.get(axis)? {
            Dimension::Fixed(side) => Some(*side),
            Dimension::Free(_) => None,
        }
    }

    /// Checks a tensor against the declaration, because the library's own message for a wrong
    /// rank names neither the input's meaning nor what was given.
    pub(crate) fn accept(&self, tensor: &Tensor) -> Result<()> {
        let found = tensor.element_type();
        if found != self.element {
            let (name, needed) = (self.name.clone(), self.element);
            return Err(Error::ElementMismatch {
                name,
                found,
                needed,
            });
        }
        let shape = tensor.shape();
        let fits = shape.len() == self.shape.len()
            && shape
                .iter()
                .zip(&self.shape)
                .all(|(&side, declared)| match declared {
                    Dimension::Fixed(size) => side == *size,
                    Dimension::Free(_) => true,
                });
        if fits {
            return Ok(());
        }
        Err(Error::ShapeMismatch {
            name: self.name.clone(),
            found: shape,
            needed: format!("{:?}", self.shape),
        })
    }
}
