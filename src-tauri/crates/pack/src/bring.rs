//! A portable program's lessons and decks: those of its pack are put into its data folder, where they are looked for.

use std::path::Path;

use quartet_studio::{Cancel, Failure, Portable};

use crate::{
    install::{InstallInto, InstallOrder, install},
    manifest::PackKind,
    stick::Stick,
};

/// Puts what is not there yet into the data folder, and tells what is wrong; nothing for what is in no pack.
pub fn bring(portable: Option<&Portable>, home: &Path) -> Vec<Failure> {
    let Some(portable) = portable.filter(|portable| portable.is_pack) else {
        return Vec::new();
    };
    let order = InstallOrder {
        into: InstallInto::Person {
            home: home.to_owned(),
            places: None,
        },
        only: vec![PackKind::Lesson, PackKind::Deck],
    };
    let brought = Stick::open(&portable.folder)
        .and_then(|stick| install(&stick, &order, &Cancel::new(), &mut |_| (), &mut |_| ()));
    match brought {
        Ok(installed) => installed.failure().into_iter().collect(),
        Err(failure) => vec![failure],
    }
}
