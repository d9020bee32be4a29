//! The command line.

#![expect(clippy::struct_excessive_bools, reason = "each is a flag")]

mod compose;
mod decks;
mod kiosk;
mod lessons;
mod names;
mod pack;
mod video;
mod wrong;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
pub use compose::ComposeArguments;
pub use decks::DecksCommand;
pub use kiosk::KioskCommand;
pub use lessons::{LessonsCommand, RecordArguments, ResultsArguments, RunArguments};
pub use pack::{InstallArguments, MakeArguments, PackCommand};
use quartet_studio::{
    Language,
    audio::transcription::{ChineseScript, TranscriptFormat},
    image::schedulers::SchedulerKind,
};
pub use video::VideoArguments;
pub use wrong::Wrong;

const EXIT_CODES: &str = "\
Exit codes:
  0    done
  1    something failed inside Quartet, or on the way out
  2    the command line is wrong
  3    the model or ONNX Runtime is missing, damaged or too large
  4    the input is wrong: an empty or too long prompt, a parameter out of range, an unknown work,
       a text that cannot be said, a file of a kind that cannot be written or read, a place for the
       result that is none or would replace what is read, a lesson with something wrong in it or
       whose claim does not hold, a class pack with a file that is not as it was packed
  5    the library could not be read or written; what was asked for is made all the same
  130  stopped with Ctrl-C

