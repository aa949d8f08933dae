// Serves a routine to gradproof: JSON, a line at a time, as docs/protocol.md says.

import { readSync, writeSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { numericalGradient } from "./numerical_gradient.mjs";

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

/** The numbers of a point, or of an array of points, one after the other. */
function flat(x) {
  return [...x].flatMap((each) => (typeof each === "number" ? each : [...each]));
}

/** f, each of whose values the host is asked for. */
function asked(id) {
  let n = 0;
  return (x) => {
    send({ op: "call", id, n, x: array([x.length], flat(x)) });
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

function gradient({ id, x: { shape, data } }) {
  let x;
  try {
    x = shaped(shape, data.map(Number));
    // The one line to change where your routine is called otherwise.
    const value = numericalGradient(asked(id), x);
    const came = [value.length, ...shape.slice(1)];
    return {
      op: "result",
      id,
      value: array(came, flat(value)),
      x_after: array(shape, flat(x)),
    };
  } catch (error) {
    const after = x && { x_after: array(shape, flat(x)) };
    return { op: "error", id, kind: error.name, text: error.message, ...after };
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
