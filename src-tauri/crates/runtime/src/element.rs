//! What tensors are made of.

use ort::value::TensorElementType;

/// The element types Quartet's models use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ElementType {
    F32,
    F16,
    I64,
    I32,
    U8,
    Bool,
    /// One that no pipeline of ours handles (strings, complex numbers, 4-bit …).
    Other,
}

impl ElementType {
    pub(crate) fn of(element: TensorElementType) -> Self {
        match element {
            TensorElementType::Float32 => Self::F32,
            TensorElementType::Float16 => Self::F16,
            TensorElementType::Int64 => Self::I64,
            TensorElementType::Int32 => Self::I32,
            TensorElementType::Uint8 => Self::U8,
            TensorElementType::Bool => Self::Bool,
            _ => Self::Other,
        }
    }

    pub(crate) fn to_ort(self) -> TensorElementType {
        match self {
            Self::F32 => TensorElementType::Float32,
            Self::F16 => TensorElementType::Float16,
            Self::I64 => TensorElementType::Int64,
            Self::I32 => TensorElementType::Int32,
            Self::U8 => TensorElementType::Uint8,
            Self::Bool => TensorElementType::Bool,
            Self::Other => TensorElementType::Undefined,
        }
    }
}
