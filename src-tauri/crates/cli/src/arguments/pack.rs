//! `quartet pack`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use quartet_studio::PortableData;

use super::names;

#[derive(Debug, Subcommand)]
pub enum PackCommand {
    /// Make a class pack: one folder with models, lessons and programs, for a stick
    Make(MakeArguments),
    /// Read a class pack and compare every file with its list
    Verify {
        /// The pack's folder, which holds pack.toml
        folder: PathBuf,
        /// Print a JSON document: what it holds, what is wrong, what is not listed
        #[arg(long)]
        json: bool,
    },
    /// Install a class pack for yourself, without an administrator, the text model first
    Install(InstallArguments),
}

#[derive(Debug, Args)]
pub struct MakeArguments {
    /// The folder to make: a new one
    #[arg(long, short)]
    pub out: PathBuf,
    /// Ids of models, separated by commas, `all`, or `none`
    #[arg(long, value_delimiter = ',', default_value = "all")]
    pub models: Vec<String>,
    /// A lesson's folder, or one that holds lessons; your own of the data folder, and its decks, are put in anyway
    #[arg(long, value_name = "FOLDER", num_args = 1..)]
    pub lessons: Vec<PathBuf>,
    /// Leave out the lessons and decks of the data folder
    #[arg(long)]
    pub no_own: bool,
    /// Installers to put in
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub packages: Vec<PathBuf>,
    /// Put in this app, so that it runs from the stick
    #[arg(long)]
    pub portable: bool,
    /// Where the portable app keeps what it makes
    #[arg(long, value_parser = names::portable_data(), default_value = "beside", requires = "portable")]
    pub data: PortableData,
    /// Put in a portable app of another system, from another pack: its folder, as app/windows-x64
    #[arg(long, value_name = "FOLDER", num_args = 1..)]
    pub app: Vec<PathBuf>,
    /// Print a JSON document: where it is, how large, what was left out
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct InstallArguments {
    /// The pack's folder, which holds pack.toml
    pub folder: PathBuf,
    /// Put the models where all accounts of this computer read them, and nothing else, as
    /// /usr/local/share/quartet/models
    #[arg(long, value_name = "FOLDER")]
    pub shared: Option<PathBuf>,
    /// Leave out the app
    #[arg(long, conflicts_with = "shared")]
    pub no_app: bool,
    /// Print a JSON document: what became of each thing, what is wrong
    #[arg(long)]
    pub json: bool,
}
