//! The table for spreadsheets: CSV as RFC 4180 has it, with what Excel needs to read it right.

use std::path::Path;

use quartet_media::{UnknownFormat, format};
use quartet_studio::Language;

use super::{
    table::{HandInQuestion, HandInRow, HandInTable},
    words::{Words, words},
};

/// Without it Excel takes the file for one in the system's own code page.
const BYTE_ORDER_MARK: char = '\u{feff}';
/// Columns; a folder may hold hand-ins of many lessons.
const MOST_QUESTIONS: usize = 400;

/// Whether the table can be written to a path, by its ending.
///
/// # Errors
/// [`UnknownFormat`].
pub fn csv_format(path: &Path) -> Result<(), UnknownFormat> {
    format::of(path, &[((), &["csv"])])
}

/// The table as CSV in UTF-8: a row a file; files that were not read come last, with what is wrong.
pub fn csv(table: &HandInTable, language: Language) -> String {
    let words = words(language);
    let mut csv = String::from(BYTE_ORDER_MARK);
    line(&mut csv, &head(table, words));
    for row in &table.rows {
        line(&mut csv, &cells(row, table, words, language));
    }
    let columns = head(table, words).len();
    for problem in &table.problems {
        let mut cells = vec![String::new(); columns];
        cells[1].clone_from(&problem.file);
        let told = problem.failure.message.of(language);
        told.clone_into(&mut cells[columns - 1]);
        line(&mut csv, &cells);
    }
    csv
}

/// Every question of every lesson.
fn questions(table: &HandInTable) -> impl Iterator<Item = (u32, &HandInQuestion)> {
    let lessons = table.lessons.iter().enumerate();
    let all = lessons.flat_map(|(at, lesson)| {
        let questions = lesson.questions.iter();
        questions.map(move |question| (at as u32, question))
    });
    all.take(MOST_QUESTIONS)
}

fn head(table: &HandInTable, words: &Words) -> Vec<String> {
    let first = [
        words.name,
        words.file,
        words.lesson,
        words.state,
        words.done_on,
        words.minutes,
        words.predicted_right,
        words.of_judged,
        words.number,
        words.expected,
        words.seed,
        words.tries,
    ];
    let asked = questions(table).map(|(_, question)| question.ask.clone());
    let last = [words.reflections, words.remark];
    first
        .map(str::to_owned)
        .into_iter()
        .chain(asked)
        .chain(last.map(str::to_owned))
        .collect()
}

fn cells(row: &HandInRow, table: &HandInTable, words: &Words, language: Language) -> Vec<String> {
    let lesson = table.lessons.get(row.lesson as usize);
    let holds = match row.number {
        None => "",
        Some(_) if row.holds => words.holds,
        Some(_) => words.holds_not,
    };
    let seeds: Vec<_> = row.seeds.iter().map(u32::to_string).collect();
    let state = if row.finished {
        words.finished
    } else {
        words.unfinished
    };
    let first = [
        row.name.clone(),
        row.file.clone(),
        lesson.map_or_else(String::new, |lesson| lesson.title.clone()),
        state.to_owned(),
        row.written.get(..16).unwrap_or_default().replace('T', " "),
        format!("{:.0}", row.seconds / 60.0),
        row.right.to_string(),
        row.judged.to_string(),
        row.number
            .map_or_else(String::new, |number| format!("{number:.3}")),
        holds.to_owned(),
        seeds.join(" "),
        row.tries.to_string(),
    ];
    let said = questions(table).map(|(at, question)| {
        let said = row
            .said
            .iter()
            .find(|said| at == row.lesson && said.step == question.step);
        let choice = said.and_then(|said| question.choices.get(said.choice as usize));
        choice.map_or_else(String::new, |choice| choice.text.clone())
    });
    let remark = row.remark.as_ref();
    let remark = remark.map_or_else(String::new, |remark| remark.message.of(language).to_owned());
    first
        .into_iter()
        .chain(said)
        .chain([row.reflections.join(" | "), remark])
        .collect()
}

fn line(csv: &mut String, cells: &[String]) {
    let cells: Vec<_> = cells.iter().map(|text| cell(text)).collect();
    csv.push_str(&cells.join(","));
    csv.push_str("\r\n");
}

/// Quoted where it has to be; what a spreadsheet would take for a formula gets an apostrophe before it.
fn cell(text: &str) -> String {
    let is_number = text.parse::<f64>().is_ok();
    let begins = text
        .trim_start()
        .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    // A tab or a return before it is passed over by spreadsheets.
    let is_formula = !is_number && (begins || text.starts_with(['\t', '\r', '\n']));
    let text = if is_formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains(['"', ',', ';', '\n', '\r', '\t']) || text.starts_with(' ') {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (text, expected) in [
            ("=1+1", "'=1+1"),
            ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
            ("-2+3", "'-2+3"),
            ("@SUM(A1)", "'@SUM(A1)"),
            (" =1", "' =1"),
            ("\t=1", "\"'\t=1\""),
            ("＝1+1", "'＝1+1"),
            (
                "=HYPERLINK(\"x\",\"y\")",
                "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"",
            ),
            // A number is a number, below zero too.
            ("-0.250", "-0.250"),
            ("小明", "小明"),
            ("a, b", "\"a, b\""),
        ] {
            assert_eq!(cell(text), expected, "{text}");
        }
    }
}
