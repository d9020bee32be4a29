//! The frame that is shown next, held back until it is known for how long.

use quartet_pipelines::image::Picture;

use super::patch::Patch;

/// A frame that can be written: where it differs from the one before, and when it begins.
pub(super) struct Held {
    pub(super) picture: Picture,
    pub(super) patch: Patch,
    /// From the film's beginning, in ticks, as `to`.
    pub(super) from: u64,
    pub(super) to: u64,
}

/// Hands out frames with their lengths. One like the frame before is that one, shown longer.
#[derive(Default)]
pub(super) struct Holder {
    held: Option<Held>,
    now: u64,
    /// Patches begin at even places, as WebP has them.
    even: bool,
}

impl Holder {
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
    pub(super) fn frame(&mut self, picture: Picture, ticks: u64) -> Option<Held> {
        let patch = match &self.held {
            None => Some(Patch::whole(&picture)),
            Some(held) => Patch::changed(&held.picture, &picture, self.even),
        };
        let from = self.now;
        self.now += ticks;
        let Some(patch) = patch else {
            if let Some(held) = &mut self.held {
                held.to = self.now;
            }
            return None;
        };
        self.held.replace(Held {
            picture,
            patch,
            from,
            to: self.now,
        })
    }

    /// The last frame; None for a film without frames.
    pub(super) fn last(&mut self) -> Option<Held> {
        self.held.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_like_the_one_before_is_that_one_shown_longer() {
        let grey = |value| Picture::new(2, 2, vec![value; 12]).unwrap();
        let mut holder = Holder::default();
        assert!(holder.is_empty() && holder.frame(grey(1), 10).is_none());
        assert!(holder.frame(grey(1), 5).is_none());
        let first = holder.frame(grey(2), 7).unwrap();
        assert_eq!((first.from, first.to, first.picture), (0, 15, grey(1)));
        let last = holder.last().unwrap();
        assert_eq!((last.from, last.to), (15, 22));
    }
}
