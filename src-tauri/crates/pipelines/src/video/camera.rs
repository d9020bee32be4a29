//! A camera that moves over finished frames: geometry and sampling, no network.

use serde::{Deserialize, Serialize};

use crate::image::Picture;

/// How the camera moves during the film.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum CameraMove {
    #[default]
    Still,
    ZoomIn,
    ZoomOut,
    PanLeft,
    PanRight,
    /// A turn to the right and back.
    Rotate,
    /// Up and down, as if breathing.
    Bob,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase", default)]
pub struct Camera {
    #[serde(rename = "move")]
    pub motion: CameraMove,
    /// 0 to 1.
    pub strength: f32,
    /// Begins and ends gently; otherwise at one speed.
    pub eased: bool,
}

impl Default for Camera {
    fn default() -> Self {
        Self {
            motion: CameraMove::Still,
            strength: 0.5,
            eased: true,
        }
    }
}

/// How the frame is seen: places of what is shown, turned, scaled and moved, are places of the frame.
#[derive(Debug, Clone, Copy, PartialEq)]
struct View {
    /// How many times as large things appear.
    zoom: f32,
    /// In radians, to the right.
    turn: f32,
    /// In widths and heights of the frame.
    right: f32,
    down: f32,
}

impl Camera {
    /// The frame as the camera sees it `share` (0 to 1) into the film. Beyond the frame's
    /// edge, the edge goes on.
    #[must_use]
    pub fn see(self, frame: Picture, share: f32) -> Picture {
        match self.view(share) {
            Some(view) => sampled(&frame, &view),
            None => frame,
        }
    }

    /// None where nothing moves.
    fn view(self, share: f32) -> Option<View> {
        let strength = self.strength.clamp(0.0, 1.0);
        if self.motion == CameraMove::Still || strength <= 0.0 {
            return None;
        }
        let share = share.clamp(0.0, 1.0);
        let share = if self.eased {
            share * share * (3.0 - 2.0 * share)
        } else {
            share
        };
        let still = View {
            zoom: 1.0,
            turn: 0.0,
            right: 0.0,
            down: 0.0,
        };
        // There and back over the film.
        let wave = (share * std::f32::consts::TAU).sin();
        Some(match self.motion {
            CameraMove::Still => return None,
            CameraMove::ZoomIn => View {
                zoom: 1.0 + 0.6 * strength * share,
                ..still
            },
            CameraMove::ZoomOut => View {
                zoom: 1.0 + 0.6 * strength * (1.0 - share),
                ..still
            },
            // Somewhat nearer, so that the edge stays out of sight longer.
            CameraMove::PanLeft | CameraMove::PanRight => {
                let way = 0.3 * strength * (share - 0.5);
                View {
                    zoom: 1.0 + 0.15 * strength,
                    right: if self.motion == CameraMove::PanLeft {
                        -way
                    } else {
                        way
                    },
                    ..still
                }
            }
            CameraMove::Rotate => View {
                zoom: 1.0 + 0.15 * strength,
                turn: 0.35 * strength * wave,
                ..still
            },
            CameraMove::Bob => View {
                zoom: 1.0 + 0.08 * strength,
                down: 0.06 * strength * wave,
                ..still
            },
        })
    }
}

/// Bilinear, with the edge's pixels beyond the edge.
fn sampled(frame: &Picture, view: &View) -> Picture {
    let (width, height) = (frame.width() as usize, frame.height() as usize);
    let (sine, cosine) = view.turn.sin_cos();
    let (half_width, half_height) = (width as f32 / 2.0, height as f32 / 2.0);
    let rgb = frame.rgb();
    let mut seen = Vec::with_capacity(rgb.len());
    for row in 0..height {
        let y = (row as f32 + 0.5 - half_height) / view.zoom;
        for column in 0..width {
            let x = (column as f32 + 0.5 - half_width) / view.zoom;
            let across = x * cosine + y * sine + half_width + view.right * width as f32 - 0.5;
            let along = y * cosine - x * sine + half_height + view.down * height as f32 - 0.5;
            let across = across.clamp(0.0, (width - 1) as f32);
            let along = along.clamp(0.0, (height - 1) as f32);
            let (left, top) = (across as usize, along as usize);
            let (right, bottom) = ((left + 1).min(width - 1), (top + 1).min(height - 1));
            let (u, v) = (across - left as f32, along - top as f32);
            for channel in 0..3 {
                let at = |x: usize, y: usize| f32::from(rgb[(y * width + x) * 3 + channel]);
                let upper = at(left, top) * (1.0 - u) + at(right, top) * u;
                let lower = at(left, bottom) * (1.0 - u) + at(right, bottom) * u;
                seen.push((upper * (1.0 - v) + lower * v).round() as u8);
            }
        }
    }
    Picture::new(frame.width(), frame.height(), seen).unwrap_or_else(|| frame.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dot() -> Picture {
        let mut rgb = vec![0; 9 * 9 * 3];
        rgb[(4 * 9 + 4) * 3] = 255;
        Picture::new(9, 9, rgb).unwrap()
    }

    fn camera(motion: CameraMove) -> Camera {
        Camera {
            motion,
            strength: 1.0,
            eased: false,
        }
    }

    #[test]
    fn a_still_camera_changes_nothing() {
        assert_eq!(camera(CameraMove::Still).see(dot(), 0.5), dot());
        let weak = Camera {
            strength: 0.0,
            ..camera(CameraMove::ZoomIn)
        };
        assert_eq!(weak.see(dot(), 0.5), dot());
        assert_eq!(camera(CameraMove::ZoomIn).see(dot(), 0.0), dot());
    }

    #[test]
    fn the_middle_stays_where_it_is_when_zooming_and_turning() {
        for motion in [CameraMove::ZoomIn, CameraMove::Rotate] {
            let seen = camera(motion).see(dot(), 0.4);
            let brightest = seen
                .rgb()
                .iter()
                .step_by(3)
                .enumerate()
                .max_by_key(|(_, v)| **v);
            assert_eq!(brightest.unwrap().0, 4 * 9 + 4, "{motion:?}");
        }
    }

    #[test]
    fn what_goes_there_and_back_ends_where_it_began() {
        for motion in [CameraMove::Bob, CameraMove::Rotate] {
            let (begin, end) = (
                camera(motion).see(dot(), 0.0),
                camera(motion).see(dot(), 1.0),
            );
            assert_eq!(begin, end, "{motion:?}");
        }
    }

    #[test]
    fn a_pan_to_the_right_shows_what_is_there() {
        let view = camera(CameraMove::PanRight).view(1.0).unwrap();
        assert!(view.right > 0.0);
        let view = camera(CameraMove::PanLeft).view(1.0).unwrap();
        assert!(view.right < 0.0);
    }
}
