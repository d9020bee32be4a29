//! The kiosk while its window is there: open or closed, for whom, and for how long nobody was there.

use std::{
    error::Error,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant, SystemTime},
};

use jiff::{Timestamp, tz::TimeZone};
use quartet_kiosk::{
    Checked, Day, Gate, Here, IdleClock, IdlePhase, Kiosk, KioskWorks, LockoutFile, Moment,
    Refusal, Rule, check, is_open, next_opening, rule_of, verify,
};
use quartet_lessons::{LessonProblem, Shelf};
use quartet_studio::{Code, Failure, Paths, Result, Studio};
use serde_json::Value;
use tauri::{AppHandle, Manager as _, ipc::Channel};

use super::{
    files::Files,
    page::{KioskEvent, KioskMoment, KioskShown, KioskState},
    supervisor::{ANEW, LEFT},
    visitors::Visitors,
};
use crate::{current::Current, granted::Granted, window};

const TICK: Duration = Duration::from_millis(250);
/// A file with something wrong in it is looked at again, for who mends it.
const REREAD: Duration = Duration::from_secs(2);
/// After so many visitors the window's process is another one: what it and the web view's did not give back of
/// their memory goes with them.
const RENEWED: u32 = 8;
/// A page that says nothing for so long is dead.
const SILENCE: Duration = Duration::from_mins(1);
/// For so long the window of a kiosk that ended may still be there.
const PREDECESSOR: Duration = Duration::from_secs(10);

/// The example cards of the panels.
const CARDS: [&str; 10] = [
    include_str!("../../../ui/src/panels/text/examples.json"),
    include_str!("../../../ui/src/panels/text/lessons.json"),
    include_str!("../../../ui/src/panels/image/examples.json"),
    include_str!("../../../ui/src/panels/image/paints.json"),
    include_str!("../../../ui/src/panels/audio/examples.json"),
    include_str!("../../../ui/src/panels/audio/listens.json"),
    include_str!("../../../ui/src/panels/audio/tunes.json"),
    include_str!("../../../ui/src/panels/video/clips.json"),
    include_str!("../../../ui/src/panels/video/examples.json"),
    include_str!("../../../ui/src/panels/video/stories.json"),
];
/// What the card of Start asks.
const SAMPLES: [&str; 2] = ["Write a slogan for an umbrella.", "写一句雨伞的广告语。"];

/// The kiosk of this process.
pub struct Host {
    file: PathBuf,
    here: Here,
    owner: Paths,
    began: Instant,
    door: Mutex<Door>,
    visitors: Mutex<Visitors>,
    lockout: Mutex<LockoutFile>,
    /// Held for as long as this process lives.
    _lock: std::fs::File,
}

/// What decides over commands, and what time it is for the visitor.
struct Door {
    /// None where something is wrong with the file.
    gate: Option<Arc<Gate>>,
    problems: Vec<LessonProblem>,
    /// The hash of the passcode, also of a file with something else wrong in it.
    passcode: Option<String>,
    /// In its hours.
    open: bool,
    /// The page of the visitor before may still be there: it does nothing more.
    turning: bool,
    clock: IdleClock,
    events: Option<Channel<KioskEvent>>,
    asking: bool,
    /// When the page last said that it lives, since the beginning.
    beat: Duration,
}

impl std::fmt::Debug for Host {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let file = &self.file;
        formatter
            .debug_struct("Host")
            .field("file", file)
            .finish_non_exhaustive()
    }
}

impl Host {
    /// Opens the kiosk of a file, whatever is wrong with it: then it is closed. Returns the studio of the first
    /// visitor too.
    ///
    /// # Errors
    /// When another kiosk's window is on this library, or no studio can be opened.
    pub fn open(
        file: PathBuf,
        owner: Paths,
    ) -> std::result::Result<(Self, Arc<Studio>), Box<dyn Error>> {
        let files = Files::of(&owner.home);
        let lock = files.lock_window(PREDECESSOR)?.ok_or_else(|| {
            let path = owner.home.display().to_string();
            Failure::with(Code::KioskRunning, &[("path", &path)], "")
        })?;
        let mut visitors = Visitors::new(owner.clone(), files.visitors());
        let studio = visitors.next()?;
        let here = here(&studio, &owner.home);
        let checked = check(&file, &here);
        if let Some(kiosk) = &checked.kiosk {
            visitors.sweep(kiosk.works, Some(studio.home()));
            Visitors::prepare(&studio, kiosk)?;
        }
        let lockout = LockoutFile::open(&files.lockout(), seconds());
        let door = Door::of(checked, &file, &owner);
        let host = Self {
            file,
            here,
            owner,
            began: Instant::now(),
            door: Mutex::new(door),
            visitors: Mutex::new(visitors),
            lockout: Mutex::new(lockout),
            _lock: lock,
        };
        Ok((host, studio))
    }

