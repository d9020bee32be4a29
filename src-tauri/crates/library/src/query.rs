//! Finding works, by words, by modality, page by page, newest first; and opening them.

use std::fs;

use quartet_media::labels;
use rusqlite::{Row, params_from_iter, types::Value};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{Error, Library, Modality, OpenedWork, Result, Work, WorkPart, clock};

/// The most works a page may hold.
const MAX_PAGE: u32 = 500;

/// Words beyond these narrow no search that a person types.
const MAX_WORDS: usize = 16;

/// Which works are looked for, and which page of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct WorksQuery {
    /// Every word must occur in the title, the prompt, the content or the model's id; empty finds
    /// all.
    pub search: String,
    pub modality: Option<Modality>,
    pub limit: u32,
    pub offset: u32,
}

/// What a query found.
#[derive(Debug, Clone, PartialEq)]
pub struct WorksPage {
    /// How many works match, on all pages.
    pub total: u32,
    pub works: Vec<Work>,
}

const COLUMNS: &str = "id, modality, title, created, model, seconds, bytes, file";

impl Library {
    /// The works that match, newest first.
    ///
    /// Words are looked for with LIKE: a word index would split Chinese, which has no spaces, in
    /// the wrong places, and a scan of ten thousand works takes less than a tenth of a second.
    ///
    /// # Errors
    /// `Busy`, `Failed`.
    pub fn list(&self, query: &WorksQuery) -> Result<WorksPage> {
        let mut conditions = vec!["removed IS NULL".to_owned()];
        let mut values: Vec<Value> = Vec::new();
        if let Some(modality) = query.modality {
            conditions.push("modality = ?".to_owned());
            values.push(modality.as_str().to_owned().into());
        }
        for word in query.search.split_whitespace().take(MAX_WORDS) {
            let fields = ["title", "prompt", "content", "model"];
            let any: Vec<_> = fields
                .iter()
                .map(|field| format!("{field} LIKE ? ESCAPE '\\'"))
                .collect();
            conditions.push(format!("({})", any.join(" OR ")));
            values.extend(fields.iter().map(|_| Value::from(pattern(word))));
        }
        let matching = conditions.join(" AND ");
        let failure = |error: rusqlite::Error| Error::sql(self.home(), &error);

        let connection = self.connection();
        let total = connection
            .query_row(
                &format!("SELECT count(*) FROM work WHERE {matching}"),
                params_from_iter(&values),
                |row| row.get(0),
            )
            .map_err(failure)?;
        values.push(Value::from(i64::from(query.limit.min(MAX_PAGE))));
        values.push(Value::from(i64::from(query.offset)));
        let works = connection
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM work WHERE {matching} ORDER BY id DESC LIMIT ? OFFSET ?"
            ))
            .and_then(|mut statement| {
                let rows = statement.query_map(params_from_iter(&values), |row| self.work(row))?;
                rows.collect()
            })
            .map_err(failure)?;
        Ok(WorksPage { total, works })
    }

    /// Opens a work: what it says, how it was made, where it is. When its file is gone, a text
    /// work still says what it said, and `problem` says why.
    ///
    /// # Errors
    /// `WorkUnknown`, `Busy`, `Failed`.
    pub fn open_work(&self, id: &str) -> Result<OpenedWork> {
        let found = self.connection().query_row(
            &format!(
                "SELECT {COLUMNS}, content, recipe FROM work WHERE id = ?1 AND removed IS NULL"
            ),
            [id],
            |row| {
                let file: String = row.get("file")?;
                Ok(OpenedWork {
                    work: self.work(row)?,
                    content: row.get("content")?,
                    recipe: row.get("recipe")?,
                    file: self.works_folder().join(file),
                })
            },
        );
        let mut opened = found.map_err(|error| match error {
            rusqlite::Error::QueryReturnedNoRows => Error::WorkUnknown { id: id.to_owned() },
            error => Error::sql(self.home(), &error),
        })?;
        if opened.work.modality == Modality::Text
            && let Ok(file) = fs::read_to_string(&opened.file)
        {
            // A file that a person edited is shown as it is now.
            let content = labels::text::read(&file).map_or(file.as_str(), |(_, content)| content);
            content.clone_into(&mut opened.content);
        }
        Ok(opened)
    }

    /// The bytes of a work's part.
    ///
    /// # Errors
    /// `WorkUnknown`, `FileMissing`.
    pub fn part(&self, id: &str, part: WorkPart) -> Result<Vec<u8>> {
        let id = self.open_work(id)?.work.id;
        let path = self.works_folder().join(part.name(&id));
        fs::read(&path).map_err(|error| Error::FileMissing {
            reason: error.to_string(),
            path,
        })
    }

    fn work(&self, row: &Row<'_>) -> rusqlite::Result<Work> {
        let file = self.works_folder().join(row.get::<_, String>("file")?);
        let modality: String = row.get("modality")?;
        Ok(Work {
            id: row.get("id")?,
            // A modality that a later version added is shown as a file of text.
            modality: Modality::parse(&modality).unwrap_or(Modality::Text),
            title: row.get("title")?,
            created_at: clock::rfc3339(row.get("created")?),
            model: row.get("model")?,
            seconds: row.get("seconds")?,
            bytes: row.get::<_, i64>("bytes")?.max(0) as u64,
            problem: (!file.is_file()).then(|| Error::FileMissing {
                path: file,
                reason: String::new(),
            }),
        })
    }
}

/// A LIKE pattern that finds `word` anywhere, whatever is in it.
fn pattern(word: &str) -> String {
    let mut pattern = String::with_capacity(word.len() + 2);
    pattern.push('%');
    for character in word.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}
