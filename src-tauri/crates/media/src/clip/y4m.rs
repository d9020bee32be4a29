//! YUV4MPEG2: frames as they are, with a line of text before each (mjpegtools' yuv4mpeg(5)).

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
};

use super::{
    display::Display,
    source::{ClipFrame, ClipNotice, ClipSource, check_size, not_a_film},
};
use crate::{
    Error, Picture, Result, TICKS_PER_SECOND,
    yuv::{Chroma, Colours, Planes, ToRgb},
};

/// Lines of text are shorter.
const MAX_LINE: u64 = 1024;

/// How a frame lies in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Layout {
    /// How many luma columns and rows share one pair of colours; none where there are no colours.
    shared: Option<(usize, usize)>,
    /// Bits a value; more than eight take two bytes.
    depth: u32,
    /// Whether a plane of opacity follows, which is passed over.
    alpha: bool,
}

impl Layout {
    fn of(colours: &str) -> Option<Self> {
        let alpha = colours == "444alpha";
        // `420p10`: ten bits; the names of places where colours lie begin with letters too.
        let (name, depth) = match colours.rsplit_once('p') {
            Some((name, depth)) if depth.bytes().all(|byte| byte.is_ascii_digit()) => {
                (name, depth.parse().ok()?)
            }
            _ => match colours.strip_prefix("mono") {
                Some(depth) if !depth.is_empty() => ("mono", depth.parse().ok()?),
                _ => (colours, 8),
            },
        };
        let shared = match name {
            "420" | "420jpeg" | "420mpeg2" | "420paldv" => Some((2, 2)),
            "422" => Some((2, 1)),
            "411" => Some((4, 1)),
            "440" => Some((1, 2)),
            "444" | "444alpha" => Some((1, 1)),
            "mono" => None,
            _ => return None,
        };
        (8..=16).contains(&depth).then_some(Self {
            shared,
            depth,
            alpha,
        })
    }

    fn bytes(self) -> usize {
        if self.depth > 8 { 2 } else { 1 }
    }

    /// Values as eight bits.
    fn eight(self, bytes: &[u8]) -> Vec<u8> {
        if self.depth == 8 {
            return bytes.to_vec();
        }
        let values = bytes.chunks_exact(2);
        let values = values.map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        values
            .map(|value| (value >> (self.depth - 8)).min(255) as u8)
            .collect()
    }
}

pub(super) struct Y4m<R = BufReader<File>> {
    input: R,
    width: usize,
    height: usize,
    layout: Layout,
    to_rgb: ToRgb,
    display: Display,
    /// Of one frame.
    ticks: u64,
    read: u32,
    cut: bool,
}

/// What the first line says.
struct Head {
    width: u32,
    height: u32,
    /// Frames in so many seconds.
    rate: (u64, u64),
    colours: String,
    full: bool,
    pixel_aspect: Option<(u32, u32)>,
}

impl Head {
    fn read(line: &str) -> Result<Self> {
        let mut parts = line.split(' ');
        if parts.next() != Some("YUV4MPEG2") {
            return Err(not_a_film("it does not begin with YUV4MPEG2"));
        }
        let mut head = Self {
            width: 0,
            height: 0,
            rate: (25, 1),
            colours: "420".to_owned(),
            full: false,
            pixel_aspect: None,
        };
        for part in parts {
            let Some((kind, value)) = part.split_at_checked(1) else {
                continue;
            };
            let pair = value.split_once(':');
            match kind {
                "W" => head.width = value.parse().unwrap_or(0),
                "H" => head.height = value.parse().unwrap_or(0),
                "C" => value.clone_into(&mut head.colours),
                "A" => {
                    head.pixel_aspect =
                        pair.and_then(|(n, d)| Some((n.parse().ok()?, d.parse().ok()?)));
                }
                "F" => {
                    let pair = pair.and_then(|(n, d)| Some((n.parse().ok()?, d.parse().ok()?)));
                    head.rate = pair
                        .filter(|&(n, d): &(u64, u64)| n > 0 && d > 0)
                        .unwrap_or(head.rate);
                }
                "X" => head.full |= value.eq_ignore_ascii_case("COLORRANGE=FULL"),
                _ => {}
            }
        }
        check_size(head.width, head.height)?;
        Ok(head)
    }
}

impl Y4m {
    pub(super) fn open(file: File) -> Result<Self> {
        Self::new(BufReader::new(file))
    }
}

