//! Bytes for the page, as bytes: JSON would write each as a number.

use specta::{
    Type, Types,
    datatype::{DataType, Reference},
};
use specta_typescript::define;
use tauri::ipc::{InvokeResponseBody, IpcResponse};

/// Arrives as an `ArrayBuffer`.
#[derive(Debug)]
pub struct Bytes(pub Vec<u8>);

impl IpcResponse for Bytes {
    fn body(self) -> tauri::Result<InvokeResponseBody> {
        Ok(InvokeResponseBody::Raw(self.0))
    }
}

impl Type for Bytes {
    fn definition(_: &mut Types) -> DataType {
        let reference: Reference = define("ArrayBuffer");
        reference.into()
    }
}
