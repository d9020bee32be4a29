//! A language model of a few lines, and a studio around it, so that jobs are tested without
//! weights.

pub mod image;

use std::{
    env,
    fmt::Debug,
    fs,
    ops::ControlFlow,
    path::Path,
    process::Command,
    sync::{
        Arc, Mutex,
        mpsc::{self, Receiver},
    },
    thread,
    time::Duration,
};

use quartet_pipelines::Events;
use quartet_runtime::DeviceId;
use quartet_studio::{
    Cancel, EventOf, Failure, JobEvent, JobHandle, Keep, Live, LoadOptions, Loaded, Loader, Order,
    Paths, Sink, Skill, Studio, TextJob, TextOrder,
    audio::{
        SpeechEvent, SpeechModel, SpeechModelInfo, SpeechRequest, SpeechStats, SpokenWord,
        VoiceInfo, WordTiming,
        composition::{
            ComposedNote, CompositionEvent, CompositionModel, CompositionModelInfo,
            CompositionRequest, CompositionStats, NoteKind,
        },
        transcription::{
            Segment, TranscriptionEvent, TranscriptionModel, TranscriptionModelInfo,
            TranscriptionRequest, TranscriptionStats,
        },
    },
    models::Model,
    text::{
        Alternative, FinishReason, Message, Role, TextEvent, TextModel, TextModelInfo,
        TextParameters, TextRequest, TextStats, Token, TokenPiece,
    },
    video::Blending,
};

type PipelineResult<T> = quartet_pipelines::Result<T>;

fn word(id: u32) -> String {
    format!("w{id} ")
}

/// Answers with `w0 w1 w2 …`, as many words as asked for. The prompt tells how: "slow" waits
/// 5 ms a word, "panic" panics at the second, "broken" fails at the second.
struct FakeText;

impl TextModel for FakeText {
    fn info(&self) -> TextModelInfo {
        TextModelInfo {
            context_length: 100,
            vocabulary_size: 10,
            layers: 1,
            defaults: TextParameters::default(),
            cache_in_place: true,
            is_dated: true,
            device: "CPU".to_owned(),
        }
    }

    fn tokenize(&mut self, text: &str) -> PipelineResult<Vec<TokenPiece>> {
        let piece = |(id, piece): (usize, &str)| TokenPiece {
            id: id as u32,
            piece: piece.to_owned(),
            special: false,
        };
        Ok(text.split_whitespace().enumerate().map(piece).collect())
    }

    fn decode(&self, ids: &[u32]) -> String {
        ids.iter().map(|id| word(*id)).collect()
    }

    fn next_token(
        &mut self,
        _: &TextRequest,
        count: u32,
        _: &Cancel,
    ) -> PipelineResult<Vec<Alternative>> {
        let alternative = |id| Alternative {
            id,
            piece: format!("w{id}"),
            logprob: -1.0,
        };
        Ok((0..count).map(alternative).collect())
    }

    fn likelihood(
        &mut self,
        _: &TextRequest,
        answer: &str,
        _: &Cancel,
    ) -> PipelineResult<Vec<f32>> {
        Ok(answer.split_whitespace().map(|_| -1.0).collect())
    }

    fn run<'a>(
        &'a mut self,
        request: TextRequest,
        cancel: &'a Cancel,
    ) -> PipelineResult<Events<'a, TextEvent>> {
        let prompt = request
            .messages
            .last()
            .map(|message| message.content.clone());
        let prompt = prompt.unwrap_or_default();
        let count = request.parameters.max_tokens;
        let words = (0..count).map(move |id| {
            cancel.check()?;
            if prompt.contains("slow") {
                thread::sleep(Duration::from_millis(5));
            }
            assert!(id != 1 || !prompt.contains("panic"), "as asked");
            if id == 1 && prompt.contains("broken") {
                return Err(quartet_pipelines::Error::NotFinite);
            }
            Ok(TextEvent::Token(Token {
                id,
                text: format!("w{id} "),
                piece: format!("w{id}"),
                logprob: -1.0,
                chosen_logprob: -1.0,
                alternatives: Vec::new(),
            }))
        });
        let stats = TextStats {
            reason: FinishReason::MaxTokens,
            seed: request.parameters.seed.unwrap_or(77),
            prompt_tokens: 1,
            reused_tokens: 0,
            generated_tokens: count,
            prompt_seconds: 0.25,
            decode_seconds: 0.5,
            context_length: 100,
            context_used: count + 1,
        };
        let prompt = TextEvent::Prompt {
            done: 1,
            total: 1,
            reused: 0,
        };
        Ok(Box::new(
            [Ok(prompt)]
                .into_iter()
                .chain(words)
                .chain([Ok(TextEvent::Done(stats))]),
        ))
    }
}

