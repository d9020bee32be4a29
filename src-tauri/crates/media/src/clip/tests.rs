use std::fs;

use ::gif::{Encoder, Frame};

use super::*;

/// A GIF of grey frames with their delays in hundredths of a second.
fn gif(frames: &[(u8, u16)]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 8, 6, &[]).unwrap();
    for &(grey, delay) in frames {
        let mut frame = Frame::from_rgb(8, 6, &[grey; 8 * 6 * 3]);
        frame.delay = delay;
        encoder.write_frame(&frame).unwrap();
    }
    drop(encoder);
    file
}

fn read(file: &[u8]) -> Result<Vec<ClipFrame>> {
    let path = tempfile::NamedTempFile::new().unwrap();
    fs::write(path.path(), file).unwrap();
    let mut clip = open(&[path.path().to_owned()], 10)?;
    let mut frames = Vec::new();
    while let Some(frame) = clip.frame()? {
        frames.push(frame);
    }
    Ok(frames)
}

#[test]
fn frames_keep_their_own_times_and_no_time_is_a_tenth_of_a_second() {
    let frames = read(&gif(&[(0, 5), (100, 0), (200, 20)])).unwrap();
    let ticks: Vec<_> = frames.iter().map(|frame| frame.ticks).collect();
    assert_eq!(ticks, [6000, 12_000, 24_000]);
    assert_eq!(frames[2].picture.rgb()[0], 200);
}

#[test]
fn a_gif_that_breaks_off_ends_there_wherever_that_is() {
    let whole = gif(&[(0, 5), (100, 5), (200, 5)]);
    let mut most = 0;
    for end in 0..whole.len() {
        // An error or fewer frames; never a panic, never a frame of nothing.
        if let Ok(frames) = read(&whole[..end]) {
            most = most.max(frames.len());
        }
    }
    assert!(most >= 2, "what came before the break is there");
}

