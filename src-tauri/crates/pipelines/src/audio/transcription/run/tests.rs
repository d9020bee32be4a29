use super::{super::types::Mel, super::vocabulary::tests::small, *};

/// Says one list of tokens a window, sure of each; counts the windows it heard.
struct Reciting {
    windows: Vec<Vec<TokenId>>,
    /// Of each window: 13, Chinese, where there is none.
    languages: Vec<TokenId>,
    /// From which of 50 frames a second on Chinese is heard.
    chinese_from: Option<usize>,
    prompts: Vec<Vec<TokenId>>,
    /// The logits of times that are not said.
    others: f32,
    heard: usize,
    at: usize,
    sureness: f32,
    logits: Vec<f32>,
    frames: Vec<usize>,
}

impl Reciting {
    fn new(windows: &[&[TokenId]]) -> Self {
        Self {
            windows: windows.iter().map(|tokens| tokens.to_vec()).collect(),
            languages: Vec::new(),
            chinese_from: None,
            prompts: Vec::new(),
            others: 0.0,
            heard: 0,
            at: 0,
            sureness: 30.0,
            logits: Vec::new(),
            frames: Vec::new(),
        }
    }
}

impl SpeechRecogniser for Reciting {
    fn bands(&self) -> usize {
        80
    }
    fn least_frames(&self) -> usize {
        1000
    }
    fn hear(&mut self, mel: &Mel, _: &Cancel) -> Result<()> {
        self.heard += 1;
        self.frames.push(mel.frames);
        self.rewind()
    }
    fn read_part(
        &mut self,
        frames: std::ops::Range<usize>,
        _: &[TokenId],
        _: &Cancel,
    ) -> Result<Option<&[f32]>> {
        let Some(from) = self.chinese_from else {
            return Ok(None);
        };
        self.logits = vec![0.0; small().len()];
        self.logits[if frames.start >= from { 13 } else { 12 }] = self.sureness;
        Ok(Some(&self.logits))
    }
    fn read(&mut self, tokens: &[TokenId], _: &Cancel) -> Result<&[f32]> {
        if tokens.len() > 1 {
            self.prompts.push(tokens.to_vec());
        }
        self.logits = vec![0.0; small().len()];
        self.logits[17..].fill(self.others);
        // After the start: the language; then what was said.
        let said = if tokens == [11] {
            self.languages.get(self.heard - 1).copied().unwrap_or(13)
        } else {
            self.at += 1;
            let window = self.windows.get(self.heard - 1);
            window
                .and_then(|said| said.get(self.at - 1))
                .copied()
                .unwrap_or(10)
        };
        self.logits[said as usize] = self.sureness;
        Ok(&self.logits)
    }
    fn rewind(&mut self) -> Result<()> {
        self.at = 0;
        Ok(())
    }
}

/// Seconds of a tone, in pieces of a second, silent from `silent` on.
struct Tone {
    left: usize,
    silent: usize,
}

impl SoundSource for Tone {
    fn seconds(&self) -> Option<f64> {
        Some(40.0)
    }
    fn read(&mut self, into: &mut Vec<f32>) -> quartet_media::Result<bool> {
        if self.left == 0 {
            return Ok(false);
        }
        self.left -= 1;
        let level = if self.left < self.silent { 0.0 } else { 0.5 };
        into.extend((0..16_000).map(|n| (n as f32 * 0.1).sin() * level + 0.25));
        Ok(true)
    }
}

fn letters(ids: &[TokenId]) -> String {
    let letter = |id: &TokenId| char::from_digit(*id + 10, 36).unwrap_or('?');
    ids.iter().map(letter).collect()
}

fn run(reciting: &mut Reciting, seconds: usize, silent: usize) -> Vec<TranscriptionEvent> {
    let plan = TranscriptionPlan {
        sound: Box::new(Tone {
            left: seconds,
            silent,
        }),
        language: None,
        translate: false,
        script: None,
        cue: Vec::new(),
    };
    let (mel, vocabulary, cancel) = (LogMel::new(80), small(), Cancel::new());
    let events =
        TranscriptionRun::new(reciting, &mel, &vocabulary, letters, plan, &cancel).events();
    events.map(Result::unwrap).collect()
}

fn segments(events: &[TranscriptionEvent]) -> Vec<(f64, f64, &str)> {
    let segments = events.iter().filter_map(|event| match event {
        TranscriptionEvent::Segment(segment) => {
            Some((segment.start, segment.end, segment.text.as_str()))
        }
        _ => None,
    });
    segments.collect()
}

