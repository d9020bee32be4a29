//! The canvas that the frames of an animation are laid on, each in its place.

use crate::Picture;

/// A part of a canvas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) left: u32,
    pub(super) top: u32,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// What becomes of a frame's place when its time is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Disposal {
    Keep,
    /// It is transparent again.
    Clear,
    /// It is as it was before the frame.
    Restore,
}

/// Four bytes a pixel, transparent at first.
pub(super) struct Canvas {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
    /// Where the frame lies that is shown, and what is to become of it.
    shown: Option<(Place, Disposal)>,
    before: Vec<u8>,
}

impl Canvas {
    pub(super) fn new(width: u32, height: u32) -> Self {
        Self {
            width,
            height,
            pixels: vec![0; 4 * width as usize * height as usize],
            shown: None,
            before: Vec::new(),
        }
    }

    /// Lays a frame of four bytes a pixel in its place, over what is there or instead of it, and gives what
    /// is then seen, on white. None where the frame does not lie on the canvas, or is not of its size.
    pub(super) fn show(
        &mut self,
        frame: &[u8],
        place: Place,
        over: bool,
        disposal: Disposal,
    ) -> Option<Picture> {
        let right = place.left.checked_add(place.width)?;
        let bottom = place.top.checked_add(place.height)?;
        let size = 4 * place.width as usize * place.height as usize;
        if right > self.width || bottom > self.height || frame.len() != size || size == 0 {
            return None;
        }
        self.dispose();
        if disposal == Disposal::Restore {
            self.before.clone_from(&self.pixels);
        }
        for (row, line) in frame.chunks_exact(4 * place.width as usize).enumerate() {
            let begin = self.at(place.left, place.top + row as u32);
            let below = &mut self.pixels[begin..begin + line.len()];
            if over {
                for (below, above) in below.chunks_exact_mut(4).zip(line.chunks_exact(4)) {
                    lay(below, above);
                }
            } else {
                below.copy_from_slice(line);
            }
        }
        self.shown = Some((place, disposal));
        let rgb = self.pixels.chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]);
        let picture = Picture::new(self.width, self.height, rgb.collect())?;
        let alpha = self.pixels.iter().copied().skip(3).step_by(4);
        Some(picture.with_alpha(alpha.collect())?.opaque())
    }

    fn at(&self, left: u32, top: u32) -> usize {
        4 * (top as usize * self.width as usize + left as usize)
    }

    /// Ends the frame that was shown last.
    fn dispose(&mut self) {
        match self.shown.take() {
            Some((place, Disposal::Clear)) => {
                for row in 0..place.height {
                    let begin = self.at(place.left, place.top + row);
                    self.pixels[begin..begin + 4 * place.width as usize].fill(0);
                }
            }
            Some((_, Disposal::Restore)) => std::mem::swap(&mut self.pixels, &mut self.before),
            Some((_, Disposal::Keep)) | None => {}
        }
    }
}

/// Lays one pixel over another; colours are not multiplied by their opacity.
fn lay(below: &mut [u8], above: &[u8]) {
    match above[3] {
        0 => {}
        255 => below.copy_from_slice(above),
        alpha => {
            let (alpha, under) = (u32::from(alpha), u32::from(below[3]));
            // Of 255 * 255.
            let rest = under * (255 - alpha);
            let whole = alpha * 255 + rest;
            for channel in 0..3 {
                let sum =
                    u32::from(above[channel]) * alpha * 255 + u32::from(below[channel]) * rest;
                below[channel] = ((sum + whole / 2) / whole) as u8;
            }
            below[3] = ((whole + 127) / 255) as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RED: [u8; 4] = [255, 0, 0, 255];
    const DOT: Place = Place {
        left: 1,
        top: 0,
        width: 1,
        height: 1,
    };
    const ALL: Place = Place {
        left: 0,
        top: 0,
        width: 2,
        height: 1,
    };

    fn seen(
        canvas: &mut Canvas,
        frame: &[u8],
        place: Place,
        over: bool,
        disposal: Disposal,
    ) -> Vec<u8> {
        canvas
            .show(frame, place, over, disposal)
            .unwrap()
            .rgb()
            .to_vec()
    }

    #[test]
    fn frames_end_as_they_say() {
        let mut canvas = Canvas::new(2, 1);
        let red = seen(&mut canvas, &RED, DOT, false, Disposal::Clear);
        assert_eq!(red, [255, 255, 255, 255, 0, 0]);
        let clear = seen(&mut canvas, &[0; 8], ALL, true, Disposal::Keep);
        assert_eq!(clear, [255; 6], "no trail is left");
        seen(
            &mut canvas,
            &[9, 9, 9, 255, 8, 8, 8, 255],
            ALL,
            false,
            Disposal::Keep,
        );
        seen(&mut canvas, &RED, DOT, false, Disposal::Restore);
        let restored = seen(&mut canvas, &[0; 4], DOT, true, Disposal::Keep);
        assert_eq!(restored, [9, 9, 9, 8, 8, 8]);
        let hole = seen(&mut canvas, &[0; 4], DOT, false, Disposal::Keep);
        assert_eq!(hole, [9, 9, 9, 255, 255, 255]);
    }

    #[test]
    fn half_transparent_frames_mix() {
        let mut canvas = Canvas::new(2, 1);
        seen(
            &mut canvas,
            &[0, 0, 0, 255, 0, 0, 0, 255],
            ALL,
            false,
            Disposal::Keep,
        );
        let mixed = seen(
            &mut canvas,
            &[255, 255, 255, 128],
            DOT,
            true,
            Disposal::Keep,
        );
        assert_eq!(mixed[3..], [128; 3]);
    }

    #[test]
    fn frames_beside_the_canvas_are_none() {
        let mut canvas = Canvas::new(2, 1);
        let beside = Place { left: 2, ..DOT };
        assert_eq!(canvas.show(&RED, beside, true, Disposal::Keep), None);
        let far = Place {
            left: u32::MAX,
            ..DOT
        };
        assert_eq!(canvas.show(&RED, far, true, Disposal::Keep), None);
        assert_eq!(canvas.show(&RED[..3], DOT, true, Disposal::Keep), None);
    }
}