    fn door(&self) -> MutexGuard<'_, Door> {
        lock(&self.door)
    }

    /// Whether a command is answered now; `settings` are those of now.
    ///
    /// # Errors
    /// Why it is not.
    pub fn check(
        &self,
        command: &str,
        arguments: &Value,
        settings: &Value,
    ) -> std::result::Result<(), Refusal> {
        let gate = {
            let door = self.door();
            door.gate.clone().filter(|_| door.open && !door.turning)
        };
        match gate {
            Some(gate) => gate.check(command, arguments, settings),
            None if rule_of(command) == Rule::Anytime => Ok(()),
            None => Err(Refusal::Closed),
        }
    }

    /// Where lessons of whoever runs the kiosk lie.
    pub fn home(&self) -> &Path {
        &self.owner.home
    }

    pub fn shows_lesson(&self, id: &str) -> bool {
        let door = self.door();
        door.gate
            .as_ref()
            .is_some_and(|gate| gate.kiosk().lessons.iter().any(|one| one == id))
    }

    /// Of sounds, in [0, 1].
    pub fn loudest(&self) -> f32 {
        let door = self.door();
        let gate = door.gate.as_ref();
        gate.map_or(0.0, |gate| gate.kiosk().volume as f32)
    }

    /// Asked once by every page that is loaded.
    pub fn state(&self) -> KioskState {
        let mut door = self.door();
        door.turning = false;
        door.beat = self.began.elapsed();
        match &door.gate {
            None => KioskState::Closed {
                problems: door.problems.clone(),
            },
            Some(gate) if door.open => KioskState::Open {
                shown: Box::new(KioskShown::of(gate.kiosk())),
            },
            Some(gate) => KioskState::Shut {
                languages: gate.kiosk().languages.clone(),
                opens: next_opening(&gate.kiosk().hours, moment()).map(KioskMoment::of),
            },
        }
    }

    pub fn watch(&self, events: Channel<KioskEvent>) {
        self.door().events = Some(events);
    }

    /// The page lives; with `active`, somebody does something.
    pub fn touch(&self, active: bool) {
        let now = self.began.elapsed();
        let mut door = self.door();
        door.beat = now;
        if active && !door.turning {
            door.clock.touch(now);
            if std::mem::take(&mut door.asking) {
                door.tell(KioskEvent::Busy);
            }
        }
    }

    /// Leads out with the right passcode. Takes some tens of milliseconds.
    ///
    /// # Errors
    /// `KioskPasscode`, `KioskLocked`.
    pub fn leave(&self, app: &AppHandle, passcode: &str) -> Result<()> {
        let hash = self.door().passcode.clone();
        let mut lockout = lock(&self.lockout);
        let is_right = || hash.is_some_and(|hash| verify(&hash, passcode));
        match lockout.attempt(seconds(), is_right) {
            Ok(true) => {}
            Ok(false) => return Err(Failure::new(Code::KioskPasscode, "")),
            Err(wait) => {
                let wait = wait.as_secs().max(1).to_string();
                return Err(Failure::with(Code::KioskLocked, &[("seconds", &wait)], ""));
            }
        }
        self.door().turning = true;
        let works = self.works();
        let studio = app.state::<Current>().studio();
        if let Some(works) = works {
            lock(&self.visitors).end(studio, works);
        }
        app.exit(LEFT);
        Ok(())
    }

    fn works(&self) -> Option<KioskWorks> {
        self.door().gate.as_ref().map(|gate| gate.kiosk().works)
    }

    /// The next visitor: nothing of the one before is left, in memory, on the disk or in the page.
    ///
    /// # Errors
    /// What keeps a studio from opening.
    pub fn anew(&self, app: &AppHandle) -> Result<()> {
        let kiosk = {
            let mut door = self.door();
            if door.turning {
                return Ok(());
            }
            door.turning = true;
            door.asking = false;
            door.clock.reset();
            door.tell(KioskEvent::Anew);
            door.events = None;
            door.beat = self.began.elapsed();
            door.gate.as_ref().map(|gate| gate.kiosk().clone())
        };
        let Some(kiosk) = kiosk else { return Ok(()) };
        let mut visitors = lock(&self.visitors);
        let studio = visitors.next()?;
        Visitors::prepare(&studio, &kiosk)?;
        let before = app.state::<Current>().replace(studio);
        app.state::<Granted>().forget();
        visitors.end(before, kiosk.works);
        let count = visitors.count();
        drop(visitors);
        if count > RENEWED {
            app.exit(ANEW);
            return Ok(());
        }
        // A window that cannot be loaded again says nothing any more, and is opened anew for that.
        let _ = window::of(app).map(|window| window.reload());
        Ok(())
    }

    /// Looks at the clocks for as long as the window is there.
    pub fn watch_clocks(app: &AppHandle) {
        let app = app.clone();
        thread::spawn(move || {
            let mut reread = Instant::now();
            loop {
                thread::sleep(TICK);
                let host = app.state::<Self>();
                if host.began.elapsed().saturating_sub(host.door().beat) > SILENCE {
                    app.exit(ANEW);
                }
                if reread.elapsed() > REREAD {
                    reread = Instant::now();
                    host.look_again(&app);
                }
                // What cannot be opened anew in this process is opened anew in another.
                if host.tick(&app).is_err() {
                    app.exit(ANEW);
                }
            }
        });
    }

    /// A file that was mended opens the kiosk.
    fn look_again(&self, app: &AppHandle) {
        let is_closed = self.door().gate.is_none();
        if is_closed && check(&self.file, &self.here).kiosk.is_some() {
            app.exit(ANEW);
        }
    }

    fn tick(&self, app: &AppHandle) -> Result<()> {
        let works = app.state::<Current>().studio().vitals().jobs > 0;
        let phase = {
            let mut door = self.door();
            let Some(gate) = door.gate.clone() else {
                return Ok(());
            };
            let open = is_open(&gate.kiosk().hours, moment());
            let turned = std::mem::replace(&mut door.open, open) != open;
            if turned {
                IdlePhase::Over
            } else {
                let now = self.began.elapsed();
                let phase = door.clock.tick(now, works);
                door.heard(phase);
                phase
            }
        };
        match phase {
            IdlePhase::Over => self.anew(app),
            _ => Ok(()),
        }
    }
}

