//! Serves a routine to gradproof: JSON, a line at a time, as docs/protocol.md says.

use std::env;
use std::io::{self, Write};

#[path = "json.rs"]
mod json;
//<routine>
#[path = "numerical_gradient.rs"]
mod routine;
//</routine>

use json::Json;

/// Why there is no gradient: its kind, and a sentence.
struct Failure(&'static str, String);

fn send(frame: Json) {
    let tag = env::var("GRADPROOF_TAG").unwrap_or_default();
    let mut out = io::stdout().lock();
    writeln!(out, "{tag}{frame}").expect("the host reads on");
    out.flush().expect("the host reads on");
}

/// The host's next frame, or none where it has hung up.
fn receive() -> Option<Json> {
    let mut line = String::new();
    match io::stdin().read_line(&mut line) {
        Ok(0) | Err(_) => None,
        Ok(_) => Some(json::parse(&line).expect("a frame of the host's")),
    }
}

fn array(shape: &Json, data: &[f64]) -> Json {
    Json::from([
        ("dtype", "f8".into()),
        ("shape", shape.clone()),
        ("data", data.to_vec().into()),
    ])
}

fn numbers(array: &Json) -> Vec<f64> {
    array.get("data").list().iter().map(Json::number).collect()
}

/// f at x, which the host is asked for.
fn ask(id: &Json, n: usize, x: &[f64]) -> Result<f64, Failure> {
    send(Json::from([
        ("op", "call".into()),
        ("id", id.clone()),
        ("n", (n as f64).into()),
        ("x", array(&vec![x.len() as f64].into(), x)),
    ]));
    let answer = receive().unwrap_or(Json::Null);
    match answer.get("op").text() {
        "value" => Ok(answer.get("y").number()),
        _ => Err(Failure("ProbeError", answer.get("text").text().to_string())),
    }
}

//<call>
/// What to change where your routine is called otherwise: it is given one point.
fn call(id: &Json, points: &mut [Vec<f64>]) -> Result<Vec<Vec<f64>>, Failure> {
    let [point] = points else {
        return Err(Failure("ShapeError", "x is one point".to_string()));
    };
    let mut calls = 0..;
    let f = |x: &[f64]| ask(id, calls.next().unwrap_or_default(), x);
    Ok(vec![routine::numerical_gradient(f, point)?])
}
//</call>

/// The points of an array: that of its one axis, or its rows.
fn points_of(x: &Json) -> Result<Vec<Vec<f64>>, Failure> {
    let (data, shape) = (numbers(x), x.get("shape").list());
    match shape {
        [_] => Ok(vec![data]),
        [_, width] => {
            let rows = data.chunks((width.number() as usize).max(1));
            Ok(rows.map(<[f64]>::to_vec).collect())
        }
        _ => Err(Failure("ShapeError", "x is no array of points".to_string())),
    }
}

fn gradient(id: &Json, x: &Json) -> Json {
    let shape = x.get("shape");
    let mut points = Vec::new();
    let outcome = points_of(x).and_then(|found| {
        points = found;
        call(id, &mut points)
    });
    let after = if points.is_empty() { numbers(x) } else { points.concat() };
    match outcome {
        Ok(value) => Json::from([
            ("op", "result".into()),
            ("id", id.clone()),
            ("value", array(shape, &value.concat())),
            ("x_after", array(shape, &after)),
        ]),
        Err(Failure(kind, text)) => Json::from([
            ("op", "error".into()),
            ("id", id.clone()),
            ("kind", kind.into()),
            ("text", text.as_str().into()),
            ("x_after", array(shape, &after)),
        ]),
    }
}

fn answer(frame: &Json) -> Json {
    let id = frame.get("id");
    match frame.get("op").text() {
        "echo" => Json::from([
            ("op", "echo".into()),
            ("id", id.clone()),
            ("x", array(frame.get("x").get("shape"), &numbers(frame.get("x")))),
        ]),
        "gradient" => gradient(id, frame.get("x")),
        op => Json::from([
            ("op", "unsupported".into()),
            ("id", id.clone()),
            ("reason", op.into()),
        ]),
    }
}

fn main() {
    send(Json::from([
        ("op", "hello".into()),
        ("protocol", 1.0.into()),
        ("name", "numerical_gradient".into()),
        ("language", "Rust".into()),
        ("roles", vec!["point-gradient"].into()),
        ("f", vec!["callback"].into()),
    ]));
    while let Some(frame) = receive() {
        if frame.get("op").text() == "bye" {
            break;
        }
        send(answer(&frame));
    }
}
