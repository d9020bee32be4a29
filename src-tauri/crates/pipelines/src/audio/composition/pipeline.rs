//! The composition pipeline: a folder opened once, then one tune after another.

use std::{path::Path, sync::Arc, time::Instant};

use quartet_runtime::{Cancel, Runtime, SessionOptions};
use rustysynth::SoundFont;

use super::{
    accompaniment::suited,
    band::Band,
    melody_model::MelodyModel,
    model::CompositionModel,
    onnx::MelodyGraph,
    plan::plan,
    run::CompositionRun,
    soundfont,
    types::{
        Accompaniment, CompositionEvent, CompositionModelInfo, CompositionRequest, InstrumentInfo,
    },
    vocabulary::{MelodyConfig, Sampling, Vocabulary},
    writer::Writer,
};
use crate::{Error, Events, Result, check_range, folder::ModelFolder, seed};

const GRAPH: &str = "melody.onnx";
const INSTRUMENTS: &str = "instruments.sf2";

const BARS: std::ops::RangeInclusive<u32> = 4..=64;
const TEMPI: std::ops::RangeInclusive<f32> = 40.0..=220.0;

/// What plays chords and bass, by General MIDI's numbers, the best first.
const CHORD_PROGRAMS: [u8; 4] = [0, 24, 46, 48];
const HELD_PROGRAMS: [u8; 4] = [48, 0, 24, 46];
const BASS_PROGRAMS: [u8; 3] = [32, 0, 48];

#[derive(Debug)]
pub struct CompositionPipeline {
    model: Box<dyn MelodyModel>,
    vocabulary: Vocabulary,
    sampling: Sampling,
    instruments: Vec<InstrumentInfo>,
    font: Arc<SoundFont>,
    device: String,
}

impl CompositionPipeline {
    /// Opens a folder as the recipe of the melody model makes it.
    ///
    /// # Errors
    /// `MissingPart`, `ModelFile`, `EscapingPath`, `UnsupportedGraph`, `Cancelled`, and those of
    /// the runtime.
    pub fn open(
        runtime: &Runtime,
        folder: &Path,
        options: &SessionOptions,
        cancel: &Cancel,
    ) -> Result<Self> {
        let folder = ModelFolder::new(folder);
        let (description, vocabulary) = MelodyConfig::read(&folder)?;
        let font = soundfont::open(&folder.part(INSTRUMENTS, INSTRUMENTS)?)?;
        let graph = folder.part(GRAPH, GRAPH)?;
        // A step takes a fraction of a millisecond: more threads would only wait for one another.
        let session = SessionOptions {
            threads: 1,
            ..options.clone()
        };
        let sizes = (description.layers, description.width);
        let model = MelodyGraph::open(runtime, &graph, sizes, vocabulary.len(), &session, cancel)?;
        Ok(Self {
            model: Box::new(model),
            vocabulary,
            sampling: description.sampling,
            instruments: description.instruments,
            font,
            device: runtime.device_name(&options.device),
        })
    }

    /// The request with all that it leaves open decided, and what plays it.
    ///
    /// # Errors
    /// `Parameter`.
    fn settle(&self, mut request: CompositionRequest) -> Result<(CompositionRequest, [u8; 3])> {
        let instrument = match &request.instrument {
            Some(id) => self.instruments.iter().find(|one| one.id == *id),
            None => self.instruments.first(),
        };
        let instrument = instrument.ok_or_else(|| {
            let ids = self.instruments.iter().map(|one| one.id.clone());
            Error::parameter(
                "instrument",
                request.instrument.clone().unwrap_or_default(),
                ids.collect::<Vec<_>>(),
            )
        })?;
        let tempo = request.tempo.unwrap_or_else(|| request.mood.tempo());
        check_range("bars", request.bars, BARS)?;
        check_range("key", request.key, 0..=11)?;
        check_range("tempo", tempo, TEMPI)?;
        let temperature = request.temperature.unwrap_or(self.sampling.temperature);
        check_range("temperature", temperature, 0.0..=2.0)?;
        if request.accompaniment == Accompaniment::Auto {
            request.accompaniment = suited(request.mood, request.metre, request.mode);
        }
        let has = |program: &&u8| self.instruments.iter().any(|one| one.program == **program);
        let first = |programs: &[u8]| programs.iter().find(has).copied();
        let chords = if request.accompaniment == Accompaniment::Held {
            first(&HELD_PROGRAMS)
        } else {
            first(&CHORD_PROGRAMS)
        };
        let melody = instrument.program;
        let chords = chords.unwrap_or(melody);
        let programs = [melody, chords, first(&BASS_PROGRAMS).unwrap_or(chords)];
        request.instrument = Some(instrument.id.clone());
        request.tempo = Some(tempo);
        request.temperature = Some(temperature);
        request.top_p = Some(request.top_p.unwrap_or(self.sampling.top_p));
        request.seed = Some(request.seed.unwrap_or_else(seed::draw));
        Ok((request, programs))
    }
}