impl<R: BufRead> Y4m<R> {
    /// # Errors
    /// `NotAFilm`, `PictureTooLarge`, `FilmEncoding` for colours that lie in a way of their own.
    fn new(mut input: R) -> Result<Self> {
        let head = line(&mut input)?.ok_or_else(|| not_a_film("it is empty"))?;
        let head = Head::read(&head)?;
        let layout = Layout::of(&head.colours).ok_or_else(|| Error::FilmEncoding {
            codec: format!("Y4M with {} colours", head.colours.escape_default()),
        })?;
        let (frames, seconds) = head.rate;
        let ticks = (u128::from(TICKS_PER_SECOND) * u128::from(seconds) / u128::from(frames))
            .clamp(1, u128::from(TICKS_PER_SECOND) * 60);
        Ok(Self {
            input,
            width: head.width as usize,
            height: head.height as usize,
            layout,
            // The format names no matrix: that of the tools it comes from.
            to_rgb: ToRgb::new(Colours::standard_definition(head.full)),
            display: Display {
                pixel_aspect: head.pixel_aspect,
                ..Display::default()
            },
            ticks: ticks as u64,
            read: 0,
            cut: false,
        })
    }

    fn planes(&self, bytes: &[u8]) -> Planes {
        let luma = self.width * self.height * self.layout.bytes();
        let (luma, colours) = bytes.split_at(luma);
        let chroma = self.layout.shared.map(|shared| {
            let pair = self.pairs(shared) * self.layout.bytes();
            Chroma {
                blue: self.layout.eight(&colours[..pair]),
                red: self.layout.eight(&colours[pair..2 * pair]),
                shared,
            }
        });
        Planes {
            width: self.width,
            height: self.height,
            luma: self.layout.eight(luma),
            chroma,
        }
    }

    /// Pairs of colours in a frame.
    fn pairs(&self, (across, down): (usize, usize)) -> usize {
        self.width.div_ceil(across) * self.height.div_ceil(down)
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
        let colours = self
            .layout
            .shared
            .map_or(0, |shared| 2 * self.pairs(shared));
        let alpha = if self.layout.alpha { luma } else { 0 };
        let mut bytes = vec![0; (luma + colours + alpha) * self.layout.bytes()];
        if let Err(error) = self.input.read_exact(&mut bytes) {
            // A frame that is cut short is none.
            self.cut = true;
            return if self.read > 0 {
                Ok(None)
            } else {
                Err(not_a_film(&error.to_string()))
            };
        }
        self.read += 1;
        let rgb = self.to_rgb.rgb(&self.planes(&bytes));
        let picture = Picture::new(self.width as u32, self.height as u32, rgb);
        let picture = picture.ok_or_else(|| not_a_film("its frames have no pixels"))?;
        Ok(Some(ClipFrame {
            picture: self.display.show(picture),
            ticks: self.ticks,
        }))
    }

    fn notices(&self) -> Vec<ClipNotice> {
        let frames = self.read;
        let cut = self.cut.then_some(ClipNotice::CutShort { frames });
        cut.into_iter().collect()
    }
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
    fn full_range_wide_pixels_and_many_bits_are_taken_as_they_are_meant() {
        let frames = clip("W1 H1 C444 XCOLORRANGE=FULL", &[&[124, 86, 182]]).unwrap();
        let rgb = frames[0].picture.rgb();
        assert!(
            rgb.iter()
                .zip([200_u8, 100, 50])
                .all(|(a, b)| a.abs_diff(b) <= 2),
            "{rgb:?}"
        );
        let frames = clip("W3 H4 A4:3 Cmono", &[&[16; 12]]).unwrap();
        assert_eq!(frames[0].picture.width(), 4);
        let ten: Vec<u8> = [940_u16, 512, 512]
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        let frames = clip("W1 H1 C444p10", &[&ten]).unwrap();
        assert_eq!(frames[0].picture.rgb(), [255; 3]);
        let frames = clip("W4 H1 C411", &[&[235, 235, 16, 16, 128, 128]]).unwrap();
        assert_eq!(frames[0].picture.rgb()[6..], [0; 6]);
    }

    #[test]
    fn hostile_headers_are_refused_before_anything_is_allocated() {
        for head in [
            "W99999 H99999",
            "W0 H4",
            "H4",
            "W4 H4 C420p99",
            "W4 H4 Cwhat",
            "W-1 H1",
        ] {
            assert!(clip(head, &[]).is_err(), "{head}");
        }
        assert!(clip("W2 H2 F0:0 Cmono", &[&[16; 4]]).is_ok());
    }
}
