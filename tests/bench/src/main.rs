//! Quartet as a contender: reads one JSON command a line, does it, answers with one JSON line.
//!
//! `quartet-bench MODALITY FOLDER THREADS SPINNING` loads the model and tells so; what it is asked
//! after that is told in the modality's file. The peers in `peers/` speak the same lines, so that
//! rounds can be interleaved and ratios taken pair by pair.

mod audio;
mod image;
mod protocol;
mod text;

use protocol::{Asked, Outcome};

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, modality, folder, threads, spinning] = &arguments[..] else {
        return Err("usage: quartet-bench MODALITY FOLDER THREADS SPINNING".into());
    };
    let asked = Asked {
        folder: folder.into(),
        threads: threads.parse()?,
        spinning: spinning.parse()?,
    };
    match modality.as_str() {
        "image" => image::serve(&asked),
        "listen" => audio::listen(&asked),
        "read" => audio::read(&asked),
        "speak" => audio::speak(&asked),
        "text" => text::serve(&asked),
        "voice" => audio::voice(&asked),
        _ => Err(format!("no bench for {modality}").into()),
    }
}
