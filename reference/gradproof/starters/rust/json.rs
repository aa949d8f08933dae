//! As much of JSON as the protocol needs, with the standard library alone.

use std::collections::HashMap;
use std::fmt;

#[derive(Clone)]
pub enum Json {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Object(HashMap<String, Json>),
}

impl Json {
    /// The field of an object; null where there is none.
    pub fn get(&self, key: &str) -> &Json {
        match self {
            Json::Object(fields) => fields.get(key).unwrap_or(&Json::Null),
            _ => &Json::Null,
        }
    }

    pub fn list(&self) -> &[Json] {
        match self {
            Json::List(items) => items,
            _ => &[],
        }
    }

    pub fn text(&self) -> &str {
        match self {
            Json::Text(text) => text,
            _ => "",
        }
    }

    /// A number; those that are not finite are text, as JSON does not have them.
    pub fn number(&self) -> f64 {
        match self {
            Json::Number(value) => *value,
            Json::Text(text) => text.parse().unwrap_or(f64::NAN),
            _ => f64::NAN,
        }
    }
}

impl From<f64> for Json {
    fn from(value: f64) -> Self {
        Json::Number(value)
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Json::Text(text.to_string())
    }
}

impl<T: Into<Json>> From<Vec<T>> for Json {
    fn from(items: Vec<T>) -> Self {
        Json::List(items.into_iter().map(Into::into).collect())
    }
}

impl<const N: usize> From<[(&str, Json); N]> for Json {
    fn from(fields: [(&str, Json); N]) -> Self {
        Json::Object(fields.map(|(key, value)| (key.to_string(), value)).into())
    }
}

impl fmt::Display for Json {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Json::Null => write!(out, "null"),
            Json::Bool(value) => write!(out, "{value}"),
            Json::Number(value) if value.is_nan() => write!(out, "\"NaN\""),
            Json::Number(value) if value.is_infinite() => {
                let sign = if *value < 0.0 { "-" } else { "" };
                write!(out, "\"{sign}Infinity\"")
            }
            // An id is a number without a point.
            Json::Number(value) if value.fract() == 0.0 && value.abs() < 1e15 => {
                write!(out, "{value:.0}")
            }
            // As many digits as read back the same.
            Json::Number(value) => write!(out, "{value:?}"),
            Json::Text(text) => quoted(out, text),
            Json::List(items) => {
                write!(out, "[")?;
                for (n, item) in items.iter().enumerate() {
                    write!(out, "{}{item}", if n > 0 { "," } else { "" })?;
                }
                write!(out, "]")
            }
            Json::Object(fields) => {
                write!(out, "{{")?;
                for (n, (key, value)) in fields.iter().enumerate() {
                    write!(out, "{}", if n > 0 { "," } else { "" })?;
                    quoted(out, key)?;
                    write!(out, ":{value}")?;
                }
                write!(out, "}}")
            }
        }
    }
}

fn quoted(out: &mut fmt::Formatter, text: &str) -> fmt::Result {
    write!(out, "\"")?;
    for c in text.chars() {
        match c {
            '"' | '\\' => write!(out, "\\{c}")?,
            c if c < ' ' => write!(out, "\\u{:04x}", c as u32)?,
            c => write!(out, "{c}")?,
        }
    }
    write!(out, "\"")
}

/// The value that a text holds.
pub fn parse(text: &str) -> Result<Json, String> {
    let mut reader = Reader { rest: text };
    let value = reader.value()?;
    match reader.next_token() {
        None => Ok(value),
        Some(c) => Err(format!("{c:?} after the value")),
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn next_token(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start();
        self.rest.chars().next()
    }

    /// Goes past the token, if it is what comes next.
    fn takes(&mut self, token: &str) -> bool {
        self.next_token();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn value(&mut self) -> Result<Json, String> {
        match self.next_token() {
            Some('{') => self.object(),
            Some('[') => self.array(),
            Some('"') => Ok(Json::Text(self.string()?)),
            _ if self.takes("null") => Ok(Json::Null),
            _ if self.takes("true") => Ok(Json::Bool(true)),
            _ if self.takes("false") => Ok(Json::Bool(false)),
            _ => self.number(),
        }
    }

    fn number(&mut self) -> Result<Json, String> {
        let end = self
            .rest
            .find(|c: char| !(c.is_ascii_digit() || "+-.eE".contains(c)))
            .unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        self.rest = rest;
        let value = digits
            .parse()
            .map_err(|_| format!("no number: {digits:?}"))?;
        Ok(Json::Number(value))
    }

    fn array(&mut self) -> Result<Json, String> {
        let mut items = Vec::new();
        self.takes("[");
        while !self.takes("]") {
            if !items.is_empty() && !self.takes(",") {
                return Err("a comma is missing in an array".to_string());
            }
            items.push(self.value()?);
        }
        Ok(Json::List(items))
    }

    fn object(&mut self) -> Result<Json, String> {
        let mut fields = HashMap::new();
        self.takes("{");
        while !self.takes("}") {
            if !fields.is_empty() && !self.takes(",") {
                return Err("a comma is missing in an object".to_string());
            }
            self.next_token();
            let key = self.string()?;
            if !self.takes(":") {
                return Err(format!("a colon is missing after {key:?}"));
            }
            fields.insert(key, self.value()?);
        }
        Ok(Json::Object(fields))
    }

    fn string(&mut self) -> Result<String, String> {
        let mut units = Vec::new();
        let mut chars = self.rest.chars();
        if chars.next() != Some('"') {
            return Err("a text is missing".to_string());
        }
        loop {
            match chars.next().ok_or("a text without an end")? {
                '"' => break,
                '\\' => units.push(escaped(&mut chars)?),
                c => units.extend_from_slice(c.encode_utf16(&mut [0; 2])),
            }
        }
        self.rest = chars.as_str();
        String::from_utf16(&units).map_err(|error| error.to_string())
    }
}

/// The code unit after a backslash.
fn escaped(chars: &mut std::str::Chars) -> Result<u16, String> {
    let c = chars.next().ok_or("a text without an end")?;
    let unit = match c {
        'b' => 8,
        'f' => 12,
        'n' => 10,
        'r' => 13,
        't' => 9,
        'u' => {
            let digits: String = chars.take(4).collect();
            return u16::from_str_radix(&digits, 16).map_err(|error| error.to_string());
        }
        c => c as u16,
    };
    Ok(unit)
}
