//! A tune being written and played, as an iterator of events. Playing stays a bar behind: only the next
//! one tells whether a note goes on across the bar line.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use quartet_runtime::Cancel;

use super::{
    SAMPLE_RATE,
    band::Band,
    performance::Performer,
    types::{CompositionEvent, CompositionRequest, CompositionStats},
    writer::Writer,
};
use crate::{Result, run};

pub(super) struct CompositionRun<'a> {
    writer: Writer<'a>,
    performer: Performer,
    band: Band,
    cancel: &'a Cancel,
    ready: VecDeque<CompositionEvent>,
    played: usize,
    stats: CompositionStats,
    started: Instant,
    finished: bool,
}

impl<'a> CompositionRun<'a> {
    /// `request` leaves nothing open.
    pub(super) fn new(
        writer: Writer<'a>,
        band: Band,
        request: CompositionRequest,
        programs: [u8; 3],
        cancel: &'a Cancel,
        started: Instant,
    ) -> Self {
        Self {
            performer: Performer::new(&request, programs),
            stats: CompositionStats {
                seed: request.seed.unwrap_or_default(),
                sample_rate: SAMPLE_RATE,
                bars: request.bars,
                notes: 0,
                tokens: 0,
                programs,
                audio_seconds: 0.0,
                writing_seconds: 0.0,
                playing_seconds: 0.0,
                first_sound_seconds: 0.0,
            },
            ready: [CompositionEvent::Begun { request }].into(),
            writer,
            band,
            cancel,
            played: 0,
            started,
            finished: false,
        }
    }

    pub(super) fn events(mut self) -> impl Iterator<Item = Result<CompositionEvent>> {
        run::events(move || self.step())
    }

    fn step(&mut self) -> Result<Option<CompositionEvent>> {
        self.cancel.check()?;
        if let Some(event) = self.ready.pop_front() {
            return Ok(Some(event));
        }
        if self.finished {
            return Ok(None);
        }
        let written = self.writer.bars().len();
        if !self.writer.is_finished() && written < self.played + 2 {
            self.write()?;
        } else if self.played < written {
            self.play()?;
        } else {
            self.finished = true;
            let stats = &mut self.stats;
            stats.tokens = self.writer.tokens();
            return Ok(Some(CompositionEvent::Done(stats.clone())));
        }
        self.step()
    }

    fn write(&mut self) -> Result<()> {
        let began = Instant::now();
        let index = self.writer.bars().len() as u32;
        let (part, repeats) = (self.writer.part(), self.writer.repeats());
        let notes = self.writer.bar()?;
        self.stats.notes += notes.len() as u32;
        let notes = notes.iter().cloned().map(CompositionEvent::Note);
        self.ready.extend(notes);
        self.ready.push_back(CompositionEvent::Bar {
            index,
            part,
            repeats,
        });
        self.stats.writing_seconds += seconds(began.elapsed());
        Ok(())
    }

    fn play(&mut self) -> Result<()> {
        let began = Instant::now();
        let bars = self.writer.bars();
        let next = bars.get(self.played + 1).map(Vec::as_slice);
        let bar = self.performer.bar(&bars[self.played], next);
        let mut samples = self.band.play(&bar, self.cancel)?;
        if next.is_none() {
            samples.extend(self.band.ring_out(self.cancel)?);
        }
        let stats = &mut self.stats;
        stats.audio_seconds += samples.len() as f64 / f64::from(SAMPLE_RATE);
        stats.playing_seconds += seconds(began.elapsed());
        if self.played == 0 {
            stats.first_sound_seconds = seconds(self.started.elapsed());
        }
        self.ready.push_back(CompositionEvent::Audio {
            bar: self.played as u32,
            samples,
        });
        self.played += 1;
        Ok(())
    }
}

fn seconds(duration: Duration) -> f64 {
    duration.as_secs_f64()
}
