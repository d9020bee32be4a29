//! The melody generator with its real weights, from a request to samples.

use quartet_pipelines::audio::composition::{
    Accompaniment, ComposedNote, CompositionEvent, CompositionModel, CompositionPipeline,
    CompositionRequest, Form, Metre, Mode, Mood, NoteKind,
};
use quartet_runtime::{Cancel, SessionOptions};

use crate::support::{model, runtime};

fn pipeline() -> CompositionPipeline {
    let folder = model("melody");
    let options = SessionOptions::default();
    CompositionPipeline::open(&runtime(), &folder, &options, &Cancel::new()).unwrap()
}

fn request(mood: Mood, metre: Metre, mode: Mode, instrument: &str) -> CompositionRequest {
    CompositionRequest {
        title: None,
        mood,
        metre,
        mode,
        key: 7,
        bars: 16,
        tempo: None,
        instrument: Some(instrument.to_owned()),
        accompaniment: Accompaniment::Auto,
        form: Form::Aaba,
        temperature: None,
        top_p: None,
        seed: Some(7),
        start: Vec::new(),
    }
}

fn composed(
    pipeline: &mut CompositionPipeline,
    request: CompositionRequest,
) -> (Vec<ComposedNote>, Vec<f32>) {
    let (mut notes, mut samples) = (Vec::new(), Vec::new());
    for event in pipeline.run(request, &Cancel::new()).unwrap() {
        match event.unwrap() {
            CompositionEvent::Note(note) => notes.push(note),
            CompositionEvent::Audio { samples: more, .. } => samples.extend(more),
            _ => {}
        }
    }
    (notes, samples)
}

#[test]
#[ignore = "needs QUARTET_ORT and the melody model in QUARTET_MODELS: cargo xtask test"]
fn every_mood_and_instrument_makes_a_tune_that_can_be_heard() {
    let mut pipeline = pipeline();
    let info = pipeline.info();
    let count = info
        .moods
        .len()
        .max(info.instruments.len())
        .max(info.metres.len());
    for index in 0..count {
        let mood = info.moods[index % info.moods.len()];
        let metre = info.metres[index % info.metres.len()];
        let mode = info.modes[index % info.modes.len()];
        let instrument = &info.instruments[index % info.instruments.len()].id;
        let asked = request(mood, metre, mode, instrument);
        let (notes, samples) = composed(&mut pipeline, asked.clone());
        let ticks: u32 = notes.iter().map(|note| note.length).sum();
        assert_eq!(ticks, 16 * metre.ticks(), "{asked:?}");
        let sounds = notes
            .iter()
            .filter(|note| matches!(note.what, NoteKind::Pitch { .. }));
        assert!(sounds.count() >= 16, "{asked:?}");
        let peak = samples
            .iter()
            .fold(0.0_f32, |most, sample| most.max(sample.abs()));
        assert!((0.15..=0.95).contains(&peak), "{peak} {asked:?}");
        let power: f32 = samples.iter().map(|sample| sample * sample).sum();
        let loudness = (power / samples.len() as f32).sqrt();
        assert!((0.01..0.4).contains(&loudness), "{loudness} {asked:?}");
        let again = composed(&mut pipeline, asked);
        assert_eq!(again, (notes, samples));
    }
}

#[test]
#[ignore = "needs QUARTET_ORT and the melody model in QUARTET_MODELS: cargo xtask test"]
fn what_is_written_can_be_repeated_whatever_the_seed() {
    let mut pipeline = pipeline();
    let info = pipeline.info();
    for seed in 0..36 {
        let turn = seed as usize;
        let mood = info.moods[turn % info.moods.len()];
        let metre = info.metres[turn % info.metres.len()];
        let mode = info.modes[turn % info.modes.len()];
        let form = [Form::Aaba, Form::Aabb, Form::Abab][turn % 3];
        let asked = CompositionRequest {
            form,
            bars: 8,
            temperature: Some(1.4),
            seed: Some(seed),
            ..request(mood, metre, mode, &info.instruments[0].id)
        };
        let (notes, _) = composed(&mut pipeline, asked);
        let ticks: u32 = notes.iter().map(|note| note.length).sum();
        assert_eq!(ticks, 8 * metre.ticks(), "seed {seed}");
    }
}
