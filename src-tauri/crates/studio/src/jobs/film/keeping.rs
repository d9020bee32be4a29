//! The end of a film: its recipe, its label, its place in the library.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    thread::{self, JoinHandle},
};

use quartet_pipelines::video::VideoStats;
use quartet_runtime::time_in_runs;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{FilmJob, Plot, making::Making, telling::Told};
use crate::{
    Code, Failure, Modality, Result,
    bench::Bench,
    clock,
    films::Label,
    jobs::promise,
    labels::Provenance,
    models::Model,
    pictures,
    recipe::{self, FilmRecipe, Recipe, RecipeModel},
    wire::{FilmCost, VideoJobEvent},
    works::{Begun, Draft, Replacing, Work},
};

/// Where frames are written.
pub(super) enum Place {
    Library(Box<Begun>),
    File(Replacing),
    /// The library takes nothing, for this reason: the film can be looked at all the same.
    Nowhere(Failure),
}

impl FilmJob {
    pub(super) fn finish(
        &mut self,
        bench: &Bench,
        told: Told,
        making: Making,
        checksum: Option<JoinHandle<Option<String>>>,
    ) -> Result<()> {
        self.outlet.send(VideoJobEvent::Finishing);
        let stats = making.stats.clone();
        let stats = stats.ok_or_else(|| Failure::new(Code::Internal, "a film without an end"))?;
        let seconds = making.began.elapsed().as_secs_f64();
        let clip = checksum.and_then(|thread| thread.join().ok().flatten());
        let narration = told.narration.clone();
        let recipe = self.recipe(bench, told, &making, &stats, clip, seconds);
        let promised = making.foresight.promise(making.plan);
        let (job_began, began, first_frame) = (making.job_began, making.began, making.first_frame);
        let (runs_before, memory) = (making.runs_before, making.memory);
        making.foresight.remember(bench, &stats, seconds, memory);
        let (work, keep_failure) = self.keep(bench, making, &recipe, seconds)?;
        self.film.reel.end();
        self.film.facts().work = work.as_ref().map(|work| work.id.clone());
        let seconds = began.elapsed().as_secs_f64();
        let in_runs = time_in_runs().saturating_sub(runs_before).as_secs_f64();
        self.outlet.send(VideoJobEvent::Done {
            stats,
            cost: FilmCost {
                promised,
                seconds,
                job_seconds: job_began.elapsed().as_secs_f64(),
                first_frame_seconds: first_frame,
                outside_seconds: (seconds - in_runs).max(0.0),
                memory_mb: memory.map(promise::megabytes),
            },
            bytes: work.as_ref().map_or(0, |work| work.bytes),
            work: work.map(|work| work.id),
            narration,
            keep_failure,
        });
        Ok(())
    }

    /// Writes the end of the film and enters it where it is to be kept.
    fn keep(
        &self,
        bench: &Bench,
        making: Making,
        recipe: &Recipe,
        seconds: f64,
    ) -> Result<(Option<Work>, Option<Failure>)> {
        let Making {
            recorder, place, ..
        } = making;
        let refused = |error: io::Error| self.refused(bench, &error);
        match place {
            Place::Library(begun) => {
                let json = recipe.json()?;
                let prompt = recipe.prompt();
                let title = self.title(bench, &prompt);
                let draft = Draft {
                    modality: Modality::Video,
                    title: &title,
                    model: &recipe.model.id,
                    seconds,
                    prompt: &prompt,
                    content: &prompt,
                    recipe: &json,
                    extension: self.format.extension(),
                };
                let label = Label {
                    id: begun.stamp.id.clone(),
                    provenance: draft.provenance(&begun.stamp),
                };
                let finished = recorder.finish(&label).map_err(refused);
                let kept = finished.and_then(|()| bench.library()?.complete(*begun, &draft));
                // All frames are made, and can be looked at and saved elsewhere.
                Ok(match kept {
                    Ok(work) => (Some(work), None),
                    Err(failure) => (None, Some(failure)),
                })
            }
            Place::File(replacing) => {
                recorder.finish(&self.anonymous()).map_err(refused)?;
                replacing.publish().map_err(refused)?;
                Ok((None, None))
            }
            Place::Nowhere(failure) => {
                // Waits for the last frame to be there to look at.
                recorder.finish(&self.anonymous()).map_err(refused)?;
                Ok((None, Some(failure)))
            }
        }
    }

    /// What a film says of itself that is in no library.
    fn anonymous(&self) -> Label {
        let id = Uuid::now_v7();
        Label {
            id: id.to_string(),
            provenance: Provenance {
                title: None,
                created: clock::rfc3339(clock::millis_of(&id)),
                model: self.tools.name(),
                recipe: None,
            },
        }
    }

    fn title(&self, bench: &Bench, prompt: &str) -> String {
        match &self.plot {
            Plot::Story(story) => recipe::title(&story.topic),
            Plot::Clip(order, _) => {
                // A kept film is known by its id, which tells a person nothing.
                let kept = order.source.work().and_then(|id| {
                    let library = bench.library().ok()?;
                    Some(library.open_work(id).ok()?.work.title)
                });
                kept.unwrap_or_else(|| recipe::title(prompt))
            }
            Plot::Travel(_) => recipe::title(prompt),
        }
    }

    fn recipe(
        &self,
        bench: &Bench,
        told: Told,
        making: &Making,
        stats: &VideoStats,
        clip: Option<String>,
        seconds: f64,
    ) -> Recipe {
        let id = |model: &Option<Model>| model.as_ref().map(|model| model.id.clone());
        let retiming = match &self.plot {
            Plot::Clip(order, _) => Some(order.clone()),
            Plot::Travel(_) | Plot::Story(_) => None,
        };
        let film = FilmRecipe {
            travel: told.travel,
            retiming,
            clip,
            format: self.format,
            inbetween: id(&self.tools.inbetween),
            upscaler: id(&self.tools.upscaler),
            narration: told.narration,
            captions: told.captions,
            lines: told.lines,
            keys: making.keys.clone(),
            stats: stats.clone(),
        };
        let model = self.tools.main().map_or_else(
            || RecipeModel {
                id: self.tools.name(),
                digest: None,
                licence: String::new(),
            },
            RecipeModel::of,
        );
        Recipe {
            film: Some(film),
            ..bench.recipe_by(Modality::Video, model, "CPU".to_owned(), seconds)
        }
    }

    /// Of the clip's files, reckoned beside the making.
    pub(super) fn checksum(&self) -> Option<JoinHandle<Option<String>>> {
        let Plot::Clip(order, paths) = &self.plot else {
            return None;
        };
        // A kept film has its own, and a folder's pictures may come and go.
        if !order.source.is_files() || paths.iter().any(|path| path.is_dir()) {
            return None;
        }
        let paths = paths.clone();
        thread::Builder::new()
            .name("quartet-checksum".to_owned())
            .spawn(move || checksum(&paths).ok())
            .ok()
    }
}

/// sha256 of a file, or over those of several.
pub(crate) fn checksum(paths: &[PathBuf]) -> io::Result<String> {
    let one = |path: &Path| -> io::Result<String> {
        let mut hash = Sha256::new();
        io::copy(&mut File::open(path)?, &mut HashWriter(&mut hash))?;
        Ok(crate::models::hex(&hash.finalize()))
    };
    match paths {
        [path] => one(path),
        many => {
            let sums = many.iter().map(|path| one(path));
            let sums = sums.collect::<io::Result<Vec<_>>>()?;
            Ok(pictures::checksum(sums.join("\n").as_bytes()))
        }
    }
}

struct HashWriter<'a>(&'a mut Sha256);

impl io::Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
