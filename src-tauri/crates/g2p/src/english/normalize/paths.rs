//! Paths of files: `~/Downloads`, `/etc/hosts`, `./run.sh`.

use fancy_regex::Error;

use super::{
    addresses::spoken,
    rewrites::{Replacement, Rewrites},
};
use crate::rule::Found;

/// What a path begins with, although nothing follows.
const ROOTS: &str = "etc|usr|var|tmp|home|bin|sbin|opt|dev|proc|sys|root|mnt|boot|lib|srv|media|Users|Applications|Library|\
    System|Volumes";

pub(super) fn rules() -> Result<Rewrites, Error> {
    let start = r"(?<![\w.~/:<])";
    let end = r"/?(?![\w/])";
    let patterns = [
        format!(r"{start}(?:~|\.{{1,2}})(?:/[\w.\-]*[\w])+{end}"),
        format!(r"{start}~/(?![\w/])"),
        format!(r"{start}/\.?[A-Za-z][\w.\-]*(?:/[\w.\-]*[\w])+{end}"),
        format!(r"{start}/(?:{ROOTS}){end}"),
    ];
    let said: [Replacement; 4] = [path, path, path, path];
    Rewrites::new(patterns.iter().map(String::as_str).zip(said))
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of a replacement")]
fn path(found: &Found<'_>) -> Option<String> {
    Some(spoken(found.group(0)))
}
