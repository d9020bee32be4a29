//! What the library remembers of how long models took, and how much memory.

use rusqlite::{Connection, TransactionBehavior, params};
use serde::{Deserialize, Serialize};

use crate::Library;

/// Which models ran: runs of the same ones are measured together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TimingKey {
    /// The id of one model.
    Model(String),
    /// The ids of those that make a film; none where something is done without one, or not at all.
    Film {
        drawer: Option<String>,
        upscaler: Option<String>,
        inbetween: Option<String>,
    },
}

/// What one run took. Seconds are those from the moment its models were loaded.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunTiming {
    /// Of one picture or frame; before it was enlarged, where that was the run.
    pub pixels: u64,
    /// In bytes, from before the models were loaded to their most; none where that was not measured.
    pub memory: Option<u64>,
    #[serde(flatten)]
    pub measurement: Measurement,
}

/// What kind of run was measured, and its seconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Measurement {
    /// Pictures drawn.
    Draw {
        /// What the network computed at a time: pictures, twice as many where guided.
        rows: u32,
        previews: bool,
        /// Of each run whatever its steps: reading the prompt, loading parts in turn.
        fixed: f64,
        per_step: f64,
        per_picture: f64,
    },
    /// One picture made larger.
    Upscale { factor: u32, seconds: f64 },
    /// A film.
    Film {
        /// For each picture that was drawn, or read from a clip.
        per_key: f64,
        /// For each frame, all the rest.
        per_frame: f64,
    },
}

impl RunTiming {
    /// Whether both measure runs of one kind and size.
    fn is_same_run(&self, other: &Self) -> bool {
        use Measurement::{Draw, Film, Upscale};
        let same = match (self.measurement, other.measurement) {
            (
                Draw { rows, previews, .. },
                Draw {
                    rows: r,
                    previews: p,
                    ..
                },
            ) => (rows, previews) == (r, p),
            (Upscale { factor, .. }, Upscale { factor: other, .. }) => factor == other,
            (Film { .. }, Film { .. }) => true,
            _ => false,
        };
        same && self.pixels == other.pixels
    }

    /// Two measurements of one run: the middle of both times, so that one disturbed run is outlived, and
    /// the larger memory, because what earlier models left behind makes a measurement too small.
    #[must_use]
    fn blended(self, before: &Self) -> Self {
        use Measurement::{Draw, Film, Upscale};
        let mut both = self;
        both.memory = self.memory.max(before.memory);
        match (&mut both.measurement, before.measurement) {
            (
                Draw {
                    fixed,
                    per_step,
                    per_picture,
                    ..
                },
                Draw {
                    fixed: f,
                    per_step: s,
                    per_picture: p,
                    ..
                },
            ) => {
                *fixed = fixed.midpoint(f);
                *per_step = per_step.midpoint(s);
                *per_picture = per_picture.midpoint(p);
            }
            (Upscale { seconds, .. }, Upscale { seconds: s, .. }) => *seconds = seconds.midpoint(s),
            (
                Film { per_key, per_frame },
                Film {
                    per_key: k,
                    per_frame: f,
                },
            ) => {
                *per_key = per_key.midpoint(k);
                *per_frame = per_frame.midpoint(f);
            }
            _ => {}
        }
        both
    }
}

impl Library {
    /// How long the model took to load last time, in seconds.
    pub fn load_seconds(&self, model: &str) -> Option<f64> {
        self.connection()
            .query_row(
                "SELECT seconds FROM load WHERE model = ?1",
                [model],
                |row| row.get(0),
            )
            .ok()
    }

    /// Remembers how long the model took to load. A library that cannot remember it is no reason
    /// to fail anything.
    pub fn remember_load(&self, model: &str, seconds: f64) {
        let _ = self.connection().execute(
            "INSERT INTO load (model, seconds) VALUES (?1, ?2)
             ON CONFLICT (model) DO UPDATE SET seconds = ?2",
            params![model, seconds],
        );
    }

    /// The measurements of models' runs, one a size; empty where there are none.
    pub fn timings(&self, key: &TimingKey) -> Vec<RunTiming> {
        let read = || stored(&self.connection(), &json(key)?);
        // A library that cannot answer is no reason to fail anything: nothing is estimated then.
        let stored = read().unwrap_or_default();
        stored.into_iter().map(|(_, timing)| timing).collect()
    }

    /// Remembers a measurement, blended with the one of the same size before. A library that cannot is
    /// no reason to fail anything.
    pub fn remember_timing(&self, key: &TimingKey, timing: &RunTiming) {
        let remember = || -> rusqlite::Result<()> {
            let mut connection = self.connection();
            let key = json(key)?;
            // Of two processes that measured, the second finds what the first did.
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let before = stored(&transaction, &key)?;
            let before = before.iter().find(|(_, before)| before.is_same_run(timing));
            let id = before.map(|(id, _)| *id);
            let timing = before.map_or(*timing, |(_, before)| timing.blended(before));
            transaction.execute(
                "INSERT OR REPLACE INTO timing (id, models, run) VALUES (?1, ?2, ?3)",
                params![id, key, json(&timing)?],
            )?;
            transaction.commit()
        };
        let _ = remember();
    }
}

/// The measurements under a key, with their rows' ids; those that a later version wrote are left out.
fn stored(connection: &Connection, key: &str) -> rusqlite::Result<Vec<(i64, RunTiming)>> {
    let mut statement =
        connection.prepare_cached("SELECT id, run FROM timing WHERE models = ?1")?;
    let rows = statement.query_map([key], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
    let rows = rows.collect::<rusqlite::Result<Vec<_>>>()?.into_iter();
    Ok(rows
        .filter_map(|(id, run)| Some((id, serde_json::from_str(&run).ok()?)))
        .collect())
}

fn json(value: &impl Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawing(rows: u32, per_step: f64, memory: Option<u64>) -> RunTiming {
        RunTiming {
            pixels: 4096,
            memory,
            measurement: Measurement::Draw {
                rows,
                previews: true,
                fixed: 0.0,
                per_step,
                per_picture: 3.0,
            },
        }
    }

    fn of(model: &str) -> TimingKey {
        TimingKey::Model(model.to_owned())
    }

    #[test]
    fn each_size_has_one_measurement_and_other_models_none() {
        let home = tempfile::tempdir().unwrap();
        let library = Library::open(home.path(), |_| None).unwrap().library;
        library.remember_timing(&of("a"), &drawing(2, 1.0, Some(1 << 33)));
        library.remember_timing(&of("a"), &drawing(2, 2.0, None));
        library.remember_timing(&of("a"), &drawing(8, 1.0, Some(1 << 33)));
        let upscale = RunTiming {
            measurement: Measurement::Upscale {
                factor: 2,
                seconds: 1.0,
            },
            ..drawing(2, 1.0, None)
        };
        library.remember_timing(&of("a"), &upscale);
        let found = library.timings(&of("a"));
        assert_eq!(
            found,
            [
                drawing(2, 1.5, Some(1 << 33)),
                drawing(8, 1.0, Some(1 << 33)),
                upscale
            ]
        );
        assert!(library.timings(&of("b")).is_empty());
    }

    #[test]
    fn one_disturbed_run_is_outlived() {
        let usual = drawing(2, 0.5, Some(1500));
        let disturbed = drawing(2, 4.5, None);
        let after = usual.blended(&disturbed.blended(&usual));
        assert_eq!(after, drawing(2, 1.5, Some(1500)));
    }
}
