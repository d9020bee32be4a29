//! What is wrong with a file of a pack.

use quartet_studio::{Code, Failure};

/// A file of a pack that is not as its list says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Inside the pack, with forward slashes.
    pub path: String,
    pub wrong: Wrong,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    Missing,
    /// In bytes.
    Size {
        found: u64,
        needed: u64,
    },
    /// Its checksum is another.
    Changed {
        found: String,
    },
    /// A link, a folder or a device.
    NotFile,
    /// What the system says, as of a stick that was pulled out.
    Unreadable {
        reason: String,
    },
}

impl Finding {
    pub fn new(path: &str, wrong: Wrong) -> Self {
        Self {
            path: path.to_owned(),
            wrong,
        }
    }

    /// As people are told.
    pub fn told(&self) -> Failure {
        let path = ("path", self.path.as_str());
        match &self.wrong {
            Wrong::Missing => Failure::with(Code::ClassPackMissing, &[path], ""),
            Wrong::Size { found, needed } => {
                let (found, needed) = (found.to_string(), needed.to_string());
                let values = [path, ("found", &found), ("needed", &needed)];
                Failure::with(Code::ClassPackCut, &values, "")
            }
            Wrong::Changed { found } => {
                Failure::with(Code::ClassPackChanged, &[path], format!("sha256 {found}"))
            }
            Wrong::NotFile => Failure::with(Code::ClassPackNotFile, &[path], ""),
            Wrong::Unreadable { reason } => {
                Failure::with(Code::ClassPackUnreadable, &[path], reason)
            }
        }
    }
}

/// That so many things are wrong, each of which was named.
pub fn summed_up(count: usize, first: &str) -> Failure {
    let count = count.to_string();
    Failure::with(Code::ClassPackWrong, &[("count", &count)], first)
}
