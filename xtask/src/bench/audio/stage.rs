//! What every race and round trip of the audio bench needs: our program, the peers, the models and
//! where clips are left.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::bench::arguments::Arguments;
use crate::bench::contender::Contender;
use crate::convert;
use crate::manifest::Manifest;
use crate::models;
use crate::process;
use crate::setup::Ready;
use crate::workspace;

pub const HIBARI: &str = "hibari-en";
pub const KOKORO: &str = "kokoro";
pub const WHISPER: &str = "whisper-base";

/// What everything needs that is done here.
pub struct Stage<'a> {
    pub arguments: &'a Arguments,
    pub ready: Ready,
    pub bench: PathBuf,
    /// The Python that has the peers, where they were asked for.
    pub peers: Option<PathBuf>,
    /// For sound files.
    pub clips: tempfile::TempDir,
}

impl Stage<'_> {
    pub fn wants(&self, model: &str) -> bool {
        let named = &self.arguments.model;
        named.is_empty() || named.iter().any(|id| model.starts_with(id.as_str()))
    }

    pub fn model(&self, id: &str) -> PathBuf {
        self.ready.cache.models().join(id)
    }

    /// Ours, doing one of its tasks with a model.
    pub fn ours(
        &self,
        name: &'static str,
        task: &str,
        folder: &Path,
        threads: usize,
    ) -> Result<Contender> {
        let mut command = Command::new(&self.bench);
        let (threads, spinning) = (threads.to_string(), self.arguments.spinning.to_string());
        command.arg(task).arg(folder).args([&threads, &spinning]);
        self.ready.environment(&mut command);
        Contender::start(name, &mut command)
    }

    /// A script of `tests/bench/peers`, where peers were asked for.
    pub fn peer(
        &self,
        name: &'static str,
        script: &str,
        folder: Option<&Path>,
        threads: usize,
        rest: &[&str],
    ) -> Result<Option<Contender>> {
        let Some(python) = &self.peers else {
            return Ok(None);
        };
        let mut command = Command::new(python);
        command
            .arg(workspace::root().join("tests/bench/peers").join(script))
            .args(folder)
            .arg(threads.to_string())
            .args(rest)
            // What its other libraries do in threads of their own is bound in the same way.
            .env("OMP_NUM_THREADS", threads.to_string())
            .env("OPENBLAS_NUM_THREADS", threads.to_string());
        Contender::start(name, &mut command).map(Some)
    }

    /// Sound files of exactly so many seconds, each in another voice.
    pub fn clips(&self, texts: &[&str], seconds: f64) -> Result<Vec<PathBuf>> {
        let mut speaker = self.ours(
            "quartet",
            "speak",
            &self.model(KOKORO),
            self.arguments.threads,
        )?;
        let voices = ["af_heart", "am_michael", "bf_emma"];
        let mut clips = Vec::new();
        for ((index, text), voice) in texts.iter().enumerate().zip(voices) {
            let file = self.clips.path().join(format!("{seconds}-{index}.wav"));
            let command = json!({ "say": text, "voice": voice, "file": file, "seconds": seconds });
            let _: Value = speaker.ask(&command)?;
            clips.push(file);
        }
        Ok(clips)
    }

    fn manifest(&self, id: &str) -> Result<&Manifest> {
        let mut manifests = self.ready.manifests.iter();
        manifests
            .find(|manifest| manifest.id == id)
            .with_context(|| format!("there is no model {id}"))
    }

    /// The file that Whisper's graphs were made from.
    fn whisper_source(&self) -> Result<PathBuf> {
        models::joined(
            &self.ready.cache,
            self.manifest(WHISPER)?,
            &self.ready.python,
        )
    }

    /// Whisper as `CTranslate2` opens it.
    pub fn ctranslate2(&self) -> Result<PathBuf> {
        let folder = self.clips.path().join("ctranslate2");
        if !folder.is_dir() {
            let mut command = Command::new(&self.ready.python);
            command
                .current_dir(workspace::recipes())
                .args(["-m", "quartet_recipes.whisper", "split", "--joined"])
                .arg(self.whisper_source()?)
                .arg("--out")
                .arg(&folder);
            process::run(&mut command)?;
        }
        Ok(folder)
    }

    /// Our Whisper with its weights as they were, in float16.
    pub fn whisper_float16(&self) -> Result<PathBuf> {
        let folder = self.clips.path().join("whisper-f16");
        let mut manifest = self.manifest(WHISPER)?.clone();
        let encoding = ["--encoding", "f16"].map(ToOwned::to_owned);
        manifest.recipe.arguments.extend(encoding);
        let source = self.whisper_source()?;
        convert::convert(
            &self.ready.cache,
            &manifest,
            &self.ready.python,
            &source,
            &folder,
        )?;
        Ok(folder)
    }
}
