//! Writing items into a file, page by page: memory does not grow with their number.

use std::{
    collections::HashSet,
    fs::File,
    io::{self, BufWriter, Seek as _, Write as _},
};

use aileron_kernel::{csv, text};
use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use super::{
    columns::{Cell, Column, cells, object},
    model::Provider,
    rows::Row,
};

/// The most that a cell of a spreadsheet holds, in UTF-16 units.
const MOST_IN_CELL: usize = 32_767;
/// The most characters of the name of a sheet.
const MOST_IN_NAME: usize = 31;
/// The most rows of a sheet, its head included.
const MOST_ROWS: u32 = 1_048_576;

/// Why a file cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum SinkError {
    /// The disk.
    #[error("the file cannot be written: {0}")]
    Io(#[from] io::Error),
    /// A defect of ours.
    #[error("the spreadsheet cannot be written: {0}")]
    Xlsx(#[from] XlsxError),
    /// A defect of ours.
    #[error("the items cannot be written: {0}")]
    Json(#[from] serde_json::Error),
}

/// A file in the making.
pub struct Sink {
    columns: Vec<Column>,
    count: i64,
    format: Format,
}

enum Format {
    Csv(BufWriter<File>),
    Json(BufWriter<File>),
    Xlsx(Box<Sheets>),
}

impl Sink {
    /// A file with nothing but what stands above the columns.
    pub fn new(provider: Provider, columns: Vec<Column>) -> Result<Self, SinkError> {
        let file = || Ok::<_, SinkError>(BufWriter::new(tempfile::tempfile()?));
        let format = match provider {
            Provider::Csv => {
                let mut file = file()?;
                file.write_all(csv::line(columns.iter().map(|column| column.name())).as_bytes())?;
                Format::Csv(file)
            }
            Provider::Json => {
                let mut file = file()?;
                file.write_all(b"[")?;
                Format::Json(file)
            }
            Provider::Xlsx => Format::Xlsx(Box::new(Sheets::new())),
        };
        Ok(Self { columns, count: 0, format })
    }

    /// How many items are in it.
    pub const fn count(&self) -> i64 {
        self.count
    }

    /// Adds items.
    pub fn write(&mut self, rows: &[Row]) -> Result<(), SinkError> {
        for row in rows {
            match &mut self.format {
                Format::Csv(file) => {
                    let texts: Vec<String> = cells(&self.columns, row).into_iter().map(text_of).collect();
                    file.write_all(csv::line(texts.iter().map(String::as_str)).as_bytes())?;
                }
                Format::Json(file) => {
                    file.write_all(if self.count == 0 { b"\n" } else { b",\n" })?;
                    serde_json::to_writer(&mut *file, &object(&self.columns, row))?;
                }
                Format::Xlsx(sheets) => sheets.write(&self.columns, row)?,
            }
            self.count += 1;
        }
        Ok(())
    }

    /// The whole file, from its beginning.
    pub fn finish(self) -> Result<File, SinkError> {
        let mut file = match self.format {
            Format::Csv(file) => file.into_inner().map_err(io::IntoInnerError::into_error)?,
            Format::Json(mut file) => {
                file.write_all(b"\n]\n")?;
                file.into_inner().map_err(io::IntoInnerError::into_error)?
            }
            Format::Xlsx(sheets) => sheets.finish(&self.columns)?,
        };
        file.rewind()?;
        Ok(file)
    }
}

fn text_of(cell: Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Number(number) => number.to_string(),
        Cell::Text(text) => text,
    }
}

/// A spreadsheet: the items of each project on a sheet of their own, or on several where they are too many.
struct Sheets {
    workbook: Workbook,
    letters: String,
    names: HashSet<String>,
    begun: usize,
    row: u32,
}

impl Sheets {
    fn new() -> Self {
        Self { workbook: Workbook::new(), letters: String::new(), names: HashSet::new(), begun: 0, row: 0 }
    }

    fn write(&mut self, columns: &[Column], row: &Row) -> Result<(), SinkError> {
        let is_other = self.begun == 0 || self.letters != row.project.letters;
        if is_other || self.row >= MOST_ROWS {
            self.letters.clone_from(&row.project.letters);
            let name = name_of_sheet(&self.letters, &mut self.names);
            self.begin(columns, &name)?;
        }
        let at = self.row;
        let sheet = self.sheet()?;
        for (column, cell) in (0_u16..).zip(cells(columns, row)) {
            match cell {
                Cell::Empty => {}
                #[expect(clippy::cast_precision_loss, reason = "numbers of items and points are far below 2^52")]
                Cell::Number(number) => {
                    sheet.write_number(at, column, number as f64)?;
                }
                Cell::Text(text) => {
                    sheet.write_string(at, column, fitting(&csv::neutralised(&text)))?;
                }
            }
        }
        self.row += 1;
        Ok(())
    }

    fn begin(&mut self, columns: &[Column], name: &str) -> Result<(), SinkError> {
        let sheet = self.workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?;
        for (column, head) in (0_u16..).zip(columns) {
            sheet.write_string(0, column, head.name())?;
        }
        (self.begun, self.row) = (self.begun + 1, 1);
        Ok(())
    }

    fn sheet(&mut self) -> Result<&mut Worksheet, SinkError> {
        Ok(self.workbook.worksheet_from_index(self.begun.saturating_sub(1))?)
    }

    fn finish(mut self: Box<Self>, columns: &[Column]) -> Result<File, SinkError> {
        if self.begun == 0 {
            self.begin(columns, "Work items")?;
        }
        let mut file = tempfile::tempfile()?;
        self.workbook.save_to_writer(&mut file)?;
        Ok(file)
    }
}

/// A name for the next sheet of a project that no other sheet has, whatever the case. More than the letters: some words are no names of
/// sheets; and without the characters that none may have, which the letters may.
fn name_of_sheet(letters: &str, taken: &mut HashSet<String>) -> String {
    let plain = letters.replace(['/', '\\', '[', ']', ':', '*', '?'], "_");
    // A name neither begins nor ends with an apostrophe; the word behind the letters sees to the end.
    let plain = plain.trim_start_matches('\'');
    let mut number = 1_usize;
    loop {
        let end = if number == 1 { " items".to_owned() } else { format!(" items {number}") };
        let name = format!("{}{end}", text::beginning(plain, MOST_IN_NAME - end.len()));
        if taken.insert(text::key(&name)) {
            return name;
        }
        number += 1;
    }
}

/// As much of a text as a cell holds.
fn fitting(text: &str) -> String {
    let mut units = 0;
    let fits = |letter: &char| {
        units += letter.len_utf16();
        units <= MOST_IN_CELL
    };
    text.chars().take_while(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_filled_to_its_end_and_no_further() {
        assert_eq!(fitting("short"), "short");
        assert_eq!(fitting(&"x".repeat(40_000)).len(), MOST_IN_CELL);
        let wide = fitting(&"\u{1f600}".repeat(20_000));
        assert_eq!(wide.encode_utf16().count(), MOST_IN_CELL - 1);
    }

    #[test]
    fn every_project_has_sheets_whose_names_are_allowed_and_told_apart() {
        let mut taken = HashSet::new();
        let mut book = Workbook::new();
        for (letters, named) in [
            ("ENG", "ENG items"),
            ("ENG", "ENG items 2"),
            ("eng", "eng items 3"),
            ("R/D", "R_D items"),
            ("R:D", "R_D items 2"),
            ("[\\]*?", "_____ items"),
            ("'Q'", "Q' items"),
            ("\u{1f600}ABCDEFGHIJK", "\u{1f600}ABCDEFGHIJK items"),
            ("LONGERTHANANYIDENTIFIERCANBE", "LONGERTHANANYIDENTIFIERCA items"),
        ] {
            let name = name_of_sheet(letters, &mut taken);
            assert_eq!(name, named);
            book.add_worksheet().set_name(name).unwrap();
        }
        book.save_to_buffer().unwrap();
    }

    #[test]
    fn files_without_items_are_files() {
        for provider in [Provider::Csv, Provider::Json, Provider::Xlsx] {
            let sink = Sink::new(provider, vec![Column::Identifier, Column::Name]).unwrap();
            let text = {
                let mut bytes = Vec::new();
                io::Read::read_to_end(&mut sink.finish().unwrap(), &mut bytes).unwrap();
                bytes
            };
            match provider {
                Provider::Csv => assert_eq!(text, b"identifier,name\r\n"),
                Provider::Json => assert_eq!(serde_json::from_slice::<Vec<u8>>(&text).unwrap(), [0_u8; 0]),
                Provider::Xlsx => assert_eq!(text.get(..2), Some(b"PK".as_slice())),
            }
        }
    }
}
