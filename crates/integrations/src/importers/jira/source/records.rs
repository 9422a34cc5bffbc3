//! Cutting a stream of JSON into its records without holding more than one of them.

use std::io::BufRead;

use super::{
    error::{Fault, Located},
    guard::fault,
};

/// The text of one record.
#[derive(Debug)]
pub(super) struct Record<'a> {
    /// The line on which it begins.
    pub(super) line: u64,
    /// The JSON.
    pub(super) json: &'a [u8],
}

/// Objects that follow each other, that stand in a list, or in the list `issues` of an object.
#[derive(Debug)]
pub(super) struct Records<R> {
    input: R,
    line: u64,
    place: Place,
    record: Vec<u8>,
    limit: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Before everything, where a byte order mark may stand.
    Start,
    /// Between values.
    Top,
    /// In a list.
    List,
    /// In the list of a search answer.
    Answer,
}

/// What ended the reading of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Object,
    /// It is a search answer: its list of issues begins here.
    Issues,
    File,
}

impl<R: BufRead> Records<R> {
    pub(super) const fn new(input: R, limit: usize) -> Self {
        Self { input, line: 1, place: Place::Start, record: Vec::new(), limit }
    }

    /// The next record. Lists may be empty, and a file may hold several of them.
    pub(super) fn next_record(&mut self) -> Result<Option<Record<'_>>, Located> {
        loop {
            let Some(byte) = self.skip_space()? else {
                return if matches!(self.place, Place::Start | Place::Top) { Ok(None) } else { Err(self.here(Fault::Incomplete)) };
            };
            match (byte, self.place) {
                (0xEF, Place::Start) => self.byte_order_mark()?,
                (b'{', place) => {
                    let line = self.line;
                    match self.object(matches!(place, Place::Start | Place::Top), true)? {
                        End::Object => {
                            self.place = if place == Place::Start { Place::Top } else { place };
                            return Ok(Some(Record { line, json: &self.record }));
                        }
                        End::Issues => self.place = Place::Answer,
                        End::File => return Err(Located { line, fault: Fault::Incomplete }),
                    }
                }
                (b'[', Place::Start | Place::Top) => self.enter(Place::List),
                (b',', Place::List | Place::Answer) => self.enter(self.place),
                (b']', Place::List) => self.enter(Place::Top),
                (b']', Place::Answer) => {
                    self.enter(Place::Top);
                    if self.object(false, false)? == End::File {
                        return Err(self.here(Fault::Incomplete));
                    }
                }
                (other, _) => return Err(self.here(Fault::NotJson(format!("{:?}", char::from(other))))),
            }
        }
    }

    /// Takes the byte that was looked at.
    fn enter(&mut self, place: Place) {
        self.input.consume(1);
        self.place = place;
    }

    fn byte_order_mark(&mut self) -> Result<(), Located> {
        for expected in [0xEF, 0xBB, 0xBF] {
            if self.peek()? != Some(expected) {
                return Err(self.here(Fault::NotJson("binary data".to_owned())));
            }
            self.enter(Place::Top);
        }
        Ok(())
    }

    fn here(&self, fault: Fault) -> Located {
        Located { line: self.line, fault }
    }

    fn peek(&mut self) -> Result<Option<u8>, Located> {
        let line = self.line;
        let buffer = self.input.fill_buf().map_err(|error| Located { line, fault: fault(error) })?;
        Ok(buffer.first().copied())
    }

    /// The next byte that is no white space, not taken.
    fn skip_space(&mut self) -> Result<Option<u8>, Located> {
        while let Some(byte) = self.peek()? {
            match byte {
                b'\n' => self.line += 1,
                b' ' | b'\t' | b'\r' => {}
                other => return Ok(Some(other)),
            }
            self.input.consume(1);
        }
        Ok(None)
    }

    /// Reads to the end of an object. `answer`: it may turn out to be a search answer. `keep`: it is a record; else the
    /// rest of an object that was entered, which is not kept.
    fn object(&mut self, answer: bool, keep: bool) -> Result<End, Located> {
        self.record.clear();
        let start = self.line;
        let mut scan = Scan { depth: usize::from(!keep), answer, ..Scan::default() };
        loop {
            let line = self.line;
            let buffer = self.input.fill_buf().map_err(|error| Located { line, fault: fault(error) })?;
            if buffer.is_empty() {
                return Ok(End::File);
            }
            let mut taken = 0;
            let mut end = None;
            for &byte in buffer {
                taken += 1;
                if byte == b'\n' {
                    if scan.text {
                        let fault = Fault::InvalidJson("the line ends within a text".to_owned());
                        return Err(Located { line: self.line, fault });
                    }
                    self.line += 1;
                }
                end = scan.step(byte);
                if end.is_some() {
                    break;
                }
            }
            if keep {
                if self.record.len() + taken > self.limit {
                    return Err(Located { line: start, fault: Fault::RecordTooLong(self.limit) });
                }
                self.record.extend_from_slice(buffer.get(..taken).unwrap_or_default());
            }
            self.input.consume(taken);
            if let Some(end) = end {
                return Ok(end);
            }
        }
    }
}

/// Where in an object the reader is.
#[derive(Debug, Default)]
struct Scan {
    depth: usize,
    text: bool,
    escaped: bool,
    answer: bool,
    /// How much of `"issues":[` was just read on the first level.
    issues: usize,
}

impl Scan {
    fn step(&mut self, byte: u8) -> Option<End> {
        if self.text {
            self.watch(byte);
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.text = false,
                _ => {}
            }
            return None;
        }
        if self.watch(byte) {
            return Some(End::Issues);
        }
        match byte {
            b'"' => self.text = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                return (self.depth == 0).then_some(End::Object);
            }
            _ => {}
        }
        None
    }

    /// Follows the name of the list of a search answer. Whether it has begun.
    fn watch(&mut self, byte: u8) -> bool {
        const NAME: &[u8] = b"\"issues\":[";
        if !self.answer || self.depth != 1 {
            return false;
        }
        let between = self.issues >= b"\"issues\"".len() && byte.is_ascii_whitespace();
        if NAME.get(self.issues) == Some(&byte) {
            self.issues += 1;
        } else if !between {
            self.issues = usize::from(byte == b'"' && !self.text);
        }
        self.issues == NAME.len()
    }
}
