//! Films being ordered: from prompts, from clips, from a topic.

use std::{
    path::Path,
    sync::{Arc, Mutex},
};

use quartet_pipelines::{
    audio::{SpeechRequest, is_chinese},
    video::{VideoPlan, plan},
};
use quartet_runtime::Cancel;

use super::{Studio, lock};
use crate::{
    Code, Failure, Modality, Result, Skill,
    films::FilmFormat,
    jobs::{
        FilmJob, Foresight, JobId, Narrating, Outlet, Plot, SpeechJob, Story, Target, Tools,
        spoken_captions,
    },
    models::Model,
    sound::Sound,
    wire::{
        ClipFacts, FilmId, FilmPromise, Inbetweens, Narration, RetimingOrder, StoryOrder,
        TravelOrder, VideoJobEvent, VideoSink,
    },
};

impl Studio {
    /// Queues a film from prompts. With `out` it is written there and leaves no trace in the library;
    /// otherwise it is kept.
    ///
    /// # Errors
    /// `ModelUnknown`, `ModelWrongKind`, `ModelNone` or a model's own problem, `PromptEmpty`,
    /// `ParameterOutOfRange`, `WorkUnknown` for a narration that there is not; everything later goes to
    /// the sink.
    pub fn start_travel(
        &self,
        order: TravelOrder,
        out: Option<&Path>,
        sink: VideoSink,
    ) -> Result<JobId> {
        let tools = self.travel_tools(&order)?;
        // Refused before anything is loaded or said.
        plan(&order.request, tools.travels())?;
        let keep = out.is_none();
        let narration = order.narration;
        self.start_film(out, order.format, tools, sink, |studio, told| {
            let narrating = match narration {
                None => Narrating::Nothing,
                Some(Narration::Work { id }) => studio.kept_narration(id)?,
                Some(Narration::Spoken { model, request }) => {
                    let speaker = match model {
                        Some(model) => studio.model_that(&model, Skill::Speech)?,
                        None => {
                            let chinese = is_chinese(&request.text);
                            let language = if chinese { "zh" } else { "en" };
                            studio.fitting(None, Skill::Speech, language)?
                        }
                    };
                    Narrating::Spoken(Box::new(studio.speaking(speaker, request, keep, told)))
                }
            };
            Ok((Plot::Travel(order.request), narrating))
        })
    }

    /// Queues a clip to be made slower, smoother or sharper; `out` as for [`Studio::start_travel`].
    ///
    /// # Errors
    /// `ModelUnknown`, `ModelWrongKind`, a model's own problem, `ModelNone` where it is to be sharpened
    /// and nothing here does, `WorkUnknown`; everything later goes to the sink.
    pub fn start_retiming(
        &self,
        order: RetimingOrder,
        out: Option<&Path>,
        sink: VideoSink,
    ) -> Result<JobId> {
        let tools = self.retiming_tools(&order)?;
        let paths = self.clip_paths(&order.source)?;
        self.start_film(out, order.format, tools, sink, |_, _| {
            Ok((Plot::Clip(order, paths), Narrating::Nothing))
        })
    }

    /// Queues a story: its lines are written, spoken where something here speaks, drawn and kept.
    ///
    /// # Errors
    /// `PromptEmpty` without a topic, `ModelUnknown`, `ModelWrongKind`, `ModelNone`, a model's own
    /// problem; everything later goes to the sink.
    pub fn start_story(
        &self,
        order: StoryOrder,
        out: Option<&Path>,
        sink: VideoSink,
    ) -> Result<JobId> {
        if order.topic.trim().is_empty() {
            return Err(Failure::new(Code::PromptEmpty, "a story without a topic"));
        }
        let tools = Tools {
            drawer: Some(self.model_or_default(order.model.as_deref(), Skill::Image)?),
            upscaler: self.any(Skill::Upscale),
            inbetween: self.inbetween(&order.inbetweens)?,
        };
        let language = order.language.clone();
        let writer = self.fitting(order.writer.as_deref(), Skill::Text, &language)?;
        let speaker = match (&order.speaker, order.spoken) {
            (_, false) => None,
            (Some(id), true) => Some(self.model_that(id, Skill::Speech)?),
            // Where nothing speaks, the film is silent and its captions are read.
            (None, true) => self.fitting(None, Skill::Speech, &language).ok(),
        };
        let keep = out.is_none();
        self.start_film(out, order.format, tools, sink, |studio, told| {
            let narrating = speaker.map_or(Narrating::Nothing, |speaker| {
                let request = SpeechRequest {
                    // Known when it is written.
                    text: String::new(),
                    voice: order.voice.clone(),
                    speed: 1.0,
                    seed: order.parameters.seed,
                };
                Narrating::Spoken(Box::new(studio.speaking(speaker, request, keep, told)))
            });
            let story = Story {
                topic: order.topic,
                language: order.language,
                writer,
                parameters: order.parameters,
            };
            Ok((Plot::Story(Box::new(story)), narrating))
        })
    }

    fn start_film(
        &self,
        out: Option<&Path>,
        format: FilmFormat,
        tools: Tools,
        sink: VideoSink,
        plot: impl FnOnce(&Self, Telling) -> Result<(Plot, Narrating)>,
    ) -> Result<JobId> {
        let cancel = Cancel::new();
        // A narration tells of itself through the same sink, wrapped up.
        let telling = Telling {
            sink: Arc::new(Mutex::new(sink)),
            cancel: cancel.clone(),
        };
        let outlet = telling.outlet();
        let (plot, narrating) = plot(self, telling)?;
        let film = Arc::new(self.empty_film()?);
        let job = FilmJob {
            plot,
            tools,
            format,
            narrating,
            target: out.map_or(Target::Library, |path| Target::File(path.to_owned())),
            film: Arc::clone(&film),
            outlet,
        };
        let job = self.queue.start_with(job, cancel);
        lock(&self.films).put(FilmId::Take { job }, film);
        Ok(job)
    }