impl Door {
    fn of(checked: Checked, file: &Path, owner: &Paths) -> Self {
        let told = file.display().to_string();
        let gate = checked.kiosk.map(|kiosk| Arc::new(gate_of(kiosk, owner)));
        let kiosk = gate.as_ref().map(|gate| gate.kiosk());
        Self {
            passcode: checked.passcode,
            problems: checked
                .findings
                .iter()
                .map(|finding| finding.told(&told))
                .collect(),
            open: kiosk.is_some_and(|kiosk| is_open(&kiosk.hours, moment())),
            clock: IdleClock::new(kiosk.map_or(u32::MAX, |kiosk| kiosk.idle_seconds)),
            gate,
            turning: false,
            events: None,
            asking: false,
            beat: Duration::ZERO,
        }
    }

    fn tell(&mut self, event: KioskEvent) {
        if self
            .events
            .as_ref()
            .is_some_and(|events| events.send(event).is_err())
        {
            self.events = None;
        }
    }

    /// What the page is to say of it.
    fn heard(&mut self, phase: IdlePhase) {
        match phase {
            IdlePhase::Asking { left } => {
                self.asking = true;
                self.tell(KioskEvent::Asking { left });
            }
            _ => {
                if std::mem::take(&mut self.asking) {
                    self.tell(KioskEvent::Busy);
                }
            }
        }
    }
}

fn gate_of(kiosk: Kiosk, owner: &Paths) -> Gate {
    let listed = Shelf::new(&owner.home).list();
    let lessons: Vec<_> = listed.into_iter().filter_map(|one| one.lesson).collect();
    let cards = CARDS
        .iter()
        .filter_map(|cards| serde_json::from_str(cards).ok());
    let samples = SAMPLES.iter().map(|words| Value::from(*words));
    let cards: Vec<_> = cards.chain(samples).collect();
    Gate::new(kiosk, &lessons, &cards)
}

/// What the file may name on this computer.
pub fn here(studio: &Studio, home: &Path) -> Here {
    let lessons = Shelf::new(home).list().into_iter();
    let lessons = lessons.filter_map(|one| Some(one.lesson?.id)).collect();
    let models = studio.models().list().into_iter();
    let models = models
        .filter(|model| model.problem.is_none())
        .map(|model| model.id);
    Here {
        lessons: Some(lessons),
        models: Some(models.collect()),
    }
}

/// By the computer's clock.
fn moment() -> Moment {
    let now = Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::UNIX_EPOCH);
    let now = TimeZone::system().to_datetime(now);
    let day = now.weekday().to_monday_zero_offset();
    Moment {
        day: Day::ALL[usize::try_from(day).unwrap_or(0) % 7],
        minute: u32::try_from(i32::from(now.hour()) * 60 + i32::from(now.minute())).unwrap_or(0),
    }
}

/// Since 1970.
fn seconds() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_all_cards_are_known() {
        for cards in CARDS {
            assert!(!serde_json::from_str::<Value>(cards).unwrap().is_null());
        }
        let start = [
            include_str!("../../../ui/src/guide/i18n/en.ts"),
            include_str!("../../../ui/src/guide/i18n/zh.ts"),
        ];
        for (sample, words) in SAMPLES.iter().zip(start) {
            assert!(
                words.contains(&format!("askSample: \"{sample}\"")),
                "{sample}"
            );
        }
    }
}