/// Says every word of a text as 100 samples, a sentence a full stop. "slow" waits 5 ms a sentence,
/// "broken" fails at the second, "中文" is a language it does not speak.
struct FakeSpeech;

impl SpeechModel for FakeSpeech {
    fn info(&self) -> SpeechModelInfo {
        SpeechModelInfo {
            voices: vec![VoiceInfo {
                id: "heart".to_owned(),
                language: "en-US".to_owned(),
                gender: "female".to_owned(),
            }],
            sample_rate: 24_000,
            device: "CPU".to_owned(),
        }
    }

    fn run<'a>(
        &'a mut self,
        request: SpeechRequest,
        cancel: &'a Cancel,
    ) -> PipelineResult<Events<'a, SpeechEvent>> {
        let text = request.text.clone();
        let said: Vec<_> = text.split_inclusive('.').map(str::to_owned).collect();
        if text.trim().is_empty() {
            return Err(quartet_pipelines::Error::NothingToSay);
        }
        if text.contains("中文") {
            return Err(quartet_pipelines::Error::VoiceLanguage {
                voice: "heart".to_owned(),
                able: Vec::new(),
            });
        }
        let stats = SpeechStats {
            seed: request.seed.unwrap_or(77),
            voice: "heart".to_owned(),
            sample_rate: 24_000,
            sentences: said.len() as u32,
            words: text.split_whitespace().count() as u32,
            skipped: 0,
            audio_seconds: 0.5,
            phoneme_seconds: 0.25,
            voice_seconds: 0.5,
            first_sound_seconds: 0.1,
        };
        let sentences = (0_u32..).zip(said).flat_map(move |(index, sentence)| {
            let words: Vec<SpokenWord> = spoken(&sentence);
            let count = words.len() as u32;
            let timings = (0..count).map(|word| WordTiming {
                word,
                from: word * 100,
                to: word * 100 + 90,
            });
            let audio = SpeechEvent::Audio {
                index,
                samples: vec![0.5; count as usize * 100],
                timings: timings.collect(),
            };
            let announced = SpeechEvent::Sentence {
                index,
                words,
                done: 0,
                total: 100,
            };
            let broken = index == 1 && sentence.contains("broken");
            if sentence.contains("slow") {
                thread::sleep(Duration::from_millis(5));
            }
            let checked = cancel.check().map_err(Into::into);
            [
                checked.map(|()| announced),
                if broken {
                    Err(quartet_pipelines::Error::NotFinite)
                } else {
                    Ok(audio)
                },
            ]
        });
        Ok(Box::new(sentences.chain([Ok(SpeechEvent::Done(stats))])))
    }
}

fn spoken(sentence: &str) -> Vec<SpokenWord> {
    let word = |(index, text): (u32, &str)| SpokenWord {
        text: text.to_owned(),
        start: index * 20,
        end: index * 20 + 9,
        phonemes: "wˈɜɹd".to_owned(),
    };
    (0..).zip(sentence.split_whitespace()).map(word).collect()
}

/// Hears "Green tea." and "It is hot." in every file, much more in "long.wav", nothing in
/// "silence.wav" and no sound in "broken.wav"; in "slow.wav" a segment takes 5 ms.
struct FakeListener;

impl TranscriptionModel for FakeListener {
    fn info(&self) -> TranscriptionModelInfo {
        TranscriptionModelInfo {
            languages: vec!["en".to_owned()],
            translates: true,
            device: "CPU".to_owned(),
        }
    }

    fn run<'a>(
        &'a mut self,
        request: TranscriptionRequest,
        cancel: &'a Cancel,
    ) -> PipelineResult<Events<'a, TranscriptionEvent>> {
        if request.path.ends_with("broken.wav") {
            let reason = "as asked".to_owned();
            return Err(quartet_media::Error::NotSound { reason }.into());
        }
        let said: &[&str] = if request.path.ends_with("silence.wav") {
            &[]
        } else if request.path.ends_with("long.wav") {
            &["We talked about the tea and about the kettle."; 12]
        } else if request.path.ends_with("slow.wav") {
            &["A slow talk."; 60]
        } else {
            &["Green tea.", "It is hot."]
        };
        let segments = said.iter().enumerate().map(move |(index, text)| {
            cancel.check()?;
            if text.contains("slow") {
                thread::sleep(Duration::from_millis(5));
            }
            Ok(TranscriptionEvent::Segment(Segment {
                start: index as f64,
                end: index as f64 + 0.5,
                text: (*text).to_owned(),
                pieces: Vec::new(),
                temperature: 0.0,
            }))
        });
        let stats = TranscriptionStats {
            language: "en".to_owned(),
            segments: said.len() as u32,
            tokens: 9,
            silent_windows: 0,
            doubtful_windows: 0,
            cut_short: false,
            audio_seconds: 2.0,
            encode_seconds: 0.1,
            decode_seconds: 0.1,
            seconds: 0.25,
        };
        Ok(Box::new(
            segments.chain([Ok(TranscriptionEvent::Done(stats))]),
        ))
    }
}

