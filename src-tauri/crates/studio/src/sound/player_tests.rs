//! The player over a device of a few lines.

use std::ops::ControlFlow;

use super::*;
use crate::sound::{Pcm, SoundDevice, Trouble};

/// Takes what it is to play; a test hears as much as it wants, when it wants.
#[derive(Default)]
struct FakeOutput {
    open: Mutex<Vec<(Option<String>, CursorSource, Trouble)>>,
    refuses: Mutex<Option<Code>>,
}

impl SoundOutput for FakeOutput {
    fn devices(&self) -> Vec<SoundDevice> {
        Vec::new()
    }

    fn play(
        &self,
        device: Option<&str>,
        source: CursorSource,
        trouble: Trouble,
    ) -> Result<Playing> {
        if let Some(code) = *self.refuses.lock().unwrap() {
            return Err(Failure::new(code, "as asked"));
        }
        let device = device.map(str::to_owned);
        self.open.lock().unwrap().push((device, source, trouble));
        Ok(Box::new(()))
    }
}

impl FakeOutput {
    /// The device plays `samples` samples.
    fn hear(&self, samples: usize) -> Vec<f32> {
        let mut open = self.open.lock().unwrap();
        open.last_mut().unwrap().1.by_ref().take(samples).collect()
    }

    fn unplug(&self) {
        let mut open = self.open.lock().unwrap();
        (open.last_mut().unwrap().2)(Failure::new(Code::SoundOutputLost, "unplugged"));
    }
}

struct Room {
    output: Arc<FakeOutput>,
    player: Player,
    states: mpsc::Receiver<PlayerState>,
}

impl Room {
    fn new() -> Self {
        let output = Arc::new(FakeOutput::default());
        let player = Player::new(Arc::clone(&output) as Arc<dyn SoundOutput>, None).unwrap();
        let (send, states) = mpsc::channel();
        player.listen(Box::new(move |state| match send.send(state) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }));
        Self {
            output,
            player,
            states,
        }
    }

    /// Waits for a state; none in ten seconds is a failure of the test.
    fn until(&self, wanted: impl Fn(&PlayerState) -> bool) -> PlayerState {
        loop {
            let state = self.states.recv_timeout(Duration::from_secs(10)).unwrap();
            if wanted(&state) {
                return state;
            }
        }
    }

    fn phase(&self, wanted: PlayerPhase) -> PlayerState {
        self.until(|state| state.phase == wanted)
    }
}

fn id(name: &str) -> SoundId {
    SoundId::Work {
        id: name.to_owned(),
    }
}

fn second() -> Arc<Sound> {
    Arc::new(Sound::whole(Pcm {
        sample_rate: 1000,
        samples: vec![16_000; 1000],
    }))
}

#[test]
fn a_sound_is_played_to_its_end_and_again_from_its_beginning() {
    let room = Room::new();
    room.phase(PlayerPhase::Idle);
    room.player.put(id("a"), second(), 0.0, true);
    let state = room.phase(PlayerPhase::Playing);
    assert_eq!((state.seconds, state.whole), (1.0, true));
    assert_eq!(state.sound, Some(id("a")));
    room.output.hear(600);
    room.until(|state| (state.position - 0.6).abs() < 1e-9);
    room.output.hear(700);
    let state = room.phase(PlayerPhase::Ended);
    assert!((state.position - 1.0).abs() < 1e-9);
    room.player.play();
    let state = room.phase(PlayerPhase::Playing);
    assert!(state.position < 1e-9);
}

#[test]
fn a_sound_that_grows_is_begun_at_once_and_waited_for() {
    let room = Room::new();
    let sound = Arc::new(Sound::default());
    room.player.put(id("a"), Arc::clone(&sound), 0.0, true);
    room.phase(PlayerPhase::Waiting);
    sound.append(1000, &[0.5; 500]);
    room.phase(PlayerPhase::Playing);
    room.output.hear(800);
    let state = room.phase(PlayerPhase::Waiting);
    assert!((state.position - 0.5).abs() < 1e-9 && !state.whole);
    sound.append(1000, &[0.5; 500]);
    sound.end();
    room.phase(PlayerPhase::Playing);
    room.output.hear(800);
    room.phase(PlayerPhase::Ended);
}

#[test]
fn pause_seek_and_loudness() {
    let room = Room::new();
    room.player.put(id("a"), second(), 0.25, true);
    room.phase(PlayerPhase::Playing);
    room.player.volume(7.0);
    room.player.volume(0.5);
    room.until(|state| (state.volume - 0.5).abs() < 1e-6);
    let heard = room.output.hear(700);
    assert!((heard[690] - 0.5 * 16_000.0 / 32_768.0).abs() < 0.01);
    room.player.pause();
    let state = room.phase(PlayerPhase::Paused);
    assert!((state.position - 0.95).abs() < 1e-9);
    room.player.seek(f64::NAN);
    room.until(|state| state.position < 1e-9);
    room.player.seek(0.5);
    room.until(|state| (state.position - 0.5).abs() < 1e-9);
    room.player.seek(99.0);
    room.until(|state| (state.position - 1.0).abs() < 1e-9);
}

#[test]
fn a_device_that_is_unplugged_is_reported_and_the_place_is_kept_for_another() {
    let room = Room::new();
    room.player.put(id("a"), second(), 0.0, true);
    room.phase(PlayerPhase::Playing);
    room.output.hear(300);
    room.output.unplug();
    let state = room.phase(PlayerPhase::Failed);
    assert_eq!(state.failure.unwrap().code, Code::SoundOutputLost);
    assert!((state.position - 0.3).abs() < 1e-9);
    // A late complaint of a device that is closed is none.
    room.player.device(Some("other".to_owned()));
    room.player.play();
    let state = room.phase(PlayerPhase::Playing);
    assert_eq!(state.failure, None);
    assert!((state.position - 0.3).abs() < 1e-9);
    let open = room.output.open.lock().unwrap();
    assert_eq!(open[1].0.as_deref(), Some("other"));
}

#[test]
fn without_a_device_the_player_says_so_and_nothing_else_ends() {
    let room = Room::new();
    *room.output.refuses.lock().unwrap() = Some(Code::SoundOutputNone);
    room.player.put(id("a"), second(), 0.0, true);
    let state = room.phase(PlayerPhase::Failed);
    assert_eq!(state.failure.unwrap().code, Code::SoundOutputNone);
    *room.output.refuses.lock().unwrap() = None;
    room.player.play();
    room.phase(PlayerPhase::Playing);
}

#[test]
fn what_plays_moves_to_a_device_that_is_chosen_meanwhile() {
    let room = Room::new();
    room.player.put(id("a"), second(), 0.0, true);
    room.phase(PlayerPhase::Playing);
    room.output.hear(100);
    room.player.device(Some("headphones".to_owned()));
    let moved = || room.output.open.lock().unwrap().len() == 2;
    let since = Instant::now();
    while !moved() && since.elapsed() < Duration::from_secs(10) {
        thread::sleep(Duration::from_millis(5));
    }
    assert!(moved());
    room.player.take_off(id("b"));
    room.player.take_off(id("a"));
    assert_eq!(room.phase(PlayerPhase::Idle).sound, None);
}
