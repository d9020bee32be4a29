//! A language model of a few lines, and a studio around it, so that jobs are tested without
//! weights.

#![allow(dead_code, reason = "each test binary uses its own part")]

use std::{
    fs,
    ops::ControlFlow,
    path::Path,
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use quartet_studio::{
    Cancel, Failure, Loader, Paths, Studio, TextJobEvent, TextModel, TextSink,
    models::Model,
    text::{
        Alternative, FinishReason, Message, Role, TextEvent, TextModelInfo, TextOptions,
        TextParameters, TextRequest, TextStats, Token, TokenPiece,
    },
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

    fn run<'a>(
        &'a mut self,
        request: TextRequest,
        cancel: &'a Cancel,
    ) -> PipelineResult<quartet_pipelines::Events<'a, TextEvent>> {
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

/// Loads the fake model; one whose id begins with "slow" takes 600 ms.
pub struct FakeLoader;

impl Loader for FakeLoader {
    fn text(
        &self,
        model: &Model,
        _: &TextOptions,
        cancel: &Cancel,
    ) -> quartet_studio::Result<Box<dyn TextModel>> {
        if model.id.starts_with("slow") {
            for _ in 0..120 {
                cancel.check().map_err(Failure::from)?;
                thread::sleep(Duration::from_millis(5));
            }
        }
        Ok(Box::new(FakeText))
    }

    fn runtime_version(&self) -> String {
        "0.0.0".to_owned()
    }
}

/// Puts a model's description into the data folder's models.
pub fn add_model(home: &Path, id: &str, memory_mb: u32) {
    let folder = home.join("models").join(id);
    fs::create_dir_all(&folder).unwrap();
    let manifest = format!(
        "id = \"{id}\"\nname = {{ en = \"{id}\", zh = \"{id}\" }}\nmodality = \"text\"\n\
         architecture = {{ kind = \"causal-lm\" }}\nlicence = {{ spdx = \"MIT\" }}\n\
         memory_mb = {memory_mb}\n"
    );
    fs::write(folder.join("model.toml"), manifest).unwrap();
}

/// A studio over the fake model "fake" in `home`.
pub fn studio(home: &Path) -> Studio {
    let paths = Paths {
        home: home.to_owned(),
        models: vec![home.join("models")],
        runtime: home.join("no-runtime.so"),
    };
    Studio::with_loader(paths, Arc::new(FakeLoader)).unwrap()
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
    }
}

/// What the fake model answers.
pub fn answer(words: u32) -> String {
    (0..words).map(word).collect()
}

pub fn sink() -> (TextSink, mpsc::Receiver<TextJobEvent>) {
    let (send, receive) = mpsc::channel();
    let sink: TextSink = Box::new(move |event| match send.send(event) {
        Ok(()) => ControlFlow::Continue(()),
        Err(_) => ControlFlow::Break(()),
    });
    (sink, receive)
}

/// Runs one request to its end and gives its last event.
pub fn run(studio: &Studio, prompt: &str, words: u32) -> TextJobEvent {
    let (sink, events) = sink();
    studio
        .start_text("fake", request(prompt, words), sink)
        .unwrap();
    events.iter().last().unwrap()
}