    fn speaking(
        &self,
        model: Model,
        request: SpeechRequest,
        keep: bool,
        telling: Telling,
    ) -> SpeechJob {
        let Telling { sink, cancel } = telling;
        let wrap = move |event| {
            let mut sink = lock(&sink);
            sink(VideoJobEvent::Narration { event })
        };
        SpeechJob {
            model,
            request,
            chinese: self.chinese_speakers(),
            keep,
            sound: Arc::new(Sound::default()),
            spoken: None,
            outlet: Outlet::new(Box::new(wrap), cancel),
        }
    }

    fn kept_narration(&self, id: String) -> Result<Narrating> {
        let opened = self.library()?.open_work(&id)?;
        if let Some(problem) = opened.work.problem {
            return Err(problem);
        }
        if opened.work.modality != Modality::Audio {
            return Err(Failure::new(Code::SoundUnreadable, &id));
        }
        let speech = crate::Recipe::parse(&opened.recipe).and_then(|recipe| recipe.speech);
        let captions = speech.map(|said| spoken_captions(&said.script, said.stats.sample_rate));
        Ok(Narrating::Kept {
            id,
            file: opened.file,
            captions: captions.unwrap_or_default(),
        })
    }

    fn travel_tools(&self, order: &TravelOrder) -> Result<Tools> {
        Ok(Tools {
            drawer: Some(self.model_or_default(order.model.as_deref(), Skill::Image)?),
            upscaler: order.sharpen.then(|| self.any(Skill::Upscale)).flatten(),
            inbetween: self.inbetween(&order.inbetweens)?,
        })
    }

    fn retiming_tools(&self, order: &RetimingOrder) -> Result<Tools> {
        let sharpened = order.request.sharpen > 1;
        let upscaler = sharpened.then(|| self.model_or_default(None, Skill::Upscale));
        let inbetween = match order.request.factor {
            1 => None,
            _ => self.inbetween(&order.inbetweens)?,
        };
        Ok(Tools {
            drawer: None,
            upscaler: upscaler.transpose()?,
            inbetween,
        })
    }

    fn inbetween(&self, wanted: &Inbetweens) -> Result<Option<Model>> {
        Ok(match wanted {
            Inbetweens::Best => self.any(Skill::Inbetween),
            Inbetweens::Network { model } => Some(self.model_that(model, Skill::Inbetween)?),
            Inbetweens::Blended => None,
        })
    }

    fn model_or_default(&self, id: Option<&str>, skill: Skill) -> Result<Model> {
        match id {
            Some(id) => self.model_that(id, skill),
            None => self.model_that(&self.default_model(skill)?, skill),
        }
    }

    /// The default one, where there is one.
    pub(super) fn any(&self, skill: Skill) -> Option<Model> {
        self.model_or_default(None, skill).ok()
    }

    /// The default one, unless only another knows the language.
    fn fitting(&self, id: Option<&str>, skill: Skill, language: &str) -> Result<Model> {
        let default = self.model_or_default(id, skill)?;
        let start = language.get(..2).unwrap_or(language);
        let knows = |languages: &[String]| languages.iter().any(|one| one.starts_with(start));
        // What does not say which languages it knows may know this one.
        let languages = &default.languages;
        if id.is_some() || languages.is_empty() || knows(languages) {
            return Ok(default);
        }
        let able = self.models().into_iter().find(|model| {
            model.skill == Some(skill) && model.problem.is_none() && knows(&model.languages)
        });
        able.map_or(Ok(default), |model| self.model_that(&model.id, skill))
    }

    /// What a film from prompts will take, from earlier films on this computer.
    ///
    /// # Errors
    /// As [`Studio::start_travel`].
    pub fn promise_travel(&self, order: &TravelOrder) -> Result<FilmPromise> {
        let tools = self.travel_tools(order)?;
        let plan = plan(&order.request, tools.travels())?;
        Ok(self.foresight(&tools).promise(plan))
    }

    /// The same for a clip of which `facts` are known.
    ///
    /// # Errors
    /// As [`Studio::start_retiming`].
    pub fn promise_retiming(
        &self,
        order: &RetimingOrder,
        facts: &ClipFacts,
    ) -> Result<FilmPromise> {
        let tools = self.retiming_tools(order)?;
        let keys = facts.frames.unwrap_or(0);
        let betweens = keys
            .saturating_sub(1)
            .saturating_mul(order.request.factor.saturating_sub(1));
        let plan = VideoPlan {
            frames: keys.saturating_add(betweens),
            keys,
            width: facts.width.saturating_mul(order.request.sharpen),
            height: facts.height.saturating_mul(order.request.sharpen),
        };
        Ok(self.foresight(&tools).promise(plan))
    }

    fn foresight(&self, tools: &Tools) -> Foresight {
        let loaded = lock(&self.shelf).loaded.clone();
        Foresight::new(self.known(&loaded), tools)
    }
}

/// Where a job and its narration tell of themselves.
struct Telling {
    sink: Arc<Mutex<VideoSink>>,
    cancel: Cancel,
}

impl Telling {
    fn outlet(&self) -> Outlet<VideoJobEvent> {
        let outer = Arc::clone(&self.sink);
        let tell = move |event| {
            let mut sink = lock(&outer);
            sink(event)
        };
        Outlet::new(Box::new(tell), self.cancel.clone())
    }
}
