// Serves a routine to gradproof: JSON, a line at a time, as docs/protocol.md says.

import { readSync, writeSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
//<routine>
import { numericalGradient } from "./numerical_gradient";
//</routine>

/** A number; JSON has none that are not finite, so these are text. */
type Numeral = number | "NaN" | "Infinity" | "-Infinity";

interface NumberArray {
  dtype: string;
  shape: number[];
  data: Numeral[];
}

type Request =
  | { op: "echo"; id: number; x: NumberArray }
  | { op: "gradient"; id: number; x: NumberArray }
  | { op: "value"; id: number; n: number; y: Numeral }
  | { op: "raise"; id: number; n: number; text: string }
  | { op: "bye" };

const TAG = process.env.GRADPROOF_TAG ?? "";

class ProbeError extends Error {
  name = "ProbeError";
}

/** JSON, with text for the numbers that JSON does not have, and with −0. */
function encode(value: unknown): string {
  if (Object.is(value, -0)) return "-0.0";
  if (typeof value === "number") {
    return Number.isFinite(value) ? String(value) : `"${value}"`;
  }
  if (Array.isArray(value)) return `[${value.map((each) => encode(each))}]`;
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value);
    return `{${fields.map(([key, each]) => `"${key}":${encode(each)}`)}}`;
  }
  return JSON.stringify(value);
}

function send(frame: object): void {
  writeSync(1, `${TAG}${encode(frame)}\n`);
}

const decoder = new StringDecoder("utf8");
let received = "";

/** The host's next frame. f has to wait for its value, so nothing is awaited. */
function receive(): Request {
  const chunk = new Uint8Array(65536);
  while (!received.includes("\n")) {
    const size = readSync(0, chunk);
    if (size === 0) return { op: "bye" };
    received += decoder.write(chunk.subarray(0, size));
  }
  const end = received.indexOf("\n");
  const line = received.slice(0, end);
  received = received.slice(end + 1);
  return JSON.parse(line) as Request;
}

function array(shape: number[], numbers: number[]): object {
  return { dtype: "f8", shape, data: numbers };
}

/** f, each of whose values the host is asked for. */
function asked(id: number): (x: ArrayLike<number>) => number {
  let n = 0;
  return (x) => {
    send({ op: "call", id, n, x: array([x.length], Array.from(x)) });
    n += 1;
    const answer = receive();
    if (answer.op === "value") return Number(answer.y);
    throw new ProbeError(answer.op === "raise" ? answer.text : answer.op);
  };
}

//<call>
/** What to change where your routine is called otherwise: it is given one point. */
function call(f: (x: ArrayLike<number>) => number, points: number[][]): number[][] {
  if (points.length !== 1) throw new RangeError("x is one point");
  return [numericalGradient(f, points[0])];
}
//</call>

/** The points of an array: that of its one axis, or its rows. */
function pointsOf({ shape, data }: NumberArray): number[][] {
  if (shape.length !== 1 && shape.length !== 2) throw new RangeError("x is no array of points");
  const [rows, width] = shape.length === 1 ? [1, shape[0]] : shape;
  const numbers = data.map(Number);
  return Array.from({ length: rows }, (_, n) => numbers.slice(n * width, (n + 1) * width));
}

function gradient(id: number, x: NumberArray): object {
  const { shape } = x;
  let points: number[][] | undefined;
  const after = () => points && { x_after: array(shape, points.flatMap((each) => each)) };
  try {
    points = pointsOf(x);
    const value = call(asked(id), points).flatMap((each) => each);
    return { op: "result", id, value: array(shape, value), ...after() };
  } catch (error) {
    const { name, message } = error as Error;
    return { op: "error", id, kind: name, text: message, ...after() };
  }
}

function answer(request: Exclude<Request, { op: "bye" }>): object {
  const { op, id } = request;
  if (op === "echo") return { op, id, x: array(request.x.shape, request.x.data.map(Number)) };
  if (op === "gradient") return gradient(id, request.x);
  return { op: "unsupported", id, reason: op };
}

send({
  op: "hello",
  protocol: 1,
  name: "numericalGradient",
  language: "TypeScript",
  roles: ["point-gradient"],
  f: ["callback"],
});
for (let request = receive(); request.op !== "bye"; request = receive()) {
  send(answer(request));
}
