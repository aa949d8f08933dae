// Serves a routine to gradproof: JSON, a line at a time, as docs/protocol.md says.

import { readSync, writeSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
//<routine>
import { numericalGradient } from "./numerical_gradient.mjs";
//</routine>

const TAG = process.env.GRADPROOF_TAG ?? "";

class ProbeError extends Error {
  name = "ProbeError";
}

/** JSON, with text for the numbers that JSON does not have, and with −0. */
function encode(value) {
  if (Object.is(value, -0)) return "-0.0";
  if (typeof value === "number") {
    return Number.isFinite(value) ? String(value) : `"${value}"`;
  }
  if (Array.isArray(value)) return `[${value.map((each) => encode(each))}]`;
  if (typeof value === "object") {
    const fields = Object.entries(value);
    return `{${fields.map(([key, each]) => `"${key}":${encode(each)}`)}}`;
  }
  return JSON.stringify(value);
}

function send(frame) {
  writeSync(1, `${TAG}${encode(frame)}\n`);
}

const decoder = new StringDecoder("utf8");
let received = "";

/** The host's next frame. f has to wait for its value, so nothing is awaited. */
function receive() {
  const chunk = Buffer.alloc(65536);
  while (!received.includes("\n")) {
    const size = readSync(0, chunk);
    if (size === 0) return { op: "bye" };
    received += decoder.write(chunk.subarray(0, size));
  }
  const end = received.indexOf("\n");
  const line = received.slice(0, end);
  received = received.slice(end + 1);
  return JSON.parse(line);
}

function array(shape, data) {
  return { dtype: "f8", shape, data };
}

/** The shape of a number, of an array of numbers, or of rows of one length. */
function shapeOf(x) {
  if (typeof x === "number") return [];
  if (!(typeof x === "object" && x?.length >= 0)) throw new TypeError("no array of numbers");
  const [first = [], ...rest] = Array.from(x, shapeOf);
  if (rest.some((each) => `${each}` !== `${first}`)) throw new TypeError("rows of many lengths");
  return [x.length, ...first];
}

/** The numbers of what has a shape, one after the other. */
function flat(x) {
  return typeof x === "number" ? [x] : Array.from(x).flatMap(flat);
}

function arrayOf(x) {
  return array(shapeOf(x), flat(x));
}

/** f, each of whose values the host is asked for. */
function asked(id) {
  let n = 0;
  return (x) => {
    send({ op: "call", id, n, x: arrayOf(x) });
    n += 1;
    const answer = receive();
    if (answer.op === "raise") throw new ProbeError(answer.text);
    return Number(answer.y);
  };
}

/** The numbers as a point or as rows. */
function shaped(shape, data) {
  if (shape.length === 1) return data;
  if (shape.length !== 2) throw new RangeError("x is a point or an array of points");
  const [rows, width] = shape;
  return Array.from({ length: rows }, (_, n) => data.slice(n * width, (n + 1) * width));
}

/** What the routine left of x; nothing where it is no array of numbers any more. */
function left(x) {
  try {
    return { x_after: arrayOf(x) };
  } catch {
    return {};
  }
}

function gradient({ id, x: { shape, data } }) {
  let x;
  try {
    x = shaped(shape, data.map(Number));
    const f = asked(id);
//<call>
    // The one line to change where your routine is called otherwise.
    const value = numericalGradient(f, x);
//</call>
    const came = value?.length === 0 ? array([0, ...shape.slice(1)], []) : arrayOf(value);
    return { op: "result", id, value: came, ...left(x) };
  } catch (error) {
    return { op: "error", id, kind: error.name, text: error.message, ...left(x) };
  }
}

function echo({ id, x: { shape, data } }) {
  return { op: "echo", id, x: array(shape, data.map(Number)) };
}

send({
  op: "hello",
  protocol: 1,
  name: "numericalGradient",
  language: "JavaScript",
  roles: ["gradient"],
  f: ["callback"],
});
for (let frame = receive(); frame.op !== "bye"; frame = receive()) {
  if (frame.op === "echo") send(echo(frame));
  else if (frame.op === "gradient") send(gradient(frame));
  else send({ op: "unsupported", id: frame.id, reason: frame.op });
}
