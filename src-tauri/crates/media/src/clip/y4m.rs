//! YUV4MPEG2: frames as they are, with a line of text before each (mjpegtools' yuv4mpeg(5)).

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
};

use super::source::{ClipFrame, ClipSource, check_size, not_a_film};
use crate::{Picture, Result, TICKS_PER_SECOND};

/// Lines of text are shorter.
const MAX_LINE: u64 = 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Layout {
    /// How many luma columns and rows share one pair of colours; none where there are no colours.
    shared: Option<(usize, usize)>,
}

#[derive(Debug)]
pub(super) struct Y4m<R = BufReader<File>> {
    input: R,
    width: usize,
    height: usize,
    layout: Layout,
    /// Of one frame.
    ticks: u64,
    read: u32,
}

impl Y4m {
    pub(super) fn open(file: File) -> Result<Self> {
        Self::new(BufReader::new(file))
    }
}

impl<R: BufRead> Y4m<R> {
    /// # Errors
    /// `NotAFilm`, `PictureTooLarge`.
    fn new(mut input: R) -> Result<Self> {
        let head = line(&mut input)?.ok_or_else(|| not_a_film("it is empty"))?;
        let mut parts = head.split(' ');
        if parts.next() != Some("YUV4MPEG2") {
            return Err(not_a_film("it does not begin with YUV4MPEG2"));
        }
        let (mut width, mut height, mut rate, mut colours) = (0, 0, (25, 1), "420");
        for part in parts {
            let Some((kind, value)) = part.split_at_checked(1) else {
                continue;
            };
            match kind {
                "W" => width = value.parse().unwrap_or(0),
                "H" => height = value.parse().unwrap_or(0),
                "C" => colours = value,
                "F" => {
                    let pair = value.split_once(':');
                    let pair = pair.and_then(|(n, d)| Some((n.parse().ok()?, d.parse().ok()?)));
                    rate = pair
                        .filter(|&(n, d): &(u64, u64)| n > 0 && d > 0)
                        .unwrap_or(rate);
                }
                _ => {}
            }
        }
        check_size(width, height)?;
        let shared = match colours {
            "420" | "420jpeg" | "420mpeg2" | "420paldv" => Some((2, 2)),
            "422" => Some((2, 1)),
            "444" => Some((1, 1)),
            "mono" => None,
            other => return Err(not_a_film(&format!("its colours are {other}"))),
        };
        let ticks = (u128::from(TICKS_PER_SECOND) * u128::from(rate.1) / u128::from(rate.0))
            .clamp(1, u128::from(TICKS_PER_SECOND) * 60);
        Ok(Self {
            input,
            width: width as usize,
            height: height as usize,
            layout: Layout { shared },
            ticks: ticks as u64,
            read: 0,
        })
    }
}

/// A line without its end; None at the end of the file.
fn line(input: &mut impl BufRead) -> Result<Option<String>> {
    let mut bytes = Vec::new();
    let read = input.by_ref().take(MAX_LINE).read_until(b'\n', &mut bytes);
    read.map_err(|error| not_a_film(&error.to_string()))?;
    if bytes.pop() != Some(b'\n') {
        return Ok(None);
    }
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

impl<R: BufRead> ClipSource for Y4m<R> {
    fn format(&self) -> &'static str {
        "Y4M"
    }

    fn frames(&self) -> Option<u32> {
        None
    }

    fn frame(&mut self) -> Result<Option<ClipFrame>> {
        match line(&mut self.input)? {
            Some(head) if head == "FRAME" || head.starts_with("FRAME ") => {}
            None => return Ok(None),
            Some(_) if self.read > 0 => return Ok(None),
            Some(_) => return Err(not_a_film("a frame does not begin with FRAME")),
        }
        let luma = self.width * self.height;
        let (columns, rows) = self.layout.shared.map_or((0, 0), |(across, down)| {
            (self.width.div_ceil(across), self.height.div_ceil(down))
        });
        let mut bytes = vec![0; luma + 2 * columns * rows];
        if let Err(error) = self.input.read_exact(&mut bytes) {
            // A frame that is cut short is none.
            return if self.read > 0 {
                Ok(None)
            } else {
                Err(not_a_film(&error.to_string()))
            };
        }
        self.read += 1;
        let (y, colours) = bytes.split_at(luma);
        let (u, v) = colours.split_at(columns * rows);
        let mut rgb = Vec::with_capacity(3 * luma);
        for row in 0..self.height {
            for column in 0..self.width {
                let light = y[row * self.width + column];
                let pair = self.layout.shared.map_or((128, 128), |(across, down)| {
                    let at = row / down * columns + column / across;
                    (u[at], v[at])
                });
                rgb.extend(colour(light, pair));
            }
        }
        let picture = Picture::new(self.width as u32, self.height as u32, rgb);
        let picture = picture.ok_or_else(|| not_a_film("its frames have no pixels"))?;
        Ok(Some(ClipFrame {
            picture,
            ticks: self.ticks,
        }))
    }
}

/// From studio range (ITU-R BT.601): black at 16, white at 235.
fn colour(y: u8, (u, v): (u8, u8)) -> [u8; 3] {
    let y = 1.164_383 * (f32::from(y) - 16.0);
    let (u, v) = (f32::from(u) - 128.0, f32::from(v) - 128.0);
    let rgb = [
        y + 1.596_027 * v,
        y - 0.391_762 * u - 0.812_968 * v,
        y + 2.017_232 * u,
    ];
    rgb.map(|value| value.round().clamp(0.0, 255.0) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clip(head: &str, frames: &[&[u8]]) -> Result<Vec<ClipFrame>> {
        let mut file = format!("YUV4MPEG2 {head}\n").into_bytes();
        for frame in frames {
            file.extend(b"FRAME\n");
            file.extend(*frame);
        }
        let mut reader = Y4m::new(file.as_slice())?;
        let mut found = Vec::new();
        while let Some(frame) = reader.frame()? {
            found.push(frame);
        }
        Ok(found)
    }

    #[test]
    fn black_white_and_red_are_what_they_are() {
        let frames = clip(
            "W3 H1 F24:1 C444",
            &[&[16, 235, 81, 128, 128, 90, 128, 128, 240]],
        );
        let frames = frames.unwrap();
        let rgb = frames[0].picture.rgb();
        assert_eq!(&rgb[..6], [0, 0, 0, 255, 255, 255]);
        assert!(rgb[6] > 250 && rgb[7] < 4 && rgb[8] < 4, "{rgb:?}");
        assert_eq!(frames[0].ticks, 5000);
    }

    #[test]
    fn odd_sizes_round_the_shared_colours_up() {
        // 3 x 3 with 2 x 2 pairs of colours.
        let whole = vec![128; 9 + 8];
        let frames = clip("W3 H3 C420jpeg", &[&whole, &whole, &whole[..9]]).unwrap();
        assert_eq!(frames.len(), 2, "the third is cut short");
    }

    #[test]
    fn hostile_headers_are_refused_before_anything_is_allocated() {
        for head in ["W99999 H99999", "W0 H4", "H4", "W4 H4 C420p16", "W-1 H1"] {
            assert!(clip(head, &[]).is_err(), "{head}");
        }
        assert!(clip("W2 H2 F0:0 Cmono", &[&[16; 4]]).is_ok());
    }
}
