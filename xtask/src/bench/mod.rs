//! `cargo xtask bench WHAT [--peers]`: Quartet's speed, and in turn with what people would
//! otherwise install.

mod arguments;
mod audio;
mod contender;
mod image;
mod pack;
mod peers;
mod report;
mod start;
mod text;
mod video;

use anyhow::{Result, ensure};

pub use self::arguments::Arguments;

pub fn run(arguments: &Arguments) -> Result<()> {
    ensure!(
        arguments.rounds > 0 || arguments.what == "audio",
        "nothing is measured in no rounds"
    );
    match arguments.what.as_str() {
        "image" => image::run(arguments),
        "audio" => audio::run(arguments),
        "pack" => pack::run(),
        "start" => start::run(arguments),
        "video" => video::run(arguments),
        _ => text::run(arguments),
    }
}
