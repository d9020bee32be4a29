//! The arguments of `quartet video`.

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use quartet_studio::{films::FilmFormat, video::CameraMove};

use super::{names, wrong::Wrong};

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true).args(["files", "scene", "storyboard", "story"]))]
pub struct VideoArguments {
    /// A clip to make smoother, slower or sharper: GIF, APNG, WebP, Y4M, MP4, MOV or MKV with H.264, AVI or
    /// MOV with Motion JPEG, a folder of pictures, or pictures
    pub files: Vec<PathBuf>,
    /// A scene to travel through, `PROMPT@SECONDS`; given once for each [seconds: 2]
    #[arg(long, value_name = "PROMPT@SECONDS", value_parser = scene)]
    pub scene: Vec<(String, f32)>,
    /// Scenes from a JSON file: {"scenes": [{"prompt": …, "seconds": …}], "parameters": {…}}
    #[arg(long, value_name = "FILE")]
    pub storyboard: Option<PathBuf>,
    /// A story about this: lines by the text model, a voice, pictures, captions
    #[arg(long, value_name = "TOPIC")]
    pub story: Option<String>,
    /// Id of the model that draws [default: the one chosen in the window, else the default one]
    #[arg(long, short, conflicts_with = "files")]
    pub model: Option<String>,
    /// In pixels: 256 or 512
    #[arg(long, value_parser = names::side(), conflicts_with = "files")]
    pub size: Option<u32>,
    /// Frames a second: 12 to 30; of a clip of pictures 1 to 60 [default: 24, pictures 12]
    #[arg(long)]
    pub fps: Option<u32>,
    /// Pictures that are drawn a second, 1 to 12; the others are made between them
    #[arg(long, conflicts_with = "files")]
    pub keys: Option<f32>,
    /// Random seed: the same seed gives the same film [default: drawn]
    #[arg(long, conflicts_with = "files")]
    pub seed: Option<u32>,
    /// How much the noise drifts in a second: 0 keeps it, 1 exchanges it
    #[arg(long, conflicts_with = "files")]
    pub drift: Option<f32>,
    /// End where it began
    #[arg(long, conflicts_with = "files")]
    pub circle: bool,
    /// One of the model's styles
    #[arg(long, conflicts_with = "files")]
    pub style: Option<String>,
    /// Steps from noise to each picture
    #[arg(long, conflicts_with = "files")]
    pub steps: Option<u32>,
    /// How closely to follow the prompts
    #[arg(long, conflicts_with = "files")]
    pub guidance: Option<f32>,
    /// How the camera moves
    #[arg(long, value_parser = names::camera(), conflicts_with = "files")]
    pub camera: Option<CameraMove>,
    /// How far, 0 to 1
    #[arg(long, requires = "camera")]
    pub camera_strength: Option<f32>,
    /// Say this under it [default: nothing; a story's lines]
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["files", "story"])]
    pub narrate: Option<String>,
    /// One of the voices
    #[arg(long, conflicts_with = "files")]
    pub voice: Option<String>,
    /// Lay this kept sound under it: a work's id
    #[arg(long, value_name = "WORK", conflicts_with_all = ["files", "story", "narrate"])]
    pub sound: Option<String>,
    /// Of a clip: how many times as many frames, in the same time: 2, 4 or 8 [default: 2, where nothing
    /// else is asked for]
    #[arg(
        long,
        value_name = "TIMES",
        value_parser = names::times(),
        requires = "files",
        conflicts_with = "slower"
    )]
    pub smoother: Option<u32>,
    /// Of a clip: how many times as long: 2, 4 or 8
    #[arg(long, value_name = "TIMES", value_parser = names::times(), conflicts_with_all = ["scene", "storyboard", "story"])]
    pub slower: Option<u32>,
    /// Of a clip: how many times as wide and high: 2 or 4
    #[arg(long, value_name = "TIMES", value_parser = names::sharper(), conflicts_with_all = ["scene", "storyboard", "story"])]
    pub sharpen: Option<u32>,
    /// Enlarge drawn pictures by arithmetic, not by the network
    #[arg(long, conflicts_with = "files")]
    pub soft: bool,
    /// Id of the network for frames in between [default: the default one]
    #[arg(long)]
    pub inbetween: Option<String>,
    /// Blend frames instead
    #[arg(long, conflicts_with = "inbetween")]
    pub blend: bool,
    /// What it is kept as [default: that of --out, else webp]
    #[arg(long, value_parser = names::film())]
    pub format: Option<FilmFormat>,
    /// Write the labelled film to this file: .webp, .gif, .png or .mp4
    #[arg(long, short)]
    pub out: Option<PathBuf>,
    /// Write what is said, with its times, to this file: .txt, .srt, .vtt or .json
    #[arg(long)]
    pub captions: Option<PathBuf>,
    /// Print a JSON document: the file and the figures
    #[arg(long)]
    pub json: bool,
    /// Leave no trace in the library
    #[arg(long, requires = "out")]
    pub no_keep: bool,
}

/// `a cat@3`; two seconds where none are given.
fn scene(text: &str) -> Result<(String, f32), Wrong> {
    match text.rsplit_once('@') {
        Some((prompt, seconds)) => {
            let seconds = seconds.trim().trim_end_matches('s');
            let seconds = seconds.parse::<f32>().map_err(|_| {
                Wrong::new(
                    format!("{seconds:?} is no number of seconds"),
                    format!("“{seconds}”不是秒数。"),
                )
            })?;
            Ok((prompt.trim().to_owned(), seconds))
        }
        None => Ok((text.to_owned(), 2.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scene_is_a_prompt_and_its_seconds() {
        assert_eq!(scene("a cat@3"), Ok(("a cat".to_owned(), 3.0)));
        assert_eq!(scene("me@home@1.5s"), Ok(("me@home".to_owned(), 1.5)));
        assert_eq!(scene("a cat"), Ok(("a cat".to_owned(), 2.0)));
        assert!(scene("a cat@home").is_err());
    }
}