#[test]
fn a_window_begins_where_the_last_whole_segment_ended() {
    // 20 s said, then something cut off: the second window begins at 20 s and is the last.
    let first: &[TokenId] = &[17, 0, 1, 17 + 1000, 17 + 1000, 2];
    let second: &[TokenId] = &[17, 2, 3, 17 + 100];
    let mut reciting = Reciting::new(&[first, second]);
    let events = run(&mut reciting, 40, 0);
    assert_eq!(segments(&events), [(0.0, 20.0, "ab"), (20.0, 22.0, "cd")]);
    assert_eq!(reciting.frames, [3000, 2100]);
    let Some(TranscriptionEvent::Done(stats)) = events.last() else {
        panic!("{events:?}");
    };
    assert_eq!((stats.segments, stats.language.as_str()), (2, "zh"));
    assert!((stats.audio_seconds - 40.0).abs() < 1e-9);
    let partial: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            TranscriptionEvent::Partial { text, .. } => Some(text.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(partial, ["a", "ab", "abc", "c", "cd"]);
}

#[test]
fn the_language_is_reported_once_with_its_rivals() {
    let said: &[TokenId] = &[17, 0, 67];
    let events = run(&mut Reciting::new(&[said, said]), 40, 0);
    let languages: Vec<_> = events
        .iter()
        .filter(|event| matches!(event, TranscriptionEvent::Language { .. }))
        .collect();
    let [
        TranscriptionEvent::Language {
            code,
            probability,
            guesses,
        },
    ] = languages[..]
    else {
        panic!("{languages:?}");
    };
    assert_eq!((code.as_str(), guesses.len()), ("zh", 2));
    assert!(*probability > 0.99);
}

#[test]
fn silence_is_passed_over_unheard_whatever_its_offset() {
    let mut reciting = Reciting::new(&[]);
    let events = run(&mut reciting, 40, 40);
    assert_eq!((reciting.heard, segments(&events).len()), (0, 0));
    let Some(TranscriptionEvent::Done(stats)) = events.last() else {
        panic!("{events:?}");
    };
    assert_eq!(stats.silent_windows, 2);
}

#[test]
fn times_end_with_the_sound_and_short_sounds_are_heard_short() {
    let said: &[TokenId] = &[17, 0, 17 + 400];
    let mut reciting = Reciting::new(&[said]);
    assert_eq!(segments(&run(&mut reciting, 3, 0)), [(0.0, 3.0, "a")]);
    assert_eq!(reciting.frames, [1000]);
}

#[test]
fn loops_are_tried_anew_and_in_the_end_said_once() {
    let mut said = vec![17, 0];
    said.extend([5; 40]);
    let mut reciting = Reciting::new(&[&said]);
    let events = run(&mut reciting, 3, 0);
    let found = segments(&events);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].2, "af");
    let Some(TranscriptionEvent::Done(stats)) = events.last() else {
        panic!("{events:?}");
    };
    assert_eq!(stats.doubtful_windows, 1);
}

#[test]
fn a_raised_flag_ends_it() {
    let cancel = Cancel::new();
    let plan = TranscriptionPlan {
        sound: Box::new(Tone {
            left: 40,
            silent: 0,
        }),
        language: None,
        translate: false,
        script: None,
        cue: Vec::new(),
    };
    let (mel, vocabulary) = (LogMel::new(80), small());
    let mut reciting = Reciting::new(&[]);
    let mut events =
        TranscriptionRun::new(&mut reciting, &mel, &vocabulary, letters, plan, &cancel).events();
    assert!(events.next().unwrap().is_ok());
    cancel.raise();
    assert_eq!(events.next(), Some(Err(Error::Cancelled)));
    assert_eq!(events.next(), None);
}

fn languages(events: &[TranscriptionEvent]) -> Vec<&str> {
    let codes = events.iter().filter_map(|event| match event {
        TranscriptionEvent::Language { code, .. } => Some(code.as_str()),
        _ => None,
    });
    codes.collect()
}

#[test]
fn each_window_has_its_own_language_and_a_change_is_told() {
    let said: &[TokenId] = &[17, 0, 67];
    let mut reciting = Reciting::new(&[said, said]);
    reciting.languages = vec![12, 13];
    let events = run(&mut reciting, 40, 0);
    assert_eq!(languages(&events), ["en", "zh"]);
    assert_eq!(reciting.prompts, [[11, 12, 15], [11, 13, 15]]);
    let Some(TranscriptionEvent::Done(stats)) = events.last() else {
        panic!("{events:?}");
    };
    assert_eq!(stats.language, "en", "spoken for the longest time");
}

#[test]
fn a_window_ends_where_another_language_begins() {
    let said: &[TokenId] = &[17, 0, 67];
    let mut reciting = Reciting::new(&[said, said, said]);
    // The first window is heard twice: whole, and as far as one language goes.
    reciting.languages = vec![12, 12, 13];
    reciting.chinese_from = Some(500);
    let events = run(&mut reciting, 20, 0);
    assert_eq!(languages(&events), ["en", "zh"]);
    let starts: Vec<f64> = segments(&events).iter().map(|(start, ..)| *start).collect();
    assert!(
        starts.len() == 2 && (8.0..13.0).contains(&starts[1]),
        "{starts:?}"
    );
}

#[test]
fn what_was_not_written_down_is_heard_again() {
    // Of 20 s of sound 5 s are written, and the network says that this is all.
    let first: &[TokenId] = &[17, 0, 1, 17 + 250];
    let second: &[TokenId] = &[17, 2, 17 + 700];
    let events = run(&mut Reciting::new(&[first, second]), 20, 0);
    assert_eq!(segments(&events), [(0.0, 5.0, "ab"), (5.0, 19.0, "c")]);
}