/// Writes one note a bar, each a hundred samples. An instrument called "kazoo" is none it has, one
/// called "slow" takes 5 ms a bar.
struct FakeComposer;

impl CompositionModel for FakeComposer {
    fn info(&self) -> CompositionModelInfo {
        CompositionModelInfo {
            instruments: Vec::new(),
            moods: Vec::new(),
            metres: Vec::new(),
            modes: Vec::new(),
            temperature: 1.0,
            top_p: 1.0,
            device: "CPU".to_owned(),
        }
    }

    fn run<'a>(
        &'a mut self,
        mut request: CompositionRequest,
        cancel: &'a Cancel,
    ) -> PipelineResult<Events<'a, CompositionEvent>> {
        if request.instrument.as_deref() == Some("kazoo") {
            return Err(quartet_pipelines::Error::Parameter {
                name: "instrument",
                found: "kazoo".to_owned(),
                allowed: vec!["music-box".to_owned()].into(),
            });
        }
        let slow = request.instrument.as_deref() == Some("slow");
        let ticks = request.metre.ticks();
        let bars = request.bars;
        request.seed = Some(request.seed.unwrap_or(77));
        request.tempo = Some(request.tempo.unwrap_or(90.0));
        let stats = CompositionStats {
            seed: 77,
            sample_rate: 44_100,
            bars,
            notes: bars,
            tokens: bars * 3,
            programs: [46, 0, 32],
            audio_seconds: 0.5,
            writing_seconds: 0.25,
            playing_seconds: 0.5,
            first_sound_seconds: 0.1,
        };
        let written = (0..bars).flat_map(move |bar| {
            if slow {
                thread::sleep(Duration::from_millis(5));
            }
            let note = ComposedNote {
                bar,
                at: bar * ticks,
                length: ticks,
                what: NoteKind::Pitch { pitch: 0 },
                key: Some(60),
                chord: None,
                probability: 0.5,
                alternatives: Vec::new(),
                given: false,
            };
            let checked = cancel.check().map_err(Into::into);
            [
                checked.map(|()| CompositionEvent::Note(note)),
                Ok(CompositionEvent::Bar {
                    index: bar,
                    part: 0,
                    repeats: None,
                }),
                Ok(CompositionEvent::Audio {
                    bar,
                    samples: vec![0.25; 100],
                }),
            ]
        });
        let begun = [Ok(CompositionEvent::Begun { request })];
        let done = [Ok(CompositionEvent::Done(stats))];
        Ok(Box::new(begun.into_iter().chain(written).chain(done)))
    }
}

/// Loads the fake model; one whose id begins with "slow" takes 600 ms.
pub struct FakeLoader;

impl Loader for FakeLoader {
    fn load(
        &self,
        model: &Model,
        _: &LoadOptions,
        cancel: &Cancel,
    ) -> quartet_studio::Result<Loaded> {
        if model.id.starts_with("slow") {
            for _ in 0..120 {
                cancel.check().map_err(Failure::from)?;
                thread::sleep(Duration::from_millis(5));
            }
        }
        Ok(match model.architecture.skill() {
            Some(Skill::Speech) => Loaded::Speech(Box::new(FakeSpeech)),
            Some(Skill::Transcription) => Loaded::Transcription(Box::new(FakeListener)),
            Some(Skill::Composition) => Loaded::Composition(Box::new(FakeComposer)),
            Some(Skill::Image) => Loaded::Image(Box::new(image::FakeDrawer)),
            Some(Skill::Upscale) => Loaded::Upscaler(Box::new(image::FakeEnlarger)),
            Some(Skill::Inbetween) => Loaded::Inbetween(Box::new(Blending)),
            _ => Loaded::Text(Box::new(FakeText)),
        })
    }

    fn runtime_version(&self) -> String {
        "0.0.0".to_owned()
    }

