//! What changed from one frame to the next: the smallest rectangle that holds it.

use crate::Picture;

/// A part of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DirtyRect {
    pub(super) left: u32,
    pub(super) top: u32,
    pub(super) width: u32,
    pub(super) height: u32,
}

impl DirtyRect {
    pub(super) fn whole(picture: &Picture) -> Self {
        Self {
            left: 0,
            top: 0,
            width: picture.width(),
            height: picture.height(),
        }
    }

    /// Where `after` differs from `before`, both of one size; None where it does not. With `even`, its
    /// left and upper edges are at even places.
    pub(super) fn changed(before: &Picture, after: &Picture, even: bool) -> Option<Self> {
        let width = after.width() as usize;
        let rows = before.rgb().chunks_exact(width * 3);
        let mut rows = rows.zip(after.rgb().chunks_exact(width * 3)).enumerate();
        let (mut top, mut bottom) = (None, 0);
        let (mut left, mut right) = (width, 0);
        for (row, (before, after)) in rows.by_ref() {
            let differs = |(a, b): (&[u8], &[u8])| a != b;
            let pixels = || before.chunks_exact(3).zip(after.chunks_exact(3));
            let Some(first) = pixels().position(differs) else {
                continue;
            };
            let last = width - 1 - pixels().rev().position(differs).unwrap_or(0);
            top.get_or_insert(row);
            bottom = row;
            left = left.min(first);
            right = right.max(last);
        }
        let mut top = top?;
        if even {
            left -= left % 2;
            top -= top % 2;
        }
        Some(Self {
            left: left as u32,
            top: top as u32,
            width: (right + 1 - left) as u32,
            height: (bottom + 1 - top) as u32,
        })
    }

    /// The pixels of a picture inside it, three bytes each.
    pub(super) fn cut(&self, picture: &Picture) -> Vec<u8> {
        let (left, width) = (self.left as usize * 3, self.width as usize * 3);
        picture
            .rgb()
            .chunks_exact(picture.width() as usize * 3)
            .skip(self.top as usize)
            .take(self.height as usize)
            .flat_map(|row| &row[left..left + width])
            .copied()
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_rectangle_is_found() {
        let before = Picture::new(5, 4, vec![0; 60]).unwrap();
        assert_eq!(DirtyRect::changed(&before, &before, false), None);
        let mut rgb = vec![0; 60];
        rgb[(5 + 3) * 3] = 9;
        rgb[(2 * 5 + 1) * 3 + 2] = 9;
        let after = Picture::new(5, 4, rgb).unwrap();
        let patch = DirtyRect::changed(&before, &after, false).unwrap();
        assert_eq!(
            (patch.left, patch.top, patch.width, patch.height),
            (1, 1, 3, 2)
        );
        assert_eq!(
            patch.cut(&after).iter().filter(|byte| **byte > 0).count(),
            2
        );
        let patch = DirtyRect::changed(&before, &after, true).unwrap();
        assert_eq!(
            (patch.left, patch.top, patch.width, patch.height),
            (0, 0, 4, 3)
        );
    }
}
