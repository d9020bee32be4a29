//! The frame that is shown next, held back until it is known for how long.

use super::dirty_rect::DirtyRect;
use crate::{Picture, TICKS_PER_SECOND};

/// A frame that can be written: where it differs from the one before, and when it begins.
pub(super) struct PendingFrame {
    pub(super) picture: Picture,
    pub(super) rect: DirtyRect,
    /// From the film's beginning, in ticks, as `to`.
    pub(super) from: u64,
    pub(super) to: u64,
}

impl PendingFrame {
    /// How long it is shown, in parts of a second of which there are `parts`: each end is rounded, so that
    /// roundings do not add up.
    pub(super) fn shown(&self, parts: u64) -> u64 {
        let rounded = |ticks: u64| (ticks * parts + TICKS_PER_SECOND / 2) / TICKS_PER_SECOND;
        rounded(self.to) - rounded(self.from)
    }
}

/// Hands out frames with their lengths. One like the frame before is that one, shown longer; one that would
/// be shown for too short a time is left out, and the one before it shown longer: players show frames of a
/// hundredth of a second for a tenth.
pub(super) struct FrameDelay {
    /// Known to be shown, as long as nothing is shorter that comes.
    held: Option<PendingFrame>,
    /// Comes after it, if it lasts long enough.
    next: Option<PendingFrame>,
    now: u64,
    /// Patches begin at even places, as WebP has them.
    even: bool,
    /// Of the format's clock, a second, and the fewest of them for a frame.
    clock: u64,
    fewest: u64,
}

impl FrameDelay {
    /// For a format whose clock has so many `parts` a second, of which a frame lasts for `fewest` at least.
    pub(super) fn new(parts: u64, fewest: u64) -> Self {
        Self {
            held: None,
            next: None,
            now: 0,
            even: false,
            clock: parts,
            fewest,
        }
    }

    /// Patches begin at even places.
    pub(super) fn even(self) -> Self {
        Self { even: true, ..self }
    }

    /// Whether no frame came yet.
    pub(super) fn is_empty(&self) -> bool {
        self.held.is_none() && self.next.is_none()
    }

    /// Takes a frame in; gives the one before, where that is now known.
    pub(super) fn frame(&mut self, picture: Picture, ticks: u64) -> Option<PendingFrame> {
        let from = self.now;
        self.now += ticks;
        let shown = self.next.as_ref().or(self.held.as_ref());
        if shown.is_some_and(|shown| shown.picture.rgb() == picture.rgb()) {
            self.lengthen();
            return None;
        }
        let ready = match &self.next {
            None => None,
            // Too early for another: this one is passed over.
            Some(next) if self.is_short(next) => {
                self.lengthen();
                return None;
            }
            Some(_) => self.step(),
        };
        self.next = Some(PendingFrame {
            rect: DirtyRect::whole(&picture),
            picture,
            from,
            to: self.now,
        });
        ready
    }

    /// Frames that are still to come; none for a film without frames.
    pub(super) fn last(&mut self) -> Vec<PendingFrame> {
        let short = self.next.as_ref().is_some_and(|next| self.is_short(next));
        if short && let Some(held) = &mut self.held {
            held.to = self.now;
            self.next = None;
        }
        let before = self.step();
        before.into_iter().chain(self.held.take()).collect()
    }

    /// What comes next is held, and what was held is given.
    fn step(&mut self) -> Option<PendingFrame> {
        let mut next = self.next.take()?;
        if let Some(held) = &self.held {
            // It differs from what is shown before it, whatever was left out between.
            let changed = DirtyRect::changed(&held.picture, &next.picture, self.even);
            let Some(rect) = changed else {
                self.held.as_mut()?.to = next.to;
                return None;
            };
            next.rect = rect;
        }
        self.held.replace(next)
    }

    fn is_short(&self, frame: &PendingFrame) -> bool {
        frame.shown(self.clock) < self.fewest
    }

    /// What is shown is shown up to now.
    fn lengthen(&mut self) {
        if let Some(shown) = self.next.as_mut().or(self.held.as_mut()) {
            shown.to = self.now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(value: u8) -> Picture {
        Picture::new(2, 2, vec![value; 12]).unwrap()
    }

    /// The first value of each frame, and how long it is shown, in parts of its format's clock.
    fn written(mut delay: FrameDelay, frames: &[(u8, u64)]) -> Vec<(u8, u64)> {
        let clock = delay.clock;
        let mut written = Vec::new();
        for &(value, ticks) in frames {
            written.extend(delay.frame(grey(value), ticks));
        }
        written.extend(delay.last());
        let written = written.iter();
        written
            .map(|frame| (frame.picture.rgb()[0], frame.shown(clock)))
            .collect()
    }

    #[test]
    fn a_frame_like_the_one_before_is_that_one_shown_longer() {
        let delay = FrameDelay::new(TICKS_PER_SECOND, 0);
        assert!(delay.is_empty());
        let found = written(delay, &[(1, 10), (1, 5), (2, 7)]);
        assert_eq!(found, [(1, 15), (2, 7)]);
        assert_eq!(written(FrameDelay::new(100, 2), &[]), []);
        assert_eq!(written(FrameDelay::new(100, 2), &[(7, 600)]), [(7, 1)]);
    }

    #[test]
    fn no_frame_is_shorter_than_players_show_and_the_film_as_long() {
        // Hundredths: frames of one, and at the end a single one.
        let fast: Vec<(u8, u64)> = (0..9).map(|value| (value * 9, 1200)).collect();
        let found = written(FrameDelay::new(100, 2), &fast);
        assert!(found.iter().all(|&(_, shown)| shown >= 2), "{found:?}");
        assert_eq!(found.iter().map(|(_, shown)| shown).sum::<u64>(), 9);
        assert_eq!(found[0], (0, 2));
        // Thousandths, of which neither five nor eight are enough.
        let faster: Vec<(u8, u64)> = (0..40).map(|value| (value * 5, 600)).collect();
        let found = written(FrameDelay::new(1000, 11), &faster);
        assert!(found.iter().all(|&(_, shown)| shown >= 11), "{found:?}");
        assert_eq!(found.iter().map(|(_, shown)| shown).sum::<u64>(), 200);
        assert_eq!(found.len(), 13);
    }

    #[test]
    fn what_lies_between_two_frames_and_is_left_out_leaves_nothing_behind() {
        // The middle one is passed over, and the last is like the first.
        let found = written(FrameDelay::new(100, 2), &[(5, 2400), (9, 600), (5, 2400)]);
        assert_eq!(found.iter().map(|(_, shown)| shown).sum::<u64>(), 5);
    }
}