    fn device_name(&self, _: &DeviceId) -> String {
        "CPU".to_owned()
    }
}

/// Adds the manifest of a fake text model to the data folder's models.
pub fn add_model(home: &Path, id: &str, memory_mb: u32) {
    add(home, id, ("text", "causal-lm"), memory_mb);
}

/// Adds a fake voice.
pub fn add_voice(home: &Path, id: &str) {
    add(home, id, ("audio", "hibari"), 10);
}

/// Adds a fake voice that also speaks Chinese.
pub fn add_chinese_voice(home: &Path, id: &str) {
    add(home, id, ("audio", "kokoro"), 10);
    let path = home.join("models").join(id).join("model.toml");
    let manifest = fs::read_to_string(&path).unwrap();
    fs::write(path, format!("languages = [\"en\", \"zh\"]\n{manifest}")).unwrap();
}

/// Adds a fake model that transcribes.
pub fn add_listener(home: &Path, id: &str) {
    add(home, id, ("audio", "whisper"), 10);
}

/// Adds a fake model that composes.
pub fn add_composer(home: &Path, id: &str) {
    add(home, id, ("audio", "melody"), 10);
}

/// Adds a fake model that draws.
pub fn add_drawer(home: &Path, id: &str) {
    add(home, id, ("image", "latent-flow"), 10);
}

/// Adds a fake model that draws single prompts, and nothing between two.
pub fn add_prompter(home: &Path, id: &str) {
    add(home, id, ("image", "diffusion"), 10);
}

/// Adds a fake model that makes frames between frames.
pub fn add_inbetween(home: &Path, id: &str) {
    add(home, id, ("video", "inbetween"), 10);
}

/// Adds a fake model that makes pictures larger.
pub fn add_enlarger(home: &Path, id: &str) {
    add(home, id, ("image", "upscaler"), 10);
}

fn add(home: &Path, id: &str, (modality, kind): (&str, &str), memory_mb: u32) {
    let folder = home.join("models").join(id);
    fs::create_dir_all(&folder).unwrap();
    let manifest = format!(
        "id = \"{id}\"\nname = {{ en = \"{id}\", zh = \"{id}\" }}\nmodality = \"{modality}\"\n\
         architecture = {{ kind = \"{kind}\" }}\nlicence = {{ spdx = \"MIT\" }}\n\
         memory_mb = {memory_mb}\n"
    );
    fs::write(folder.join("model.toml"), manifest).unwrap();
}

/// Loads the fake models and remembers which, and with how many threads.
#[derive(Default)]
pub struct CountingLoader(Mutex<Vec<(String, usize)>>);

impl CountingLoader {
    pub fn loads(&self) -> Vec<(String, usize)> {
        self.0.lock().unwrap().clone()
    }
}

impl Loader for CountingLoader {
    fn load(
        &self,
        model: &Model,
        options: &LoadOptions,
        cancel: &Cancel,
    ) -> quartet_studio::Result<Loaded> {
        let load = (model.id.clone(), options.session.threads);
        self.0.lock().unwrap().push(load);
        FakeLoader.load(model, options, cancel)
    }

    fn runtime_version(&self) -> String {
        FakeLoader.runtime_version()
    }

    fn device_name(&self, device: &DeviceId) -> String {
        FakeLoader.device_name(device)
    }
}

/// A studio over the fake model "fake" in `home`.
pub fn studio(home: &Path) -> Studio {
    studio_over(home, Arc::new(FakeLoader))
}

pub fn studio_over(home: &Path, loader: Arc<dyn Loader>) -> Studio {
    let paths = Paths {
        home: home.to_owned(),
        models: vec![home.join("models")],
        runtime: home.join("no-runtime.so"),
    };
    Studio::with_loader(paths, loader).unwrap()
}

/// A real network of a few hundred kilobytes.
pub const REAL_MODEL: &str = "tiny-llama";

/// A studio that loads and runs real networks with ONNX Runtime.
pub fn real_studio(home: &Path) -> Studio {
    real_studio_over(home, "text")
}

/// A studio that runs the golden models of a kind (a folder of `tests/golden`) with ONNX Runtime.
pub fn real_studio_over(home: &Path, kind: &str) -> Studio {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/golden");
    let Some(runtime) = env::var_os("QUARTET_ORT") else {
        panic!("QUARTET_ORT is not set: run `cargo xtask test`");
    };
    let paths = Paths {
        home: home.to_owned(),
        models: vec![golden.join(kind)],
        runtime: runtime.into(),
    };
    Studio::open(paths).unwrap()
}

