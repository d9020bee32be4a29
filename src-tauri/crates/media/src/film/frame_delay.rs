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

/// Hands out frames with their lengths. One like the frame before is that one, shown longer.
#[derive(Default)]
pub(super) struct FrameDelay {
    held: Option<PendingFrame>,
    now: u64,
    /// Patches begin at even places, as WebP has them.
    even: bool,
}

impl FrameDelay {
    pub(super) fn even() -> Self {
        Self {
            even: true,
            ..Self::default()
        }
    }

    /// Whether no frame came yet.
    pub(super) fn is_empty(&self) -> bool {
        self.held.is_none()
    }

    /// Takes a frame in; gives the one before, where that is now known.
    pub(super) fn frame(&mut self, picture: Picture, ticks: u64) -> Option<PendingFrame> {
        let rect = match &self.held {
            None => Some(DirtyRect::whole(&picture)),
            Some(held) => DirtyRect::changed(&held.picture, &picture, self.even),
        };
        let from = self.now;
        self.now += ticks;
        let Some(rect) = rect else {
            if let Some(held) = &mut self.held {
                held.to = self.now;
            }
            return None;
        };
        self.held.replace(PendingFrame {
            picture,
            rect,
            from,
            to: self.now,
        })
    }

    /// The last frame; None for a film without frames.
    pub(super) fn last(&mut self) -> Option<PendingFrame> {
        self.held.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_like_the_one_before_is_that_one_shown_longer() {
        let grey = |value| Picture::new(2, 2, vec![value; 12]).unwrap();
        let mut delay = FrameDelay::default();
        assert!(delay.is_empty() && delay.frame(grey(1), 10).is_none());
        assert!(delay.frame(grey(1), 5).is_none());
        let first = delay.frame(grey(2), 7).unwrap();
        assert_eq!((first.from, first.to, first.picture), (0, 15, grey(1)));
        let last = delay.last().unwrap();
        assert_eq!((last.from, last.to), (15, 22));
    }
}
