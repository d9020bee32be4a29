//! What the library remembers of how long pictures took and how much memory.

use rusqlite::params;

use super::Library;
use crate::pace::Pace;

impl Library {
    /// The measurements of a model's runs, one a size; empty where there are none.
    pub(crate) fn paces(&self, model: &str) -> Vec<Pace> {
        let connection = self.connection();
        let read = || -> rusqlite::Result<Vec<Pace>> {
            let mut statement = connection.prepare_cached(
                "SELECT rows, pixels, previews, fixed, per_step, per_picture, memory
                 FROM pace WHERE model = ?1",
            )?;
            let rows = statement.query_map([model], |row| {
                let memory: Option<i64> = row.get(6)?;
                Ok(Pace {
                    rows: row.get(0)?,
                    pixels: row.get::<_, i64>(1)?.max(0) as u64,
                    previews: row.get(2)?,
                    fixed: row.get(3)?,
                    per_step: row.get(4)?,
                    per_picture: row.get(5)?,
                    memory: memory.map(|bytes| bytes.max(0) as u64),
                })
            })?;
            rows.collect()
        };
        // A library that cannot tell is no reason to fail anything: nothing is promised then.
        read().unwrap_or_default()
    }

    /// Remembers a measurement, blended with the one of the same size before.
    pub(crate) fn remember_pace(&self, model: &str, pace: &Pace) {
        let same = |before: &Pace| {
            (before.rows, before.pixels, before.previews) == (pace.rows, pace.pixels, pace.previews)
        };
        let before = self.paces(model).into_iter().find(same);
        let pace = before.map_or(*pace, |before| pace.blended(&before));
        let _ = self.connection().execute(
            "INSERT OR REPLACE INTO pace
             (model, rows, pixels, previews, fixed, per_step, per_picture, memory)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                model,
                pace.rows,
                pace.pixels.cast_signed(),
                pace.previews,
                pace.fixed,
                pace.per_step,
                pace.per_picture,
                pace.memory.map(u64::cast_signed),
            ],
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_size_has_one_measurement_and_other_models_none() {
        let home = tempfile::tempdir().unwrap();
        let library = Library::open(home.path()).unwrap().library;
        let pace = Pace {
            rows: 2,
            pixels: 4096,
            previews: true,
            fixed: 0.0,
            per_step: 1.0,
            per_picture: 3.0,
            memory: Some(1 << 33),
        };
        library.remember_pace("a", &pace);
        let slower = Pace {
            per_step: 2.0,
            memory: None,
            ..pace
        };
        library.remember_pace("a", &slower);
        library.remember_pace("a", &Pace { rows: 8, ..pace });
        let found = library.paces("a");
        assert_eq!(found.len(), 2);
        let small = found.iter().find(|pace| pace.rows == 2).unwrap();
        assert!((small.per_step - 1.5).abs() < 1e-9);
        assert_eq!(small.memory, Some(1 << 33));
        assert!(library.paces("b").is_empty());
    }
}