pub fn request(prompt: &str, words: u32) -> TextRequest {
    TextRequest {
        messages: vec![Message {
            role: Role::User,
            content: prompt.to_owned(),
        }],
        answer_start: Vec::new(),
        parameters: TextParameters {
            max_tokens: words,
            ..TextParameters::default()
        },
        alternatives: 0,
        local_time: None,
    }
}

/// What the fake model answers.
pub fn answer(words: u32) -> String {
    (0..words).map(word).collect()
}

/// How many rounds a soak of `count` takes: `cargo xtask test --long` asks for ten times as many.
pub fn rounds(count: usize) -> usize {
    if env::var_os("QUARTET_TEST_LONG").is_some() {
        count * 10
    } else {
        count
    }
}

/// A copy of this program that runs the test `name` alone and writes what it writes.
pub fn copy_of_this_program(name: &str) -> Command {
    let mut program = Command::new(env::current_exe().unwrap());
    program.args([
        "--exact",
        name,
        "--include-ignored",
        "--nocapture",
        "--quiet",
    ]);
    program
}

pub fn sink<E: Send + 'static>() -> (Sink<E>, mpsc::Receiver<E>) {
    let (send, receive) = mpsc::channel();
    let sink: Sink<E> = Box::new(move |event| match send.send(event) {
        Ok(()) => ControlFlow::Continue(()),
        Err(_) => ControlFlow::Break(()),
    });
    (sink, receive)
}

/// A job and its events.
pub type Started<O> = (
    JobHandle<<O as Order>::Live>,
    Receiver<EventOf<<O as Order>::Job>>,
);

/// Starts a job, whose events can be received.
pub fn start<O: Order<Live: Live>>(
    studio: &Studio,
    order: O,
    keep: Keep,
) -> quartet_studio::Result<Started<O>> {
    let (sink, events) = sink();
    Ok((studio.jobs().start(order, keep, sink)?, events))
}

/// Runs a job to its end and gives all that it told.
pub fn told<O: Order<Live: Live>>(studio: &Studio, order: O, keep: Keep) -> Vec<EventOf<O::Job>> {
    let (_, events) = start(studio, order, keep).unwrap();
    events.iter().collect()
}

/// What a job told on its way, beside what every job tells.
pub fn progress<P, M>(events: &[JobEvent<P, M>]) -> impl Iterator<Item = &P> {
    events.iter().filter_map(|event| match event {
        JobEvent::Progress { progress } => Some(progress),
        _ => None,
    })
}

/// Waits for one of these.
pub fn wait_for<P, M>(events: &Receiver<JobEvent<P, M>>, is: impl Fn(&P) -> bool) {
    while !matches!(events.recv().unwrap(), JobEvent::Progress { progress } if is(&progress)) {}
}

/// What a job made, and the works that it is kept as.
pub fn made<P: Debug, M: Debug + Clone>(events: &[JobEvent<P, M>]) -> (M, Vec<String>) {
    match events.last() {
        Some(JobEvent::Done {
            made,
            works,
            keep_failure: None,
        }) => (made.clone(), works.clone()),
        other => panic!("{other:?}"),
    }
}

/// The one work of a job.
pub fn work_of<P: Debug, M: Debug + Clone>(events: &[JobEvent<P, M>]) -> String {
    let (_, works) = made(events);
    let [work] = &works[..] else {
        panic!("{works:?}");
    };
    work.clone()
}

/// Why a job came to no end.
pub fn failure_of<P: Debug, M: Debug>(events: &[JobEvent<P, M>]) -> Failure {
    match events.last() {
        Some(JobEvent::Failed { failure }) => failure.clone(),
        other => panic!("{other:?}"),
    }
}

/// What becomes of a job that is stopped.
pub fn is_cancelled<P: Debug, M: Debug>(events: &Receiver<JobEvent<P, M>>) -> bool {
    failure_of(&events.iter().collect::<Vec<_>>()).is_cancelled()
}

/// A text of the model "fake".
pub fn text(prompt: &str, words: u32) -> TextOrder {
    text_by("fake", request(prompt, words))
}

pub fn text_by(model: &str, request: TextRequest) -> TextOrder {
    TextOrder {
        model: Some(model.to_owned()),
        request,
    }
}

/// Runs one request to its end and gives its last event.
pub fn run(studio: &Studio, prompt: &str, words: u32) -> EventOf<TextJob> {
    told(studio, text(prompt, words), Keep::Library)
        .pop()
        .unwrap()
}
