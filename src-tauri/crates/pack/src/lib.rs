//! Class packs: one folder for a stick with models, lessons, decks, installers and the portable app, listed with
//! sizes and checksums in `pack.toml`.
//!
//! A pack is a stranger's: nothing of it is used before it was read and compared with its list, and a list that
//! names anything but plain files inside the folder is refused. Deliberately absent: signatures. The list tells
//! damage and tampering with files apart from what was packed; it does not tell who packed it.

mod app;
mod bring;
mod finding;
mod install;
mod make;
mod manifest;
mod names;
mod places;
mod plan;
mod planned;
mod pour;
mod readme;
mod session;
#[cfg(test)]
mod small;
mod stick;
mod task;
mod verify;

pub use bring::bring;
pub use finding::{Finding, Wrong};
pub use install::{Fate, InstallInto, InstallOrder, Installed, InstalledItem, install};
pub use make::{MadePack, make};
pub use manifest::{FILE, Manifest, PackFile, PackItem, PackKind, SCHEMA};
pub use places::Places;
pub use plan::{LeftOutItem, ModelChoice, PackOrder, Plan, plan};
pub use session::{Used, UsedModel, use_now};
pub use stick::Stick;
pub use task::{ClassPackProgress, Task};
pub use verify::{Checked, CheckedItem, PackContents, contents, verify};