#[test]
fn a_word_that_two_windows_heard_is_written_once() {
    let first: &[TokenId] = &[17, 0, 1, 17 + 1000, 17 + 1000, 2];
    let second: &[TokenId] = &[17, 0, 1, 17 + 100, 17 + 100, 3, 17 + 200];
    let events = run(&mut Reciting::new(&[first, second]), 40, 0);
    assert_eq!(segments(&events), [(0.0, 20.0, "ab"), (22.0, 24.0, "d")]);
}

#[test]
fn of_attempts_that_make_no_sense_the_likeliest_is_kept() {
    // Each letter is unlikely; what is drawn afterwards is less likely still.
    let said: &[TokenId] = &[17, 0, 1, 2, 3, 4, 5, 6, 7, 67];
    let mut reciting = Reciting::new(&[said]);
    (reciting.sureness, reciting.others) = (0.9, -20.0);
    let events = run(&mut reciting, 3, 0);
    assert!(reciting.prompts.len() > 1, "it was tried anew");
    assert_eq!(segments(&events), [(0.0, 1.0, "abcdefgh")]);
}

#[test]
fn what_is_said_again_after_the_end_in_no_time_is_left_out() {
    let said: &[TokenId] = &[17, 0, 1, 117, 117, 2, 167, 167, 0, 1, 168, 168, 2, 169];
    let events = run(&mut Reciting::new(&[said]), 3, 0);
    assert_eq!(segments(&events), [(0.0, 2.0, "ab"), (2.0, 3.0, "c")]);
}

/// Half a second of silence around each of two tones of two seconds, at once.
struct TwoTones {
    told: bool,
}

impl SoundSource for TwoTones {
    fn seconds(&self) -> Option<f64> {
        Some(5.5)
    }
    fn read(&mut self, into: &mut Vec<f32>) -> quartet_media::Result<bool> {
        if std::mem::replace(&mut self.told, true) {
            return Ok(false);
        }
        for (seconds, level) in [(0.5, 0.0), (2.0, 0.5), (0.5, 0.0), (2.0, 0.5), (0.5, 0.0)] {
            let count = (seconds * 16_000.0) as usize;
            into.extend((0..count).map(|n| (n as f32 * 0.1).sin() * level));
        }
        Ok(true)
    }
}

/// What is written of two tones, a window after the other; 9 is a space.
fn of_two_tones(windows: &[&[TokenId]]) -> (usize, Vec<(f64, f64, String)>) {
    let mut reciting = Reciting::new(windows);
    let plan = TranscriptionPlan {
        sound: Box::new(TwoTones { told: false }),
        language: Some("en".to_owned()),
        translate: false,
        script: None,
        cue: Vec::new(),
    };
    let (mel, vocabulary, cancel) = (LogMel::new(80), small(), Cancel::new());
    let spaced = |ids: &[TokenId]| letters(ids).replace('j', " ");
    let run = TranscriptionRun::new(&mut reciting, &mel, &vocabulary, spaced, plan, &cancel);
    let events: Vec<_> = run.events().map(Result::unwrap).collect();
    let owned = segments(&events)
        .into_iter()
        .map(|(start, end, text)| (start, end, text.to_owned()))
        .collect();
    (reciting.heard, owned)
}

#[test]
fn a_sentence_that_is_said_twice_and_written_once_is_heard_in_two_windows() {
    let once: &[TokenId] = &[17, 0, 9, 1, 9, 2, 17 + 250];
    let part: &[TokenId] = &[17, 0, 9, 1, 9, 2, 17 + 130];
    let (heard, segments) = of_two_tones(&[once, part, part, part, part]);
    assert_eq!(heard, 5);
    let texts: Vec<&str> = segments.iter().map(|(.., text)| text.as_str()).collect();
    assert_eq!(texts, ["a b c", "a b c"], "{segments:?}");
    assert!(
        segments[0].1 <= segments[1].0 && segments[1].0 > 2.4,
        "{segments:?}"
    );
}

#[test]
fn what_is_silence_alone_or_written_already_is_not_written_again() {
    let once: &[TokenId] = &[17, 0, 9, 1, 9, 2, 17 + 250];
    let nothing: &[TokenId] = &[17, 17];
    let (heard, segments) = of_two_tones(&[once, nothing]);
    assert_eq!((heard, segments.len()), (2, 1), "{segments:?}");
    // Twice what is in the text is there twice already.
    let twice: &[TokenId] = &[17, 0, 9, 1, 9, 2, 9, 0, 9, 1, 9, 2, 17 + 250];
    let part: &[TokenId] = &[17, 0, 9, 1, 9, 2, 17 + 130];
    let (heard, segments) = of_two_tones(&[twice, part, part]);
    assert_eq!((heard, segments.len()), (3, 1), "{segments:?}");
}
