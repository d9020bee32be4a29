use std::{io, path::Path};

use super::*;
use crate::{
    Caption, Pcm, Picture, SoundFile, SoundSource, TICKS_PER_SECOND, clip,
    labels::Label,
    labels::{self, Provenance, SourceType},
};

fn label() -> Label {
    Label {
        id: "0192-id".to_owned(),
        provenance: Provenance {
            title: Some("猫 → <dog> at home".to_owned()),
            created: "2026-01-02T03:04:05Z".to_owned(),
            model: "glyph".to_owned(),
            recipe: Some("{\"a\":1}".to_owned()),
            source: SourceType::Generated,
        },
    }
}

/// What goes out.
fn silent() -> Label {
    let mut label = label();
    label.provenance.title = None;
    label.provenance.recipe = None;
    label
}

fn export(kept: &Path, path: &Path, label: &Label) {
    let own = FilmFormat::of(kept).unwrap();
    let format = FilmFormat::of(path).unwrap();
    let mut options = File::options();
    let target = options.read(true).write(true).create_new(true).open(path);
    let mut source = File::open(kept).unwrap();
    let target = (target.unwrap(), format);
    copy(
        (&mut source, Some(own)),
        target,
        label,
        SideTracks::default(),
    )
    .unwrap();
}

/// A square that wanders over a ramp; the second frame comes twice.
fn frame(index: u32, width: u32, height: u32) -> Picture {
    let index = if index == 2 { 1 } else { index };
    let rgb = (0..height).flat_map(|y| {
        (0..width).flat_map(move |x| {
            let inside = x.abs_diff(4 + 2 * index) < 4 && y.abs_diff(8) < 4;
            if inside {
                [200, 30, 40]
            } else {
                [(x * 6) as u8, 180, (y * 6) as u8]
            }
        })
    });
    Picture::new(width, height, rgb.collect()).unwrap()
}

fn film(format: FilmFormat, path: &Path, size: (u32, u32), ticks: &[u64], sound: Option<Pcm>) {
    let file = File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(path)
        .unwrap();
    let side_tracks = SideTracks {
        sound,
        ..SideTracks::default()
    };
    let mut encoder = EncoderThread::new(writer(format, file, side_tracks)).unwrap();
    for (index, &ticks) in ticks.iter().enumerate() {
        encoder
            .frame(frame(index as u32, size.0, size.1), ticks)
            .unwrap();
    }
    encoder.finish(&label()).unwrap();
}

fn read(path: &Path) -> Vec<clip::ClipFrame> {
    let mut clip = clip::open(&[path.to_owned()], 25).unwrap();
    std::iter::from_fn(|| clip.frame().unwrap()).collect()
}

/// Mean difference of two pictures' values.
fn distance(a: &Picture, b: &Picture) -> f64 {
    let pairs = a.rgb().iter().zip(b.rgb());
    let sum: f64 = pairs.map(|(a, b)| f64::from(a.abs_diff(*b))).sum();
    sum / a.rgb().len() as f64
}

#[test]
fn every_format_is_a_film_of_the_right_length_and_says_that_an_ai_made_it() {
    let folder = tempfile::tempdir().unwrap();
    // 24 frames a second, of which neither hundredths nor thousandths are whole.
    let ticks = [5000; 24];
    for (format, near) in FilmFormat::ALL.into_iter().zip([6.0, 8.0, 0.0, 8.0]) {
        let path = folder.path().join(format!("film.{}", format.extension()));
        film(format, &path, (48, 32), &ticks, None);
        let frames = read(&path);
        let total: u64 = frames.iter().map(|frame| frame.ticks).sum();
        assert!(
            total.abs_diff(TICKS_PER_SECOND) <= 1200,
            "{format:?}: {total}"
        );
        let last = &frames.last().unwrap().picture;
        assert_eq!((last.width(), last.height()), (48, 32));
        let found = distance(last, &frame(23, 48, 32));
        assert!(found <= near, "{format:?}: {found}");
        let claim = labels::read_file(&path).unwrap();
        assert_eq!(claim.produce_id(), Some("0192-id"), "{format:?}");
        assert_eq!(claim.provenance, Some(label().provenance), "{format:?}");
    }
}

#[test]
fn frames_of_their_own_lengths_keep_them() {
    let folder = tempfile::tempdir().unwrap();
    // The third is like the second: one frame, shown as long as both.
    let ticks = [12_000, 24_000, 12_000, 36_000];
    for format in [FilmFormat::WebP, FilmFormat::Gif, FilmFormat::Png] {
        let path = folder.path().join(format!("film.{}", format.extension()));
        film(format, &path, (32, 24), &ticks, None);
        let found: Vec<_> = read(&path).iter().map(|frame| frame.ticks).collect();
        assert_eq!(found, [12_000, 36_000, 36_000], "{format:?}");
    }
    let path = folder.path().join("film.mp4");
    film(FilmFormat::Mp4, &path, (32, 24), &ticks, None);
    let found: Vec<_> = read(&path).iter().map(|frame| frame.ticks).collect();
    assert_eq!(
        found[..3],
        ticks[..3],
        "the last one's length is not in the packets"
    );
}

