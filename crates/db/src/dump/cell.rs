//! Values of the portable form, and rows as lines of text: one JSON array a row.

use std::collections::BTreeMap;

use serde_json::{Number, Value};

use super::{Class, TableShape};

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// None.
    Null,
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Real(f64),
    /// A text; bytes as hexadecimal digits; JSON in its one spelling.
    Text(String),
}

impl Cell {
    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is a whole one.
    pub const fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }
}

/// Adds a row as a line. Fails on a number that JSON does not have.
pub fn encode(cells: &[Cell], out: &mut String) -> Result<(), String> {
    let values = cells.iter().map(|cell| match cell {
        Cell::Null => Ok(Value::Null),
        Cell::Integer(number) => Ok(Value::from(*number)),
        Cell::Real(number) => Number::from_f64(*number).map(Value::Number).ok_or_else(|| format!("{number} is no number of JSON")),
        Cell::Text(text) => Ok(Value::String(text.clone())),
    });
    let line = Value::Array(values.collect::<Result<_, String>>()?);
    out.push_str(&line.to_string());
    out.push('\n');
    Ok(())
}

/// Reads a line as a row of this table. What is wrong with it, otherwise.
pub fn decode(line: &str, table: &TableShape) -> Result<Vec<Cell>, String> {
    let values: Vec<Value> = serde_json::from_str(line).map_err(|error| format!("it is no list of values ({error})"))?;
    if values.len() != table.columns.len() {
        return Err(format!("it has {} values for {} columns", values.len(), table.columns.len()));
    }
    let cells = values.into_iter().zip(&table.columns).map(|(value, column)| {
        let cell = match (column.class, value) {
            (_, Value::Null) => Some(Cell::Null),
            (Class::Integer, value) => value.as_i64().map(Cell::Integer),
            (Class::Real, value) => value.as_f64().map(Cell::Real),
            (Class::Text | Class::Json, Value::String(text)) => Some(Cell::Text(text)),
            (Class::Blob, Value::String(text)) => is_hex(&text).then_some(Cell::Text(text)),
            _ => None,
        };
        cell.ok_or_else(|| format!("{} is not of the class that its column has", column.name))
    });
    cells.collect()
}

fn is_hex(text: &str) -> bool {
    text.len().is_multiple_of(2) && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// JSON in its one spelling: members by name, no blanks, and numbers as both databases keep them.
pub(super) fn canonical(text: &str) -> Result<String, serde_json::Error> {
    let mut out = String::with_capacity(text.len());
    write(&serde_json::from_str(text)?, &mut out);
    Ok(out)
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Array(values) => {
            out.push('[');
            for (place, value) in values.iter().enumerate() {
                comma(place, out);
                write(value, out);
            }
            out.push(']');
        }
        Value::Object(members) => {
            let members: BTreeMap<&String, &Value> = members.iter().collect();
            out.push('{');
            for (place, (name, value)) in members.into_iter().enumerate() {
                comma(place, out);
                out.push_str(&Value::String(name.clone()).to_string());
                out.push(':');
                write(value, out);
            }
            out.push('}');
        }
        Value::Number(number) => out.push_str(&spelled(number)),
        other => out.push_str(&other.to_string()),
    }
}

fn comma(place: usize, out: &mut String) {
    if place > 0 {
        out.push(',');
    }
}

/// A number as it is spelled after it was in a column of PostgreSQL, which keeps decimals and neither exponents nor a negative zero.
fn spelled(number: &Number) -> String {
    match number.as_f64().filter(|_| number.is_f64()) {
        Some(0.0) => "0.0".to_owned(),
        Some(large) if large.abs() >= 1e16 && large.abs() < 18_446_744_073_709_551_616.0 => format!("{large:.0}"),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dump::Column;

    fn table() -> TableShape {
        let columns = [("a", Class::Integer), ("b", Class::Real), ("c", Class::Text), ("d", Class::Blob), ("e", Class::Json)];
        let columns = columns.map(|(name, class)| Column { name: name.to_owned(), class });
        TableShape { name: "t".to_owned(), columns: columns.into(), key: vec!["a".to_owned()] }
    }

    #[test]
    fn a_row_is_a_line_and_comes_back() {
        let text = |text: &str| Cell::Text(text.to_owned());
        let rows = [
            vec![Cell::Integer(i64::MIN), Cell::Real(0.1), text("a\n\"\\\u{1F600}"), text("00ff"), text("{\"a\":null}")],
            vec![Cell::Null, Cell::Null, Cell::Null, Cell::Null, Cell::Null],
            vec![Cell::Integer(1), Cell::Real(65535.0), text(""), text(""), text("null")],
        ];
        for row in rows {
            let mut line = String::new();
            encode(&row, &mut line).unwrap();
            assert_eq!((line.matches('\n').count(), decode(&line, &table()).unwrap()), (1, row));
        }
        assert!(encode(&[Cell::Real(f64::NAN)], &mut String::new()).is_err());
    }

    #[test]
    fn a_line_that_does_not_fit_says_why() {
        for (line, why) in [
            ("", "no list"),
            ("[1]", "1 values for 5 columns"),
            ("[1.5,0.1,\"\",\"\",\"\"]", "a is not"),
            ("[1,0.1,\"\",\"0G\",\"\"]", "d is not"),
            ("[1,0.1,\"\",\"abc\",\"\"]", "d is not"),
            ("[1,0.1,7,\"\",\"\"]", "c is not"),
        ] {
            let said = decode(line, &table()).unwrap_err();
            assert!(said.contains(why), "{line}: {said}");
        }
    }

    #[test]
    fn json_has_one_spelling() {
        for (written, one) in [
            (r#"{"b": 1, "a": [true, null, "\u00e9"]}"#, r#"{"a":[true,null,"é"],"b":1}"#),
            ("1e16", "10000000000000000"),
            ("-0.0", "0.0"),
            ("1.50", "1.5"),
            ("1e-7", "1e-7"),
        ] {
            assert_eq!(canonical(written).unwrap(), one);
            assert_eq!(canonical(one).unwrap(), one);
        }
    }
}
