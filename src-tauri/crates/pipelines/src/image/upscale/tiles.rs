//! How a picture is cut: pure geometry.

use std::ops::Range;

/// One piece of the work: what is computed, and what of it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tile {
    /// Pixels of the source that the network is shown.
    pub(super) seen: Area,
    /// Those of them that this tile answers for: the tiles' kept areas cover the picture once.
    pub(super) kept: Area,
}

/// Columns and rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) columns: Range<usize>,
    pub(super) rows: Range<usize>,
}

impl Area {
    pub(super) fn width(&self) -> usize {
        self.columns.len()
    }

    pub(super) fn height(&self) -> usize {
        self.rows.len()
    }
}

/// Tiles that keep at most `side` x `side` pixels and see `margin` more on every side that is not
/// the picture's own edge; row by row from the top left.
pub(super) fn tiles(width: usize, height: usize, side: usize, margin: usize) -> Vec<Tile> {
    let columns = cuts(width, side);
    cuts(height, side)
        .into_iter()
        .flat_map(|rows| {
            columns.iter().map(move |columns| Tile {
                seen: Area {
                    columns: grown(columns, margin, width),
                    rows: grown(&rows, margin, height),
                },
                kept: Area {
                    columns: columns.clone(),
                    rows: rows.clone(),
                },
            })
        })
        .collect()
}

/// A length in parts of nearly equal size, none over `side`: a sliver at the end would cost a run
/// of its own, most of it margin.
fn cuts(length: usize, side: usize) -> Vec<Range<usize>> {
    let parts = length.div_ceil(side);
    (0..parts)
        .map(|part| part * length / parts..(part + 1) * length / parts)
        .collect()
}

fn grown(range: &Range<usize>, margin: usize, length: usize) -> Range<usize> {
    range.start.saturating_sub(margin)..(range.end + margin).min(length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_small_picture_is_one_tile() {
        let tiles = tiles(64, 48, 256, 20);
        assert_eq!(tiles.len(), 1);
        assert_eq!(tiles[0].seen, tiles[0].kept);
        assert_eq!((tiles[0].seen.width(), tiles[0].seen.height()), (64, 48));
    }

    proptest! {
        #[test]
        fn every_pixel_is_kept_once_and_sees_its_margin(
            width in 1_usize..90, height in 1_usize..90, side in 4_usize..40, margin in 0_usize..9,
        ) {
            let mut kept = vec![0_u8; width * height];
            for tile in tiles(width, height, side, margin) {
                prop_assert!(tile.kept.width() <= side && tile.kept.height() <= side);
                prop_assert!(tile.seen.columns.end <= width && tile.seen.rows.end <= height);
                for row in tile.kept.rows.clone() {
                    for column in tile.kept.columns.clone() {
                        kept[row * width + column] += 1;
                        let near = |at: usize, seen: &Range<usize>, length: usize| {
                            seen.start <= at.saturating_sub(margin)
                                && (at + margin).min(length - 1) < seen.end
                        };
                        prop_assert!(near(column, &tile.seen.columns, width));
                        prop_assert!(near(row, &tile.seen.rows, height));
                    }
                }
            }
            prop_assert!(kept.iter().all(|&count| count == 1));
        }
    }
}
