//! How decoded pictures are put on the screen: pixels made square, turned and mirrored.

use super::source::CLIP_LIMIT;
use crate::Picture;

/// Pixels are hardly ever narrower or wider than this many to one.
const WIDEST: u64 = 16;

/// One of the eight ways in which a picture can lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Turn {
    /// Columns become rows.
    swapped: bool,
    /// Then mirrored from left to right, and from top to bottom.
    across: bool,
    down: bool,
}

impl Turn {
    /// The nearest to a matrix that takes (x, y) to (ax + cy, bx + dy).
    pub(super) fn of([a, b, c, d]: [i64; 4]) -> Self {
        let swapped = b.unsigned_abs().saturating_add(c.unsigned_abs())
            > a.unsigned_abs().saturating_add(d.unsigned_abs());
        let (across, down) = if swapped { (c, b) } else { (a, d) };
        Self {
            swapped,
            across: across < 0,
            down: down < 0,
        }
    }

    fn apply(self, picture: Picture) -> Picture {
        if self == Self::default() {
            return picture;
        }
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let (wide, high) = if self.swapped {
            (height, width)
        } else {
            (width, height)
        };
        let mut rgb = Vec::with_capacity(picture.rgb().len());
        for y in 0..high {
            let y = if self.down { high - 1 - y } else { y };
            for x in 0..wide {
                let x = if self.across { wide - 1 - x } else { x };
                let (column, row) = if self.swapped { (y, x) } else { (x, y) };
                let at = 3 * (row * width + column);
                rgb.extend_from_slice(&picture.rgb()[at..at + 3]);
            }
        }
        Picture::new(wide as u32, high as u32, rgb).unwrap_or(picture)
    }
}

/// What is done to each picture after it was decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Display {
    /// How wide a pixel is for how high; square where that is nothing, or out of all proportion.
    pub(super) pixel_aspect: Option<(u32, u32)>,
    pub(super) turn: Turn,
}

impl Display {
    pub(super) fn show(self, picture: Picture) -> Picture {
        let (width, height) = self.size(picture.width(), picture.height());
        if (width, height) == (picture.width(), picture.height()) {
            return self.turn.apply(picture);
        }
        self.turn.apply(picture.scaled(width, height))
    }

    /// With square pixels: wider or narrower, or less high where it would be wider than any clip.
    fn size(self, width: u32, height: u32) -> (u32, u32) {
        let Some((across, down)) = self.pixel_aspect else {
            return (width, height);
        };
        let (across, down) = (u64::from(across), u64::from(down));
        let senseless =
            across == 0 || down == 0 || across > WIDEST * down || down > WIDEST * across;
        if senseless || across == down {
            return (width, height);
        }
        let times = |side: u32, by: u64, of: u64| ((u64::from(side) * by + of / 2) / of).max(1);
        let wide = times(width, across, down);
        if wide <= u64::from(CLIP_LIMIT) {
            return (wide as u32, height);
        }
        let low = (u64::from(height) * u64::from(CLIP_LIMIT) + wide / 2) / wide;
        (CLIP_LIMIT, low.max(1) as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two columns, three rows, numbered from the left and down.
    fn numbered() -> Picture {
        let rgb = (0..6_u8).flat_map(|pixel| [pixel; 3]).collect();
        Picture::new(2, 3, rgb).unwrap()
    }

    #[test]
    fn all_eight_matrices_put_pixels_where_they_say() {
        let rows: [([i64; 4], [u8; 6]); 8] = [
            ([1, 0, 0, 1], [0, 1, 2, 3, 4, 5]),
            ([-1, 0, 0, 1], [1, 0, 3, 2, 5, 4]),
            ([1, 0, 0, -1], [4, 5, 2, 3, 0, 1]),
            ([-1, 0, 0, -1], [5, 4, 3, 2, 1, 0]),
            // A quarter to the right: the lowest row is the first column.
            ([0, 1, -1, 0], [4, 2, 0, 5, 3, 1]),
            ([0, -1, 1, 0], [1, 3, 5, 0, 2, 4]),
            ([0, 1, 1, 0], [0, 2, 4, 1, 3, 5]),
            ([0, -1, -1, 0], [5, 3, 1, 4, 2, 0]),
        ];
        for (matrix, right) in rows {
            let turned = Turn::of(matrix.map(|number| number << 16)).apply(numbered());
            let found: Vec<u8> = turned.rgb().iter().copied().step_by(3).collect();
            assert_eq!(found, right, "{matrix:?}");
            assert_eq!(turned.width(), if matrix[0] == 0 { 3 } else { 2 });
        }
    }

    #[test]
    fn pixels_become_square_and_no_picture_larger_than_any() {
        let sized = |aspect, size: (u32, u32)| {
            let display = Display {
                pixel_aspect: Some(aspect),
                ..Display::default()
            };
            display.size(size.0, size.1)
        };
        assert_eq!(sized((4, 3), (48, 32)), (64, 32));
        assert_eq!(sized((8, 9), (720, 480)), (640, 480));
        assert_eq!(sized((2, 1), (4000, 1000)), (4096, 512));
        for senseless in [(0, 1), (1, 0), (1000, 1), (1, 1)] {
            assert_eq!(sized(senseless, (10, 20)), (10, 20));
        }
    }
}