impl CompositionModel for CompositionPipeline {
    fn info(&self) -> CompositionModelInfo {
        CompositionModelInfo {
            instruments: self.instruments.clone(),
            moods: self.vocabulary.moods(),
            metres: self.vocabulary.metres(),
            modes: self.vocabulary.modes(),
            temperature: self.sampling.temperature,
            top_p: self.sampling.top_p,
            device: self.device.clone(),
        }
    }

    fn run<'a>(
        &'a mut self,
        request: CompositionRequest,
        cancel: &'a Cancel,
    ) -> Result<Events<'a, CompositionEvent>> {
        let started = Instant::now();
        let (request, programs) = self.settle(request)?;
        let plan = plan(request.form, request.bars)?;
        let band = Band::new(&self.font, programs)?;
        let model = self.model.as_mut();
        let writer = Writer::new(model, &self.vocabulary, &request, plan, cancel)?;
        let run = CompositionRun::new(writer, band, request, programs, cancel, started);
        Ok(Box::new(run.events()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::composition::{
        ComposedNote, CompositionStats, InstrumentName,
        soundfont::tests::sine,
        types::{Form, Metre},
        vocabulary::tests::small,
        writer::tests::{Fake, request},
    };

    fn pipeline() -> CompositionPipeline {
        CompositionPipeline {
            model: Box::new(Fake::default()),
            vocabulary: small(),
            sampling: Sampling {
                temperature: 0.9,
                top_p: 0.95,
            },
            instruments: vec![InstrumentInfo {
                id: "sine".to_owned(),
                program: 0,
                name: InstrumentName {
                    en: "Sine".to_owned(),
                    zh: "正弦波".to_owned(),
                },
            }],
            font: Arc::new(SoundFont::new(&mut &*sine()).unwrap()),
            device: "CPU".to_owned(),
        }
    }

    type Tune = (
        CompositionRequest,
        Vec<ComposedNote>,
        Vec<f32>,
        CompositionStats,
    );

    fn composed(request: CompositionRequest) -> Tune {
        let (mut pipeline, cancel) = (pipeline(), Cancel::new());
        let (mut begun, mut notes, mut samples, mut stats) = (None, Vec::new(), Vec::new(), None);
        for event in pipeline.run(request, &cancel).unwrap() {
            match event.unwrap() {
                CompositionEvent::Begun { request } => begun = Some(request),
                CompositionEvent::Note(note) => notes.push(note),
                CompositionEvent::Bar { index, .. } => assert_eq!(index, notes.last().unwrap().bar),
                CompositionEvent::Audio { samples: more, .. } => samples.extend(more),
                CompositionEvent::Done(done) => stats = Some(done),
            }
        }
        (begun.unwrap(), notes, samples, stats.unwrap())
    }

    #[test]
    fn what_a_request_leaves_open_is_decided_and_replays() {
        let open = CompositionRequest {
            tempo: None,
            temperature: None,
            top_p: None,
            seed: None,
            ..request(Metre::Four, Form::Aaba, 8)
        };
        let (settled, notes, samples, stats) = composed(open);
        assert_eq!(settled.accompaniment, Accompaniment::Broken);
        assert_eq!(
            (settled.tempo, settled.temperature),
            (Some(84.0), Some(0.9))
        );
        assert_eq!(settled.seed, Some(stats.seed));
        assert_eq!((stats.bars, stats.notes), (8, notes.len() as u32));
        assert!((stats.audio_seconds - samples.len() as f64 / 44_100.0).abs() < 1e-6);
        let again = composed(settled.clone());
        assert_eq!((again.0, again.1, again.2), (settled, notes, samples));
    }

    #[test]
    fn what_cannot_be_composed_is_refused() {
        let good = request(Metre::Four, Form::Free, 8);
        let refused = |change: &dyn Fn(&mut CompositionRequest)| {
            let mut request = good.clone();
            change(&mut request);
            match pipeline().run(request, &Cancel::new()).map(|_| ()) {
                Err(Error::Parameter { name, .. }) => name,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(refused(&|request| request.bars = 3), "bars");
        assert_eq!(refused(&|request| request.bars = 65), "bars");
        assert_eq!(refused(&|request| request.key = 12), "key");
        assert_eq!(refused(&|request| request.tempo = Some(f32::NAN)), "tempo");
        assert_eq!(
            refused(&|request| request.temperature = Some(3.0)),
            "temperature"
        );
        assert_eq!(refused(&|request| request.top_p = Some(0.0)), "top_p");
        assert_eq!(
            refused(&|request| request.instrument = Some("kazoo".to_owned())),
            "instrument"
        );
        let odd =
            |request: &mut CompositionRequest| (request.form, request.bars) = (Form::Aaba, 10);
        assert_eq!(refused(&odd), "bars");
    }
}
