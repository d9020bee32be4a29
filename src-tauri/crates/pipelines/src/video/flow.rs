//! How pixels moved, small enough to be shown.

use crate::image::Picture;

/// Motion from the frame before to the frame after, in pixels of the frame: right and down.
#[derive(Debug, Clone, PartialEq)]
pub struct FlowField {
    width: u32,
    height: u32,
    /// Two numbers a place, row-major.
    motion: Vec<[f32; 2]>,
}

/// A motion that is shown in full colour, as a share of the frame's longer side; slower ones are paler.
const FULL: f32 = 0.08;

impl FlowField {
    /// Longest side that is kept: it is looked at, not computed with.
    pub const SIDE: usize = 64;

    /// From planes `[4, height, width]` that say where each pixel is in the frame before and in the
    /// frame after. None where the numbers do not fit the size.
    pub fn of_planes(planes: &[f32], width: usize, height: usize) -> Option<Self> {
        let plane = width.checked_mul(height).filter(|&area| area > 0)?;
        if planes.len() != plane.checked_mul(4)? {
            return None;
        }
        let step = width.max(height).div_ceil(Self::SIDE);
        let (columns, rows) = (width.div_ceil(step), height.div_ceil(step));
        let motion = (0..rows).flat_map(|row| {
            (0..columns).map(move |column| {
                let at = (row * step).min(height - 1) * width + (column * step).min(width - 1);
                [0, 1].map(|axis| planes[(2 + axis) * plane + at] - planes[axis * plane + at])
            })
        });
        Some(Self {
            width: columns as u32,
            height: rows as u32,
            motion: motion.collect(),
        })
    }

    pub fn width(&self) -> u32 {
        self.width
    }

    pub fn height(&self) -> u32 {
        self.height
    }

    /// The direction as the hue (right is red, down is yellow-green), the speed as its strength; still
    /// places are white (the colour wheel of Baker et al., 2011, simplified). `side` is the frame's
    /// longer one, in pixels. None for a field without places, of which there is none.
    pub fn colours(&self, side: u32) -> Option<Picture> {
        let full = FULL * side.max(1) as f32;
        let colour = |&[right, down]: &[f32; 2]| {
            let strength = (right.hypot(down) / full).min(1.0);
            let turn = down.atan2(right) / std::f32::consts::TAU;
            hue(turn.rem_euclid(1.0)).map(|part| {
                let value = 1.0 - strength * (1.0 - part);
                (value * 255.0).round() as u8
            })
        };
        let rgb = self.motion.iter().flat_map(colour).collect();
        Picture::new(self.width, self.height, rgb)
    }
}

/// A full colour at `turn` (0 to 1) around the wheel.
fn hue(turn: f32) -> [f32; 3] {
    [0.0, 4.0, 2.0].map(|shift| {
        let place = (turn * 6.0 + shift) % 6.0;
        ((place - 3.0).abs() - 1.0).clamp(0.0, 1.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_right_is_red_and_what_rests_is_white() {
        // Two pixels; the left one is 10 to the left before and 10 to the right after.
        let planes = [-10.0, 0.0, 0.0, 0.0, 10.0, 0.0, 0.0, 0.0];
        let flow = FlowField::of_planes(&planes, 2, 1).unwrap();
        assert_eq!(flow.motion, [[20.0, 0.0], [0.0, 0.0]]);
        assert_eq!(flow.colours(64).unwrap().rgb(), [255, 0, 0, 255, 255, 255]);
        assert!(FlowField::of_planes(&planes, 3, 1).is_none());
        assert!(FlowField::of_planes(&[], 0, 1).is_none());
    }

    #[test]
    fn a_large_field_is_kept_small() {
        let flow = FlowField::of_planes(&vec![0.0; 4 * 200 * 100], 200, 100).unwrap();
        assert!(flow.width() <= 64 && flow.height() <= 64);
    }
}
