//! A kiosk as data: what `kiosk.toml` holds and what is wrong with one, what visitors may do, the passcode that
//! leads out, when it is open, and when the next visitor begins anew.
//!
//! Everything here is told the time. Deliberately absent: windows and processes, which are the shell's.

mod backoff;
mod check;
mod format;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod gate;
mod hours;
mod idle;
mod lockout;
mod passcode;
mod problem;
mod rules;

pub use backoff::Backoff;
pub use check::{Checked, Here, MAX_BYTES, check, check_text};
pub use format::{Day, Kiosk, KioskPlace, KioskWorks, OpenHours, SCHEMA, write_file, written};
pub use gate::{Gate, Refusal};
pub use hours::{Moment, is_open, next_opening};
pub use idle::{IdleClock, IdlePhase, WARNING_SECONDS};
pub use lockout::{Lockout, LockoutFile};
pub use passcode::{MIN_PASSCODE, hash, is_hash, verify};
pub use problem::{Finding, Problem};
pub use rules::{COMMANDS, Rule, rule_of};