Environment:
  QUARTET_HOME    the data folder: library and settings
  QUARTET_MODELS  folders that hold model folders, separated as in PATH
  QUARTET_ORT     the ONNX Runtime library
  QUARTET_PORTABLE  the folder with the portable.toml that counts [default: the program's own]
  LANG            messages are in Chinese where it begins with zh";

/// An offline studio for generative AI, in the terminal.
#[derive(Debug, Parser)]
#[command(name = "quartet", version, after_help = EXIT_CODES, propagate_version = true)]
pub struct Arguments {
    /// Language of messages [default: that of LANG]
    #[arg(long, global = true, value_parser = names::language())]
    language: Option<Language>,
    #[command(subcommand)]
    pub command: Command,
}

impl Arguments {
    pub fn language(&self) -> Language {
        self.language.unwrap_or_else(own_language)
    }
}

/// That of the person's system.
pub fn own_language() -> Language {
    language_of(|name| std::env::var(name).ok())
}

/// The first of POSIX's variables that is set decides (POSIX.1, 8.2).
fn language_of(variable: impl Fn(&str) -> Option<String>) -> Language {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| variable(name).filter(|value| !value.is_empty()))
        .unwrap_or_default();
    if locale.starts_with("zh") {
        Language::Zh
    } else {
        Language::En
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Answer a prompt
    Text(TextArguments),
    /// Say a text aloud
    Speak(SpeakArguments),
    /// Write a recording down
    Transcribe(TranscribeArguments),
    /// Write and play a tune
    Compose(ComposeArguments),
    /// Draw a picture
    Image(ImageArguments),
    /// Make a picture larger
    Upscale(UpscaleArguments),
    /// Make a film from prompts, or a clip smoother, slower or sharper
    Video(Box<VideoArguments>),
    /// The models there are
    #[command(subcommand)]
    Models(ModelsCommand),
    /// The library: everything that was made
    #[command(subcommand)]
    Works(WorksCommand),
    /// Before a class: check everything on this computer, and how fast it is
    Doctor(DoctorArguments),
    /// Lessons: those built in, and your own
    #[command(subcommand)]
    Lessons(LessonsCommand),
    /// Decks: lessons, cards and works in the order in which you present them
    #[command(subcommand)]
    Decks(DecksCommand),
    /// Class packs: one folder for a stick, with all that a class needs
    #[command(subcommand)]
    Pack(Box<PackCommand>),
    /// A window for visitors: check its file, make its passcode
    #[command(subcommand)]
    Kiosk(KioskCommand),
}

#[derive(Debug, Args)]
pub struct TextArguments {
    /// What to answer; `-` reads it from stdin
    pub prompt: String,
    /// Id of the model [default: the one chosen in the window, else the default one]
    #[arg(long, short)]
    pub model: Option<String>,
    /// System message: what the model reads before the conversation
    #[arg(long, short)]
    pub system: Option<String>,
    /// Random seed: the same seed gives the same text [default: drawn]
    #[arg(long, allow_negative_numbers = true)]
    pub seed: Option<u32>,
    /// Stop after this many tokens
    #[arg(long, allow_negative_numbers = true)]
    pub max_tokens: Option<u32>,
    /// Creativity: 0 always takes the likeliest token [default: the model's own, as below]
    #[arg(long, allow_negative_numbers = true)]
    pub temperature: Option<f32>,
    /// Choose among this many of the likeliest tokens; 0: all
    #[arg(long, allow_negative_numbers = true)]
    pub top_k: Option<u32>,
    /// Choose among the likeliest tokens that together have this probability; 1: all
    #[arg(long, allow_negative_numbers = true)]
    pub top_p: Option<f32>,
    /// Leave out tokens less likely than this share of the likeliest; 0: none
    #[arg(long, allow_negative_numbers = true)]
    pub min_p: Option<f32>,
    /// Above 1, words repeat less
    #[arg(long, allow_negative_numbers = true)]
    pub repetition_penalty: Option<f32>,
    /// Stop before this text; may be given several times
    #[arg(long)]
    pub stop: Vec<String>,
    /// Print a JSON document; with --stream, one JSON event a line
    #[arg(long)]
    pub json: bool,
    /// Print words as they come [default where stdout is a terminal]
    #[arg(long)]
    pub stream: bool,
    /// Leave no trace in the library
    #[arg(long)]
    pub no_keep: bool,
    /// With --json: show this many alternatives for each token, at most 10
    #[arg(long, default_value_t = 0)]
    pub alternatives: u32,
}

#[derive(Debug, Args)]
pub struct DoctorArguments {
    /// Print a JSON document: every check, the figures, the code of the same seed
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct SpeakArguments {
    /// What to say; `-` reads it from stdin. `[word](/fəˈnɛtɪks/)` says how a word is pronounced
    pub text: String,
    /// Id of the model [default: the one chosen in the window, else the default one]
    #[arg(long, short)]
    pub model: Option<String>,
    /// One of the model's voices [default: its first]
    #[arg(long)]
    pub voice: Option<String>,
    /// 1 is the voice's own pace, 2 twice as fast
    #[arg(long, allow_negative_numbers = true, default_value_t = 1.0)]
    pub speed: f32,
    /// Random seed: the same seed gives the same sound [default: drawn]
    #[arg(long, allow_negative_numbers = true)]
    pub seed: Option<u32>,
    /// Write the labelled sound to this file: .wav or .flac
    #[arg(long, short)]
    pub out: Option<PathBuf>,
    /// End that file in the rhythm that says an AI made it, short long, short short
    #[arg(long, requires = "out")]
    pub audible_label: bool,
    /// Write what is said, with its times, to this file: .txt, .srt, .vtt or .json
    #[arg(long)]
    pub captions: Option<PathBuf>,
    /// Play it while it is made
    #[arg(long)]
    pub play: bool,
    /// Print a JSON document: what was said when, and the figures
    #[arg(long)]
    pub json: bool,
    /// Leave no trace in the library
    #[arg(long, requires = "out")]
    pub no_keep: bool,
}

#[derive(Debug, Args)]
pub struct TranscribeArguments {
    /// A WAV, MP3, FLAC, Ogg (Vorbis, Opus), Matroska or M4A file
    pub file: PathBuf,
    /// Id of the model that listens [default: the default one]
    #[arg(long, short)]
    pub model: Option<String>,
    /// What is spoken, as a code: en, zh, … [default: what each part sounds like]
    #[arg(long)]
    pub spoken: Option<String>,
    /// Into English
    #[arg(long)]
    pub translate: bool,
    /// How Chinese is written [default: Mandarin simplified, Cantonese as the model writes it]
    #[arg(long, value_parser = names::script())]
    pub script: Option<ChineseScript>,
    /// Then write the minutes of what was said
    #[arg(long)]
    pub minutes: bool,
    /// Id of the text model that writes the minutes [default: the default one]
    #[arg(long, requires = "minutes")]
    pub text_model: Option<String>,
    /// What is printed
    #[arg(
        long,
        value_parser = names::transcript(),
        default_value = "txt",
        conflicts_with_all = ["out", "json", "minutes"]
    )]
    pub format: TranscriptFormat,
    /// Write to this file instead: .txt, .srt, .vtt or .json; minutes: .md
    #[arg(long, short)]
    pub out: Option<PathBuf>,
    /// Print a JSON document: segments, probabilities and the figures
    #[arg(long)]
    pub json: bool,
    /// Leave no trace in the library
    #[arg(long)]
    pub no_keep: bool,
}

