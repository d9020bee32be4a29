//! Fragments (ISO/IEC 14496-12, 8.8): what browsers record and what is streamed has its samples' times and
//! places in pieces, each before the samples themselves.

use mp4_atom::{Moof, Tfhd, Traf, Trun};

use super::track::{Movie, Sample, Track, signed};

/// Of a sample's flags: it cannot be decoded on its own.
const NOT_A_KEY: u32 = 1 << 16;

/// Adds the samples of the fragment that begins at `begin` in a file of `length` bytes; no track gets more
/// than `most`.
pub(super) fn add(movie: &mut Movie, fragment: &Moof, begin: u64, (length, most): (u64, usize)) {
    // Where the track before ended, for those that say nothing of their place.
    let mut end = begin;
    for part in &fragment.traf {
        let id = part.tfhd.track_id;
        let Some(track) = movie.tracks.iter_mut().find(|track| track.id == id) else {
            continue;
        };
        let base = part.tfhd.base_data_offset;
        let base = base.unwrap_or(if part.tfhd.default_base_is_moof {
            begin
        } else {
            end
        });
        if let Some(time) = &part.tfdt {
            track.next = i64::try_from(time.base_media_decode_time).unwrap_or(0);
        }
        end = track.add_runs(part, base, (length, most));
    }
}

impl Track {
    fn add_runs(&mut self, part: &Traf, base: u64, (length, most): (u64, usize)) -> u64 {
        let defaults = Defaults::new(self, &part.tfhd);
        let mut at = base;
        for run in &part.trun {
            if let Some(offset) = run.data_offset {
                at = base.saturating_add_signed(i64::from(offset));
            }
            at = self.add_run(run, at, &defaults, (length, most));
        }
        at
    }

    fn add_run(
        &mut self,
        run: &Trun,
        mut at: u64,
        defaults: &Defaults,
        (length, most): (u64, usize),
    ) -> u64 {
        for entry in &run.samples {
            if self.samples.len() >= most || self.missing as usize >= most {
                break;
            }
            let size = entry.size.unwrap_or(defaults.size);
            let duration = entry.duration.unwrap_or(defaults.duration);
            let flags = entry.flags.unwrap_or(defaults.flags);
            let end = at.saturating_add(u64::from(size));
            if end > length {
                self.missing += 1;
            } else {
                self.samples.push(Sample {
                    begin: at,
                    size,
                    time: self.next.saturating_add(signed(entry.cts.unwrap_or(0))),
                    duration,
                    key: flags & NOT_A_KEY == 0,
                });
            }
            at = end;
            self.next = self.next.saturating_add(i64::from(duration));
        }
        at
    }
}

/// What samples have that say nothing of their own.
struct Defaults {
    size: u32,
    duration: u32,
    flags: u32,
}

impl Defaults {
    fn new(track: &Track, head: &Tfhd) -> Self {
        let track = track.defaults.as_ref();
        let or = |own: Option<u32>, of: fn(&mp4_atom::Trex) -> u32| {
            own.or_else(|| track.map(of)).unwrap_or(0)
        };
        Self {
            size: or(head.default_sample_size, |track| track.default_sample_size),
            duration: or(head.default_sample_duration, |track| {
                track.default_sample_duration
            }),
            flags: or(head.default_sample_flags, |track| {
                track.default_sample_flags
            }),
        }
    }
}
