//! Acts as studio's orders.

use quartet_studio::{
    CompositionOrder, ExperimentOrder, ExperimentRow, ImageOrder, Language, LoadedText, LocalText,
    SpeechOrder, TextOrder, TravelOrder,
    audio::{SpeechRequest, composition::CompositionRequest},
    image::{ImageParameters, ImageRequest, SubjectChoice},
    pictures::ImageSources,
    text::{Message, Role, TextParameters, TextRequest},
    video::{Scene, TravelParameters, TravelRequest},
};

use crate::act::{Act, Experiment, Sides};

/// Where a lesson names none: a run without a window is the same each time.
const SEED: u32 = 1;

/// Seconds of a film's scene.
const SCENE_SECONDS: f32 = 2.0;

fn message(role: Role, content: &str) -> Message {
    let content = content.to_owned();
    Message { role, content }
}

/// A question to the text model, in its own role where none is given.
fn question(prompt: &str, system: Option<&str>, own: &LoadedText) -> TextRequest {
    let system = system.or(own.system_prompt.as_deref());
    let system = system.map(|system| message(Role::System, system));
    let prompt = message(Role::User, prompt);
    TextRequest {
        messages: system.into_iter().chain([prompt]).collect(),
        answer_start: Vec::new(),
        parameters: TextParameters {
            seed: Some(SEED),
            ..own.defaults.clone()
        },
        alternatives: 0,
        local_time: None,
    }
}

fn order(
    mut request: TextRequest,
    seed: Option<u32>,
    temperature: Option<f32>,
    most: u32,
) -> TextOrder {
    let parameters = &mut request.parameters;
    parameters.seed = seed.or(parameters.seed);
    parameters.temperature = temperature.unwrap_or(parameters.temperature);
    parameters.max_tokens = parameters.max_tokens.min(most);
    TextOrder {
        model: None,
        request,
    }
}

pub fn text(act: &Act, own: &LoadedText, language: Language, most: u32) -> TextOrder {
    let Act::TextAsk {
        prompt,
        system,
        seed,
        temperature,
        max_tokens,
        ..
    } = act
    else {
        return order(question("", None, own), None, None, most);
    };
    let system = system.as_ref().map(|system| system.of(language));
    let most = max_tokens.unwrap_or(u32::MAX).min(most);
    order(
        question(prompt.of(language), system, own),
        *seed,
        *temperature,
        most,
    )
}

pub fn side(side: &Sides, own: &LoadedText, language: Language, most: u32) -> TextOrder {
    let request = question(side.prompt.of(language), None, own);
    order(request, side.seed, side.temperature, most)
}

pub fn next_word(prompt: &str, own: &LoadedText) -> TextRequest {
    question(prompt, None, own)
}

/// An experiment's seeds, each larger by `shift`.
pub fn seeds(experiment: &Experiment, shift: u32) -> Vec<u32> {
    let seeds = experiment.seeds.iter();
    seeds.map(|seed| seed.wrapping_add(shift)).collect()
}

pub fn experiment(
    experiment: &Experiment,
    language: Language,
    most: u32,
    shift: u32,
) -> ExperimentOrder {
    let of = |text: &LocalText| text.of(language).to_owned();
    let rows = experiment.rows.iter().map(|row| ExperimentRow {
        label: of(&row.label),
        group: row.group.clone(),
        prompt: of(&row.prompt),
        system: row.system.as_ref().map(of),
        model: row.model.clone(),
        right: row
            .right
            .as_ref()
            .map_or_else(Vec::new, |right| right.of(language).to_vec()),
        answer: row.answer.as_ref().map(of),
    });
    ExperimentOrder {
        model: None,
        rows: rows.collect(),
        seeds: seeds(experiment, shift),
        temperature: experiment.temperature,
        max_tokens: experiment.max_tokens.min(most),
    }
}

pub fn picture(act: &Act, language: Language) -> ImageOrder {
    let mut request = ImageRequest {
        subject: Some(SubjectChoice::Words),
        ..ImageRequest::default()
    };
    if let Act::ImageDraw {
        prompt,
        seed,
        steps,
        guidance,
        count,
    } = act
    {
        prompt.of(language).clone_into(&mut request.prompt);
        request.parameters = ImageParameters {
            seed: seed.or(Some(SEED)),
            steps: *steps,
            guidance: *guidance,
            count: count.unwrap_or(1),
            previews: false,
            ..ImageParameters::default()
        };
    }
    ImageOrder {
        model: None,
        request,
        sources: ImageSources::default(),
        factor: 1,
    }
}

/// `speaker` is a model and a voice that speak the language; a voice that the act names comes first.
pub fn speech(
    act: &Act,
    language: Language,
    (model, voice): (Option<String>, Option<String>),
) -> SpeechOrder {
    let mut request = SpeechRequest {
        text: String::new(),
        voice,
        speed: 1.0,
        seed: Some(SEED),
    };
    if let Act::AudioSpeak { text, voice, seed } = act {
        text.of(language).clone_into(&mut request.text);
        let named = voice.as_ref().map(|voice| voice.of(language).to_owned());
        request.voice = named.or(request.voice);
        request.seed = seed.or(request.seed);
    }
    SpeechOrder { model, request }
}

pub fn tune(act: &Act) -> CompositionOrder {
    let mut request = CompositionRequest {
        seed: Some(SEED),
        ..CompositionRequest::default()
    };
    if let Act::AudioCompose {
        seed,
        mood,
        metre,
        mode,
        key,
        bars,
        tempo,
        instrument,
        accompaniment,
        form,
    } = act
    {
        request.seed = Some(*seed);
        request.mood = mood.unwrap_or(request.mood);
        request.metre = metre.unwrap_or(request.metre);
        request.mode = mode.unwrap_or(request.mode);
        request.key = key.unwrap_or(request.key);
        request.bars = bars.unwrap_or(request.bars);
        request.tempo = *tempo;
        request.instrument.clone_from(instrument);
        request.accompaniment = accompaniment.unwrap_or(request.accompaniment);
        request.form = form.unwrap_or(request.form);
    }
    CompositionOrder {
        model: None,
        request,
    }
}

pub fn film(act: &Act, language: Language) -> TravelOrder {
    let mut request = TravelRequest::default();
    if let Act::VideoTravel {
        scenes,
        seed,
        seconds,
    } = act
    {
        let scenes = scenes.iter().map(|scene| Scene {
            prompt: scene.of(language).to_owned(),
            seconds: seconds.unwrap_or(SCENE_SECONDS),
            subject: Some(SubjectChoice::Words),
        });
        request.scenes = scenes.collect();
        request.parameters = TravelParameters {
            seed: seed.or(Some(SEED)),
            ..TravelParameters::default()
        };
    }
    TravelOrder {
        model: None,
        request,
        inbetweens: quartet_studio::Inbetweens::default(),
        sharpen: true,
        format: quartet_studio::films::FilmFormat::default(),
        narration: None,
    }
}