#[derive(Debug, Args)]
pub struct ImageArguments {
    /// What to draw; `-` reads it from stdin
    pub prompt: String,
    /// Id of the model, or a folder of diffusers' ONNX export [default: the one chosen in the
    /// window, else the default one]
    #[arg(long, short)]
    pub model: Option<String>,
    /// What guidance leads away from
    #[arg(long, default_value = "")]
    pub negative: String,
    /// A picture to start from: PNG, JPEG, WebP, GIF, BMP or TIFF
    #[arg(long, value_name = "FILE")]
    pub init: Option<PathBuf>,
    /// Where to paint over it: a picture, white paints, black does not
    #[arg(long, value_name = "FILE", requires = "init")]
    pub mask: Option<PathBuf>,
    /// How much of it may change: near 0 next to nothing, 1 all
    #[arg(
        long,
        allow_negative_numbers = true,
        default_value_t = 0.75,
        requires = "init"
    )]
    pub strength: f32,
    /// One of the model's styles [default: its first]
    #[arg(long)]
    pub style: Option<String>,
    /// Random seed: the same seed gives the same picture [default: drawn]
    #[arg(long, allow_negative_numbers = true)]
    pub seed: Option<u32>,
    /// How many steps from noise to picture [default: the model's own]
    #[arg(long, allow_negative_numbers = true)]
    pub steps: Option<u32>,
    /// How closely to follow the prompt; 1 leaves it to the network [default: the model's own]
    #[arg(long, allow_negative_numbers = true)]
    pub guidance: Option<f32>,
    /// Another sampling method than the model's own
    #[arg(long, value_parser = names::scheduler())]
    pub scheduler: Option<SchedulerKind>,
    /// In pixels, as the model draws: 512 or 512x768 [default: the model's own]
    #[arg(long, value_name = "SIDE|WIDTHxHEIGHT", value_parser = size)]
    pub size: Option<(u32, u32)>,
    /// How many times as large to make it afterwards [default: 4 for Glyph, whose pictures are
    /// small, else 1]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=4))]
    pub enlarge: Option<u32>,
    /// How many pictures, at most 4
    #[arg(long, visible_alias = "batch", default_value_t = 1)]
    pub count: u32,
    /// Write the labelled picture to this file: .png, .jpg or .webp; several get numbers
    #[arg(long, short)]
    pub out: Option<PathBuf>,
    /// Print a JSON document: the files and the figures
    #[arg(long)]
    pub json: bool,
    /// Leave no trace in the library
    #[arg(long, requires = "out")]
    pub no_keep: bool,
}

/// `512` or `512x768`.
fn size(text: &str) -> Result<(u32, u32), Wrong> {
    let side = |text: &str| {
        let side = text.trim().parse::<u32>();
        side.map_err(|_| {
            Wrong::new(
                "a size is one whole number, as 512, or two, as 512x768",
                "尺寸是一个整数，如 512，或两个，如 512x768。",
            )
        })
    };
    match text.split_once(['x', 'X', '×']) {
        Some((width, height)) => Ok((side(width)?, side(height)?)),
        None => side(text).map(|side| (side, side)),
    }
}

#[derive(Debug, Args)]
pub struct UpscaleArguments {
    /// A PNG, JPEG, WebP, GIF, BMP or TIFF file
    pub file: PathBuf,
    /// How many times as wide and high
    #[arg(long, default_value_t = 4)]
    pub factor: u32,
    /// Write the labelled picture to this file: .png, .jpg or .webp
    #[arg(long, short)]
    pub out: Option<PathBuf>,
    /// Leave no trace in the library
    #[arg(long, requires = "out")]
    pub no_keep: bool,
}

#[derive(Debug, Subcommand)]
pub enum ModelsCommand {
    /// List the models and where they are
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Compare models' files with their checksums
    Verify {
        /// Ids [default: every model that carries checksums]
        models: Vec<String>,
    },
    /// List a folder of yours, where it is
    Add {
        /// The model's folder
        folder: PathBuf,
    },
    /// Take a folder of yours off the list; nothing is deleted
    Remove {
        /// Its id
        model: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum WorksCommand {
    /// List works, newest first
    List {
        /// Words that must all occur in the title, prompt, text or model
        #[arg(long, default_value = "")]
        search: String,
        /// List at most this many
        #[arg(long, default_value_t = 20)]
        limit: u32,
        /// Skip this many
        #[arg(long, default_value_t = 0)]
        offset: u32,
        /// List the bin instead: what was removed in the last 30 days
        #[arg(long)]
        deleted: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Print a work
    Show {
        /// Its id
        id: String,
        /// Print how it was made instead, as JSON
        #[arg(long, conflicts_with = "json")]
        recipe: bool,
        /// Print everything as JSON
        #[arg(long)]
        json: bool,
    },
    /// Write a labelled copy of a work to a file
    Export {
        /// Its id
        id: String,
        /// Where to write it
        file: PathBuf,
        /// Put the whole recipe into the file; it holds the prompt
        #[arg(long)]
        with_recipe: bool,
    },
    /// Put a work into the bin, where it stays for 30 days
    Remove {
        /// Its id
        id: String,
    },
    /// Take a work out of the bin again
    Restore {
        /// Its id
        id: String,
    },
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_size_is_one_side_or_two() {
        assert_eq!(size("512"), Ok((512, 512)));
        assert_eq!(size("512x768"), Ok((512, 768)));
        for wrong in ["", "x", "512x", "-1", "1e3"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_first_locale_variable_that_is_set_decides() {
        let with = |all: &str, lang: &str| {
            let (all, lang) = (all.to_owned(), lang.to_owned());
            language_of(move |name| match name {
                "LC_ALL" => Some(all.clone()),
                "LANG" => Some(lang.clone()),
                _ => None,
            })
        };
        assert_eq!(with("", "zh_CN.UTF-8"), Language::Zh);
        assert_eq!(with("C", "zh_CN.UTF-8"), Language::En);
        assert_eq!(with("", ""), Language::En);
    }
}
