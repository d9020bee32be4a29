//! Which execution providers the loaded library offers, and choosing one.

use ort::session::builder::SessionBuilder;

use crate::{Error, Result};

/// The name ONNX Runtime gives an execution provider, for example `CPUExecutionProvider`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DeviceId(String);

impl DeviceId {
    pub const CPU: &'static str = "CPUExecutionProvider";

    pub fn cpu() -> Self {
        Self(Self::CPU.to_owned())
    }

    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for DeviceId {
    fn default() -> Self {
        Self::cpu()
    }
}

/// Something a session can run on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    pub id: DeviceId,
    /// For people: `CPU`, `GPU (DirectML)`, `Core ML`.
    pub name: String,
}

/// Lists what the library registered, CPU first, each provider once.
pub(crate) fn list(environment: &ort::environment::Environment) -> Vec<Device> {
    let mut names = vec![DeviceId::CPU];
    for device in environment.devices() {
        if let Ok(name) = device.ep()
            && SELECTABLE.iter().any(|(known, _)| *known == name)
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    names
        .into_iter()
        .map(|name| Device {
            id: DeviceId::new(name),
            name: plain(name),
        })
        .collect()
}

/// Providers that `select` can register, with their names for people. A library may know others;
/// listing what cannot be chosen would be a dead button.
const SELECTABLE: &[(&str, &str)] = &[
    (DeviceId::CPU, "CPU"),
    #[cfg(windows)]
    ("DmlExecutionProvider", "GPU (DirectML)"),
    #[cfg(target_os = "macos")]
    ("CoreMLExecutionProvider", "Core ML"),
];

fn plain(name: &str) -> String {
    let known = SELECTABLE.iter().find(|(known, _)| *known == name);
    known.map_or(name, |(_, plain)| plain).to_owned()
}

/// Registers `device` on a session being built. A provider that cannot start is an error, never a
/// silent fall back to the CPU.
pub(crate) fn select(builder: SessionBuilder, device: &DeviceId) -> Result<SessionBuilder> {
    match device.as_str() {
        DeviceId::CPU => Ok(builder),
        #[cfg(windows)]
        "DmlExecutionProvider" => builder
            .with_execution_providers([ort::ep::DirectML::default().build().error_on_failure()])
            .map_err(|_| Error::DeviceUnavailable {
                device: device.0.clone(),
            }),
        #[cfg(target_os = "macos")]
        "CoreMLExecutionProvider" => builder
            .with_execution_providers([ort::ep::CoreML::default().build().error_on_failure()])
            .map_err(|_| Error::DeviceUnavailable {
                device: device.0.clone(),
            }),
        other => Err(Error::DeviceUnavailable {
            device: other.to_owned(),
        }),
    }
}