#[test]
fn what_is_no_film_is_reported() {
    for nothing in [&b"h"[..], b"hello there, this is text"] {
        let error = read(nothing).unwrap_err();
        assert!(matches!(error, Error::NotAFilm { .. }), "{error}");
    }
    let error = read(b"").unwrap_err();
    assert!(matches!(error, Error::Empty { .. }), "{error}");
    // The beginning of an MP4 file and nothing else.
    let error = read(b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2").unwrap_err();
    assert!(matches!(error, Error::NotAFilm { .. }), "{error}");
    let error = read(b"FLV\x01\x05\0\0\0\x09").unwrap_err();
    assert!(matches!(error, Error::FilmContainer { .. }), "{error}");
    let missing = open(&[PathBuf::from("/nowhere/film.gif")], 10)
        .err()
        .unwrap();
    assert!(matches!(missing, Error::Missing { .. }), "{missing}");
    assert!(matches!(open(&[], 10).err(), Some(Error::NotAFilm { .. })));
}

#[test]
fn a_folder_of_pictures_of_many_sizes_is_a_film_of_the_firsts_size() {
    let folder = tempfile::tempdir().unwrap();
    for (name, side) in [("a10.png", 9_u32), ("a2.png", 6), ("a1.png", 4)] {
        let picture = ::image::RgbImage::from_pixel(side, side, ::image::Rgb([side as u8; 3]));
        picture.save(folder.path().join(name)).unwrap();
    }
    fs::write(folder.path().join("notes.txt"), "x").unwrap();
    let mut clip = open(&[folder.path().to_owned()], 10).unwrap();
    assert_eq!(clip.frames(), Some(3));
    let mut greys = Vec::new();
    while let Some(frame) = clip.frame().unwrap() {
        assert_eq!((frame.picture.width(), frame.picture.height()), (4, 4));
        assert_eq!(frame.ticks, 12_000);
        greys.push(frame.picture.rgb()[0]);
    }
    assert_eq!(greys, [4, 6, 9]);
    let empty = tempfile::tempdir().unwrap();
    assert!(open(&[empty.path().to_owned()], 10).is_err());
}

#[test]
fn an_animation_wider_than_any_is_refused_before_it_is_decoded() {
    let mut wide = gif(&[(0, 5)]);
    // The width of the canvas.
    wide[6..8].copy_from_slice(&60_000_u16.to_le_bytes());
    let error = read(&wide).unwrap_err();
    assert!(
        matches!(error, Error::PictureTooLarge { width: 60_000, .. }),
        "{error}"
    );
}

/// The folder of clips in the ways in which cameras, phones and editors write them.
fn fixture(name: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/clips");
    vec![folder.join(name)]
}

fn frames(name: &str) -> Result<Vec<ClipFrame>> {
    let mut clip = open(&fixture(name), 10)?;
    let mut frames = Vec::new();
    while let Some(frame) = clip.frame()? {
        frames.push(frame);
    }
    assert_eq!(clip.notices(), [], "{name}");
    Ok(frames)
}

fn pixel(frame: &ClipFrame, x: u32, y: u32) -> [u8; 3] {
    let at = 3 * (y * frame.picture.width() + x) as usize;
    frame.picture.rgb()[at..at + 3].try_into().unwrap()
}

fn seconds(frames: &[ClipFrame]) -> f64 {
    let ticks: u64 = frames.iter().map(|frame| frame.ticks).sum();
    ticks as f64 / crate::TICKS_PER_SECOND as f64
}

#[test]
fn frames_that_lie_in_another_order_are_all_shown_in_theirs() {
    for name in ["bframes_grey.mp4", "fragmented.mp4"] {
        brighter_and_brighter(name);
    }
}

fn brighter_and_brighter(name: &str) {
    let found = frames(name).unwrap();
    let greys: Vec<u8> = found.iter().map(|frame| pixel(frame, 16, 16)[0]).collect();
    assert_eq!(greys.len(), 20);
    assert!(greys.is_sorted_by(|a, b| a < b), "{greys:?}");
    assert!(found.iter().all(|frame| frame.ticks == 12_000));
}

#[test]
fn what_an_edit_list_cuts_off_stays_away() {
    let found = frames("trimmed.mp4").unwrap();
    assert!(
        (seconds(&found) - 1.05).abs() < 0.001,
        "{}",
        seconds(&found)
    );
    let [first, last] = [0, found.len() - 1].map(|at| pixel(&found[at], 16, 16)[0]);
    assert!(first.abs_diff(106) <= 2 && last > first, "{first} {last}");
}

#[test]
fn clips_stand_upright() {
    for (name, size, inside, outside) in [
        ("rot90.mp4", (32, 64), (8, 56), (24, 8)),
        ("rot180.mp4", (64, 32), (56, 24), (8, 8)),
        ("rot270.mp4", (32, 64), (24, 8), (8, 56)),
    ] {
        let found = frames(name).unwrap();
        let first = &found[0];
        assert_eq!(
            (first.picture.width(), first.picture.height()),
            size,
            "{name}"
        );
        let [red, ground] = [inside, outside].map(|(x, y)| pixel(first, x, y));
        assert!(red[0] > 150 && red[1] < 100, "{name}: {red:?}");
        assert!(ground[0] < 150 || ground[1] > 100, "{name}: {ground:?}");
    }
}

#[test]
fn pixels_that_are_not_square_become_so() {
    for frame in frames("sar43.mp4").unwrap() {
        assert_eq!((frame.picture.width(), frame.picture.height()), (64, 32));
    }
}

#[test]
fn colours_are_those_that_went_in() {
    for name in [
        "colour_601.mp4",
        "colour_709.mp4",
        "colour_full.mp4",
        "colour_full.y4m",
    ] {
        let found = pixel(&frames(name).unwrap()[0], 16, 16);
        for (found, right) in found.iter().zip([200_u8, 100, 50]) {
            assert!(found.abs_diff(right) <= 3, "{name}: {found} for {right}");
        }
    }
}

#[test]
fn free_decoders_are_used_and_other_encodings_named() {
    for (name, format) in [
        ("mjpeg.mov", "Motion JPEG"),
        ("tiny.avi", "Motion JPEG"),
        ("tiny.mkv", "H.264"),
    ] {
        let found = frames(name).unwrap();
        assert!(found.len() >= 2, "{name}");
        assert!(
            (seconds(&found) - 0.4).abs() < 0.01,
            "{name}: {}",
            seconds(&found)
        );
        assert_eq!(open(&fixture(name), 10).unwrap().format(), format);
    }
    for (name, right) in [
        ("av1.mp4", "AV1"),
        ("vp9.mp4", "VP9"),
        ("tiny.webm", "VP9"),
        ("p10.mp4", "H.264 (10 bits a colour)"),
        ("p444.mp4", "H.264 (4:4:4 colour)"),
        ("interlaced.mp4", "H.264 (interlaced)"),
    ] {
        match frames(name) {
            Err(Error::FilmEncoding { codec }) => assert_eq!(codec, right, "{name}"),
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn a_frame_that_is_over_leaves_no_trail() {
    let found = frames("webp_dispose.webp").unwrap();
    for frame in &found[1..] {
        assert_eq!(pixel(frame, 1, 1), [255; 3]);
    }
}

#[test]
fn what_was_whole_before_a_break_is_a_film_and_the_break_is_told() {
    let whole = fs::read(&fixture("bframes_grey.mp4")[0]).unwrap();
    let quick = quick_start(&whole);
    let path = tempfile::NamedTempFile::new().unwrap();
    let (mut most, mut refused) = (0, 0);
    for end in (0..quick.len()).step_by(7) {
        fs::write(path.path(), &quick[..end]).unwrap();
        let Ok(mut clip) = open(&[path.path().to_owned()], 10) else {
            refused += 1;
            continue;
        };
        let mut frames = 0;
        // The first of them may not be whole: told as well.
        while let Ok(Some(_)) = clip.frame() {
            frames += 1;
        }
        let told = clip.notices();
        let told = told
            .iter()
            .any(|notice| matches!(notice, ClipNotice::CutShort { frames: f } if *f == frames));
        assert!(told, "{end}");
        assert!(frames >= most, "more of the file, and fewer frames: {end}");
        most = frames;
    }
    assert!(most >= 16 && refused > 0, "{most} {refused}");
}

/// An AVI whose head counts one frame more than the file shows.
fn one_more(file: &[u8]) -> Vec<u8> {
    let mut file = file.to_vec();
    let head = file.windows(4).position(|found| found == b"strh").unwrap() + 8;
    let count = file[head + 32..head + 36].try_into().unwrap();
    let count = u32::from_le_bytes(count) + 1;
    file[head + 32..head + 36].copy_from_slice(&count.to_le_bytes());
    file
}

#[test]
fn a_frame_that_an_avi_shows_again_is_not_missing() {
    let short = one_more(&fs::read(&fixture("tiny.avi")[0]).unwrap());
    let first = short.windows(4).position(|found| found == b"movi").unwrap() + 4;
    let size = u32::from_le_bytes(short[first + 4..first + 8].try_into().unwrap());
    let second = first + 8 + (size + size % 2) as usize;
    let whole = [&short[..second], b"00dc\0\0\0\0", &short[second..]].concat();
    let path = tempfile::NamedTempFile::new().unwrap();
    let read = |file: &[u8]| {
        fs::write(path.path(), file).unwrap();
        let mut clip = open(&[path.path().to_owned()], 10).unwrap();
        let mut ticks = Vec::new();
        while let Some(frame) = clip.frame().unwrap() {
            ticks.push(frame.ticks);
        }
        (ticks, clip.notices())
    };
    let (ticks, notices) = read(&short);
    let frames = ticks.len() as u32;
    assert!(matches!(notices[..], [ClipNotice::CutShort { frames: f }] if f == frames));
    let (again, notices) = read(&whole);
    assert!(notices.is_empty(), "{notices:?}");
    assert_eq!(
        again.iter().sum::<u64>(),
        ticks.iter().sum::<u64>() + ticks[0]
    );
}

/// The file with its index before its frames.
fn quick_start(file: &[u8]) -> Vec<u8> {
    let at = |name: &[u8]| file.windows(4).position(|found| found == name).unwrap() - 4;
    let (data, index) = (at(b"mdat"), at(b"moov"));
    assert!(data < index);
    let mut moved = file[index..].to_vec();
    let table = moved.windows(4).position(|found| found == b"stco").unwrap();
    let count = u32::from_be_bytes(moved[table + 8..table + 12].try_into().unwrap()) as usize;
    for entry in 0..count {
        let place = table + 12 + 4 * entry;
        let offset = u32::from_be_bytes(moved[place..place + 4].try_into().unwrap());
        let offset = offset + (file.len() - index) as u32;
        moved[place..place + 4].copy_from_slice(&offset.to_be_bytes());
    }
    [&file[..data], &moved, &file[data..index]].concat()
}

#[test]
fn an_apng_of_sixteen_bits_is_a_film() {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 2, 1);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Sixteen);
    encoder.set_animated(2, 0).unwrap();
    encoder.set_frame_delay(1, 5).unwrap();
    let mut writer = encoder.write_header().unwrap();
    for value in [0x11, 0xee] {
        writer.write_image_data(&[value; 12]).unwrap();
    }
    writer.finish().unwrap();
    let frames = read(&file).unwrap();
    let found: Vec<_> = frames
        .iter()
        .map(|frame| (frame.picture.rgb()[0], frame.ticks))
        .collect();
    assert_eq!(found, [(0x11, 24_000), (0xee, 24_000)]);
}