#[test]
fn odd_sizes_and_sound_go_into_an_mp4() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("film.mp4");
    let samples = (0..24_000)
        .map(|at| ((f64::from(at) * 0.2).sin() * 9000.0) as i16)
        .collect();
    let sound = Pcm {
        sample_rate: 24_000,
        samples,
    };
    film(FilmFormat::Mp4, &path, (33, 25), &[5000; 10], Some(sound));
    let frames = read(&path);
    assert_eq!(
        (
            frames.len(),
            frames[0].picture.width(),
            frames[0].picture.height()
        ),
        (10, 34, 26)
    );
    let mut heard = Vec::new();
    let mut source = SoundFile::open(&path).unwrap();
    while source.read(&mut heard).unwrap() {}
    // A second, at the 16 kHz of listening.
    assert!(heard.len().abs_diff(16_000) < 400, "{}", heard.len());
    assert!(heard.iter().any(|sample| sample.abs() > 0.2));
}

#[test]
fn captions_are_timed_text_in_an_mp4() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("film.mp4");
    let mut options = File::options();
    let file = options.read(true).write(true).create_new(true).open(&path);
    let caption = |from, to, text: &str| Caption {
        from,
        to,
        text: text.to_owned(),
    };
    let side_tracks = SideTracks {
        captions: vec![caption(0.1, 0.2, "One."), caption(0.2, 0.25, "二。")],
        ..SideTracks::default()
    };
    let mut film = writer(FilmFormat::Mp4, file.unwrap(), side_tracks);
    film.frame(frame(0, 32, 24), 60_000).unwrap();
    film.finish(&label()).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    // Nothing, a line, and a line of three bytes a character.
    let text = [b"\0\0\0\x04One.\0\x06", "二。".as_bytes(), b"\0\0"].concat();
    assert!(bytes.ends_with(&text), "they lie at the end");
    let mut names = bytes.windows(4);
    assert!(names.any(|name| name == b"tx3g"));
    assert_eq!(read(&path).len(), 1);
}

#[test]
fn an_mp4_can_be_played_from_its_beginning() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("film.mp4");
    film(FilmFormat::Mp4, &path, (32, 24), &[5000; 5], None);
    let file = std::fs::read(&path).unwrap();
    let at = |name: &[u8]| file.windows(4).position(|window| window == name).unwrap();
    assert!(at(b"moov") < at(b"mdat"));
}

#[test]
fn a_film_without_frames_is_an_error_and_no_file() {
    let folder = tempfile::tempdir().unwrap();
    for format in FilmFormat::ALL {
        let path = folder.path().join(format!("film.{}", format.extension()));
        let file = File::options()
            .read(true)
            .write(true)
            .create_new(true)
            .open(&path)
            .unwrap();
        let encoder = EncoderThread::new(writer(format, file, SideTracks::default())).unwrap();
        let error = encoder.finish(&label()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput, "{format:?}");
    }
}

#[test]
fn an_exported_film_leaves_the_prompt_at_home() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept.webp");
    film(FilmFormat::WebP, &kept, (32, 24), &[5000; 6], None);
    let silent = silent();
    for name in ["copy.webp", "copy.gif", "copy.png", "copy.mp4"] {
        let path = folder.path().join(name);
        export(&kept, &path, &silent);
        assert_eq!(
            labels::read_file(&path).unwrap().provenance,
            Some(silent.provenance.clone()),
            "{name}"
        );
        let bytes = std::fs::read(&path).unwrap();
        assert!(
            !bytes.windows(7).any(|window| window == b"at home"),
            "{name}"
        );
        assert!(read(&path).len() >= 5, "{name}");
    }
    let unknown = FilmFormat::of(Path::new("copy.avi")).unwrap_err();
    assert_eq!(unknown.allowed, "webp, gif, png, mp4");
}

#[test]
fn a_copy_in_the_films_own_format_has_its_very_frames() {
    let folder = tempfile::tempdir().unwrap();
    for format in FilmFormat::ALL {
        let ending = format.extension();
        let kept = folder.path().join(format!("kept.{ending}"));
        film(format, &kept, (32, 24), &[5000; 6], None);
        let copy = folder.path().join(format!("copy.{ending}"));
        let silent = silent();
        export(&kept, &copy, &silent);
        let claim = labels::read_file(&copy).unwrap();
        assert_eq!(claim.provenance, Some(silent.provenance), "{format:?}");
        let bytes = std::fs::read(&copy).unwrap();
        assert!(!bytes.windows(7).any(|window| window == b"at home"));
        assert_eq!(read(&kept), read(&copy), "{format:?}");
    }
}

