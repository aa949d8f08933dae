// A program with layers and an optimizer: node layers.mjs [KIND]

import { createInterface } from "node:readline";

const TAG = process.env.GRADPROOF_TAG;
const KIND = process.argv[2] ?? "right";

const send = (frame) => process.stdout.write(TAG + JSON.stringify(frame) + "\n");

// An array is flat, beside its shape, as it comes and goes.
const like = (shape, data) => ({ dtype: "f8", shape, data });
const mapped = (a, f) => like(a.shape, a.data.map(f));

class Affine {
  constructor({ W, b }) {
    Object.assign(this, { W, b });
  }

  forward(x) {
    this.x = x;
    const [d, m] = this.W.shape;
    const n = x.data.length / d;
    const out = [];
    for (let i = 0; i < n; i++)
      for (let k = 0; k < m; k++) {
        let sum = this.b.data[k];
        for (let j = 0; j < d; j++) sum += x.data[i * d + j] * this.W.data[j * m + k];
        out.push(sum);
      }
    return like([...x.shape.slice(0, -1), m], out);
  }

  backward(dout) {
    const [d, m] = this.W.shape;
    const n = this.x.data.length / d;
    const dx = new Array(n * d).fill(0);
    const dW = new Array(d * m).fill(0);
    const db = new Array(m).fill(0);
    for (let i = 0; i < n; i++)
      for (let k = 0; k < m; k++) {
        const g = dout.data[i * m + k];
        db[k] += g;
        for (let j = 0; j < d; j++) {
          dx[i * d + j] += g * this.W.data[j * m + k];
          dW[j * m + k] += g * this.x.data[i * d + j];
        }
      }
    this.dW = like(this.W.shape, KIND === "mean" ? dW.map((v) => v / n) : dW);
    this.db = like([m], db);
    return like(this.x.shape, dx);
  }
}

class Relu {
  forward(x) {
    this.on = mapped(x, (v) => (v > 0 ? 1 : 0));
    return mapped(x, (v) => Math.max(v, 0));
  }

  backward(dout) {
    if (KIND === "relu") return dout;
    return mapped(dout, (v, i) => v * this.on.data[i]);
  }
}

class AdaGrad {
  constructor({ lr = 0.01 }) {
    this.lr = lr;
  }

  update(params, grads) {
    this.h ??= grads.map((g) => g.data.map(() => 0));
    params.forEach((p, n) => {
      p.data = p.data.map((v, i) => {
        const g = grads[n].data[i];
        this.h[n][i] += KIND === "adagrad" ? Math.abs(g) : g * g;
        return v - (this.lr * g) / (Math.sqrt(this.h[n][i]) + 1e-7);
      });
    });
  }
}

const CLASSES = { Affine, Relu, AdaGrad };
const needed = (...names) => names.map((name) => [name, true, ""]);
const SAID = [
  { make: needed("W", "b"), forward: needed("x"), backward: needed("dout") },
  { forward: needed("x"), backward: needed("dout") },
  { role: "optimizer", make: [["lr", false, "0.01"]], constants: [0.01, 1e-7] },
].map((said, n) => {
  const name = Object.keys(CLASSES)[n];
  return { name, kind: name, ...said };
});

function attributes(thing) {
  const arrays = Object.entries(thing).filter(([, value]) => value?.shape);
  return Object.fromEntries(arrays);
}

function tried({ name, make, steps }) {
  const moments = [];
  try {
    const thing = new CLASSES[name](make);
    moments.push({ outcome: "returned", attributes: attributes(thing) });
    let params = [];
    for (const { do: what, arguments: given, method } of steps) {
      const moment = { outcome: "returned" };
      if (what === "begin") {
        if (method !== "lists") throw new Error("parameters come in lists");
        params = given;
      } else if (what === "update") {
        const before = JSON.stringify(given);
        thing.update(params, given);
        moment.changed = given.map(() => JSON.stringify(given) !== before);
        moment.kept = params.map(() => true);
      } else {
        const before = JSON.stringify(given);
        moment.value = [thing[what](...given)];
        moment.changed = given.map(() => JSON.stringify(given) !== before);
        moment.attributes = attributes(thing);
      }
      moments.push({ ...moment, params: structuredClone(params) });
    }
  } catch (error) {
    moments.push({ outcome: "raised", kind: error.name, text: error.message });
  }
  return moments;
}

send({
  op: "hello",
  protocol: 1,
  name: "layers",
  language: "JavaScript",
  roles: ["layer", "optimizer"],
  f: [],
});
for await (const line of createInterface({ input: process.stdin })) {
  const frame = JSON.parse(line);
  if (frame.op === "bye") process.exit(0);
  else if (frame.op === "echo") {
    // JSON.stringify loses the sign of -0, which is noted.
    send({ op: "echo", id: frame.id, x: frame.x });
  } else if (frame.op === "describe") send({ op: "described", id: frame.id, layers: SAID });
  else if (frame.op === "try")
    send({ op: "tried", id: frame.id, moments: frame.trials.map(tried) });
  else send({ op: "unsupported", id: frame.id, reason: frame.op });
}
