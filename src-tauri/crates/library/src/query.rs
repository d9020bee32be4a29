//! Finding works, by words, by kind, by shelf, in an order, page by page; and opening them.

use std::fs;

use quartet_media::labels;
use rusqlite::{Row, params_from_iter, types::Value};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{EXCERPT, Error, Library, Modality, OpenedWork, Result, Work, WorkPart, clock};

/// The most works a page may hold.
const MAX_PAGE: u32 = 500;

/// Words beyond these narrow no search that a person types.
const MAX_WORDS: usize = 16;

/// Where works are looked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Shelf {
    /// Everything that is not in the bin.
    #[default]
    All,
    Favourites,
    Collection {
        id: i64,
    },
    /// The bin; the works that were deleted last come first, whatever order is asked for.
    Deleted,
}

/// Works that this leaves equal come newest first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum WorksOrder {
    #[default]
    Newest,
    Oldest,
    /// By the letters' numbers, those of English without case.
    Title,
    /// Texts, pictures, sounds, films.
    Kind,
    Favourites,
}

impl WorksOrder {
    fn sql(self) -> &'static str {
        match self {
            Self::Newest => "id DESC",
            Self::Oldest => "id",
            Self::Title => "title COLLATE NOCASE, id DESC",
            Self::Kind => {
                "CASE modality WHEN 'text' THEN 0 WHEN 'image' THEN 1 WHEN 'audio' THEN 2 ELSE 3 END,
                 id DESC"
            }
            Self::Favourites => "favourite DESC, id DESC",
        }
    }
}

/// Which works are looked for, and which page of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct WorksQuery {
    /// Every word must occur in the title, the prompt, the content or the model's id; empty finds
    /// all.
    pub search: String,
    pub modality: Option<Modality>,
    pub shelf: Shelf,
    pub order: WorksOrder,
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

const COLUMNS: &str =
    "id, modality, title, created, model, seconds, bytes, file, favourite, removed";

/// The condition of a query, and what stands at its question marks.
struct Matching {
    sql: String,
    values: Vec<Value>,
}

impl WorksQuery {
    fn matching(&self) -> Matching {
        let mut values: Vec<Value> = Vec::new();
        let shelf = match self.shelf {
            Shelf::All => "removed IS NULL",
            Shelf::Favourites => "removed IS NULL AND favourite = 1",
            Shelf::Collection { id } => {
                values.push(id.into());
                "removed IS NULL AND id IN (SELECT work FROM collected WHERE collection = ?)"
            }
            Shelf::Deleted => "removed IS NOT NULL",
        };
        let mut conditions = vec![shelf.to_owned()];
        if let Some(modality) = self.modality {
            conditions.push("modality = ?".to_owned());
            values.push(modality.as_str().to_owned().into());
        }
        for word in self.search.split_whitespace().take(MAX_WORDS) {
            let fields = ["title", "prompt", "content", "model"];
            let any: Vec<_> = fields
                .iter()
                .map(|field| format!("{field} LIKE ? ESCAPE '\\'"))
                .collect();
            conditions.push(format!("({})", any.join(" OR ")));
            values.extend(fields.iter().map(|_| Value::from(pattern(word))));
        }
        Matching {
            sql: conditions.join(" AND "),
            values,
        }
    }

    fn order(&self) -> &'static str {
        match self.shelf {
            Shelf::Deleted => "removed DESC, id DESC",
            Shelf::All | Shelf::Favourites | Shelf::Collection { .. } => self.order.sql(),
        }
    }
}

impl Library {
    /// The works that match.
    ///
    /// Words are looked for with LIKE: a word index would split Chinese, which has no spaces, in
    /// the wrong places, and a scan of ten thousand works takes less than a tenth of a second.
    ///
    /// # Errors
    /// `Busy`, `Failed`.
    pub fn list(&self, query: &WorksQuery) -> Result<WorksPage> {
        let Matching { sql, mut values } = query.matching();
        let order = query.order();
        let failure = |error: rusqlite::Error| Error::sql(self.home(), &error);

        let connection = self.connection();
        let total = connection
            .query_row(
                &format!("SELECT count(*) FROM work WHERE {sql}"),
                params_from_iter(&values),
                |row| row.get(0),
            )
            .map_err(failure)?;
        values.push(Value::from(i64::from(query.limit.min(MAX_PAGE))));
        values.push(Value::from(i64::from(query.offset)));
        // The ids of the page first, from an index: rows are read only of those.
        let works = connection
            .prepare_cached(&format!(
                "SELECT {COLUMNS}, iif(modality = 'text', substr(content, 1, {EXCERPT}), '') AS excerpt
                 FROM work WHERE id IN
                 (SELECT id FROM work WHERE {sql} ORDER BY {order} LIMIT ? OFFSET ?)
                 ORDER BY {order}"
            ))
            .and_then(|mut statement| {
                let rows = statement.query_map(params_from_iter(&values), |row| self.work(row))?;
                rows.collect()
            })
            .map_err(failure)?;
        Ok(WorksPage { total, works })
    }

    /// The ids of all works that match, in order; the page is not looked at.
    ///
    /// # Errors
    /// `Busy`, `Failed`.
    pub fn ids(&self, query: &WorksQuery) -> Result<Vec<String>> {
        let Matching { sql, values } = query.matching();
        let order = query.order();
        let connection = self.connection();
        let found = connection
            .prepare_cached(&format!("SELECT id FROM work WHERE {sql} ORDER BY {order}"))
            .and_then(|mut statement| {
                let rows = statement.query_map(params_from_iter(&values), |row| row.get(0))?;
                rows.collect()
            });
        found.map_err(|error| Error::sql(self.home(), &error))
    }

    /// Opens a work: what it says, how it was made, where it is. When its file is gone, a text
    /// work still says what it said, and `problem` says why.
    ///
    /// # Errors
    /// `WorkUnknown`, `Busy`, `Failed`.
    pub fn open_work(&self, id: &str) -> Result<OpenedWork> {
        let found = self.connection().query_row(
            &format!(
                "SELECT {COLUMNS}, content, recipe, iif(modality = 'text', substr(content, 1, {EXCERPT}), '')
                 AS excerpt FROM work WHERE id = ?1 AND removed IS NULL"
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
            favourite: row.get("favourite")?,
            excerpt: row.get("excerpt")?,
            removed_at: row.get::<_, Option<i64>>("removed")?.map(clock::rfc3339),
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