#[test]
fn no_broken_film_makes_the_label_reader_panic() {
    let folder = tempfile::tempdir().unwrap();
    for format in FilmFormat::ALL {
        let path = folder.path().join(format!("film.{}", format.extension()));
        film(format, &path, (16, 16), &[5000; 3], None);
        let file = std::fs::read(&path).unwrap();
        for end in (0..file.len()).step_by(file.len() / 40 + 1) {
            std::fs::write(&path, &file[..end]).unwrap();
            let _ = labels::read_file(&path);
        }
    }
}

/// A clip with AAC under it.
fn sounding() -> Vec<std::path::PathBuf> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/clips");
    vec![fixtures.join("sound.mp4")]
}

#[test]
fn a_clips_sound_is_copied_as_it_is() {
    let Some(clip::ClipSound::Encoded(sound)) = clip::sound(&sounding()) else {
        panic!("no sound that could be copied");
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("film.mp4");
    let mut options = File::options();
    let file = options.read(true).write(true).create_new(true).open(&path);
    let side_tracks = SideTracks {
        copied: Some(sound.clone()),
        ..SideTracks::default()
    };
    let mut film = writer(FilmFormat::Mp4, file.unwrap(), side_tracks);
    for index in 0..6 {
        film.frame(frame(index, 32, 24), 12_000).unwrap();
    }
    film.finish(&label()).unwrap();
    let Some(clip::ClipSound::Encoded(copy)) = clip::sound(std::slice::from_ref(&path)) else {
        panic!("the sound is gone");
    };
    let read = |sound: &crate::EncodedSound| -> Vec<Vec<u8>> {
        let samples = sound.samples.iter();
        samples.map(|sample| sound.read(sample).unwrap()).collect()
    };
    assert_eq!(read(&copy), read(&sound));
    assert_eq!((copy.clock, &copy.heard), (sound.clock, &sound.heard));
    let mut heard = [Vec::new(), Vec::new()];
    for (path, heard) in [&sounding()[0], &path].into_iter().zip(&mut heard) {
        let mut source = SoundFile::open(path).unwrap();
        while source.read(heard).unwrap() {}
    }
    assert!(heard[0].len() > 1000 && heard[0] == heard[1]);
}

#[test]
fn an_mp4_says_what_its_colours_mean_and_keeps_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("film.mp4");
    let mut options = File::options();
    let file = options.read(true).write(true).create_new(true).open(&path);
    let mut film = writer(FilmFormat::Mp4, file.unwrap(), SideTracks::default());
    let flat = Picture::new(32, 32, [200, 100, 50].repeat(32 * 32)).unwrap();
    film.frame(flat, 12_000).unwrap();
    film.finish(&label()).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    // BT.709 three times, studio range.
    let tag = b"colrnclx\0\x01\0\x01\0\x01\0";
    assert!(bytes.windows(tag.len()).any(|found| found == tag));
    let found = read(&path)[0].picture.rgb()[..3].to_vec();
    let near = found
        .iter()
        .zip([200_u8, 100, 50])
        .all(|(a, b)| a.abs_diff(b) <= 3);
    assert!(near, "{found:?}");
}

#[test]
fn fast_frames_are_as_long_as_players_show_them() {
    let folder = tempfile::tempdir().unwrap();
    let ticks = [1200; 25];
    for (format, shortest) in [
        (FilmFormat::Gif, 2400),
        (FilmFormat::WebP, 1320),
        (FilmFormat::Png, 1320),
    ] {
        let path = folder.path().join(format!("film.{}", format.extension()));
        film(format, &path, (64, 32), &ticks, None);
        let frames = read(&path);
        let lengths: Vec<u64> = frames.iter().map(|frame| frame.ticks).collect();
        assert!(
            lengths.iter().all(|&ticks| ticks >= shortest),
            "{format:?}: {lengths:?}"
        );
        // Its own frames, not a tenth of a second each.
        assert_eq!(lengths.iter().sum::<u64>(), 30_000, "{format:?}");
        assert!(lengths.len() >= 10, "{format:?}: {lengths:?}");
    }
}

#[test]
fn what_is_too_large_for_a_format_is_known_before() {
    let holds = FilmFormat::holds_size;
    assert!(holds(FilmFormat::Mp4, 3840, 2160) && holds(FilmFormat::Mp4, 2160, 3840));
    assert!(!holds(FilmFormat::Mp4, 4096, 3072) && holds(FilmFormat::WebP, 4096, 3072));
}
