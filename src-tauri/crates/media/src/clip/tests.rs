use std::fs;

use gif::{Encoder, Frame};

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
    assert!(matches!(read(b""), Err(Error::UnreadablePicture { .. })));
    assert!(matches!(
        read(b"hello there, this is text"),
        Err(Error::UnreadablePicture { .. })
    ));
    // The beginning of an MP4 file and nothing else.
    let error = read(b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2").unwrap_err();
    assert!(matches!(error, Error::NotAFilm { .. }), "{error}");
    // The beginning of an MP4 file with the description of an encoding that cannot be decoded.
    let other = b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2\0\0\x7f\0moov\0\0\x20\0hvcC";
    let error = read(other).unwrap_err();
    assert!(matches!(error, Error::FilmEncoding { .. }), "{error}");
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
