"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const read = (id) => JSON.parse(byId(id).textContent);
  const review = read("review");
  const changes = review.changes;
  const say = (key, values = {}) =>
    review.texts[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);

  // Elements are made, never parsed: what comes from a picture is only ever text.
  const fill = (element, attributes, children) => {
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false && value != null) element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child != null));
    return element;
  };
  const make = (tag, attributes = {}, ...children) =>
    fill(document.createElement(tag), attributes, children);
  const draw = (tag, attributes = {}, ...children) =>
    fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
  const button = (text, onclick, attributes = {}) =>
    make("button", { type: "button", onclick, ...attributes }, text);

  const state = {
    number: -1, view: null, zoom: false, one: true, edge: 50, strength: 50, keys: true,
  };
  const marks = new Map();
  let leave = () => {}; // what the view that is shown has to stop
  let step = () => {}; // what the left and right keys do in it
  let turn = 0; // tells a slow image that another picture is wanted by now

  // Dark or light; storage may be forbidden.

  const stored = (action) => { try { return action(); } catch { return null; } };
  const isDark = () => {
    const theme = document.documentElement.dataset.theme;
    return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  };
  const showTheme = () => byId("dark").setAttribute("aria-pressed", isDark());
  const switchTheme = () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    stored(() => localStorage.setItem("gradproof-theme", document.documentElement.dataset.theme));
    showTheme();
  };
  const theme = stored(() => localStorage.getItem("gradproof-theme"));
  if (theme) document.documentElement.dataset.theme = theme;
  byId("dark").addEventListener("click", switchTheme);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", showTheme);
  showTheme();

  // The keys.

  const KEYS = [
    [["j", "k"], "key-next"], [["1", "…", "6"], "key-views"], [["z"], "key-zoom"],
    [["s"], "key-scale"], [["←", "→"], "key-arrow"], [["p"], "key-pause"],
    [["a", "r"], "key-marks"], [["A", "R"], "key-alike"], [["c"], "key-copy"],
    [["d"], "key-dark"], [["?"], "key-help"],
  ];
  const describeKeys = () => {
    const list = make("dl");
    for (const [keys, text] of KEYS) {
      const names = keys.flatMap((key) => [key === "…" ? key : make("kbd", {}, key), " "]);
      list.append(make("dt", {}, ...names), make("dd", {}, say(text)));
    }
    const on = make("input", { type: "checkbox", checked: true, onchange: () => { state.keys = on.checked; } });
    byId("keys").append(
      make("h2", { id: "keys-title" }, say("keys")), list,
      make("label", {}, on, say("keys-on")),
      button(say("close"), () => byId("keys").close()),
    );
  };
  describeKeys();
  byId("help").addEventListener("click", () => byId("keys").showModal());
  if (!changes.length) return;

  // Pictures: parsed and decoded when they are looked at.

  const kept = new Map();
  const picture = (number) => {
    if (!kept.has(number)) {
      const found = read(`picture-${number}`);
      const before = decode(found.before);
      kept.set(number, { ...found, images: Promise.all([before, found.same ? before : decode(found.after)]) });
      if (kept.size > 6) kept.delete(kept.keys().next().value);
    }
    return kept.get(number);
  };
  const decode = async (source) => {
    if (!source) return null;
    const image = new Image();
    image.src = source;
    try { await image.decode(); return image; } catch { return "broken"; }
  };
  const usable = (image) => image instanceof Image;

  // The list.

  const buttons = [...document.querySelectorAll(".picture")];
  const seen = () => buttons.flatMap((element, number) => (element.parentElement.hidden ? [] : [number]));
  const narrow = matchMedia("(max-width: 760px)");
  const foldList = () => { byId("list").open = !narrow.matches; };
  narrow.addEventListener("change", foldList);
  foldList();
  buttons.forEach((element, number) => element.addEventListener("click", () => {
    show(number);
    if (narrow.matches) { byId("list").open = false; main.scrollIntoView(); }
  }));
  byId("filter").addEventListener("input", (event) => {
    const wanted = event.target.value.toLowerCase();
    buttons.forEach((element, number) => {
      element.parentElement.hidden = !changes[number].name.toLowerCase().includes(wanted);
    });
    for (const group of document.querySelectorAll(".group")) {
      group.hidden = !group.querySelector("li:not([hidden])");
    }
  });
  const walk = (by) => {
    const numbers = seen();
    const at = numbers.indexOf(state.number);
    const next = at < 0 ? numbers[0] : numbers[at + by];
    if (next === undefined) return;
    const focused = document.activeElement.classList.contains("picture");
    show(next);
    if (focused) buttons[next].focus();
  };

  // The frame around a picture.

  const main = byId("main");
  const parts = {
    name: make("h2", { id: "name" }),
    position: make("span"),
    sentences: make("ul", { class: "sentences" }),
    fact: make("p", { class: "fact" }),
    views: make("div", { class: "set", role: "group", "aria-label": say("views") }),
    scales: make("div", { class: "set", role: "group", "aria-label": say("scales") }),
    zoom: button(say("zoom"), () => setZoom(!state.zoom), { id: "zoom", "aria-keyshortcuts": "z" }),
    stage: make("div", { id: "stage" }),
  };
  const VIEWS = ["side", "swipe", "onion", "blink", "difference", "arrows"];
  const viewButtons = VIEWS.map((view, index) =>
    button(say(view), () => setView(view), { "data-view": view, "aria-keyshortcuts": index + 1 }));
  parts.views.append(...viewButtons);
  const scaleButtons = [[true, "scale-one"], [false, "scale-own"]].map(([one, text]) =>
    button(say(text), () => setScale(one), { "data-scale": text, "aria-keyshortcuts": "s" }));
  parts.scales.append(...scaleButtons);
  const previous = button("‹", () => walk(-1), { id: "previous", "aria-label": say("previous"), "aria-keyshortcuts": "k" });
  const next = button("›", () => walk(1), { id: "next", "aria-label": say("next"), "aria-keyshortcuts": "j" });
  main.append(
    make("div", { class: "heading" }, parts.name,
      make("div", { class: "walk" }, previous, parts.position, next)),
    parts.sentences, parts.fact,
    make("div", { class: "bar" }, parts.views, parts.zoom, parts.scales), parts.stage,
  );

  const press = (element, pressed) => element.setAttribute("aria-pressed", pressed);
  const show = (number) => {
    state.number = number;
    const change = changes[number];
    buttons.forEach((element, other) => {
      if (other === number) element.setAttribute("aria-current", "true");
      else element.removeAttribute("aria-current");
    });
    if (byId("list").open) buttons[number].scrollIntoView({ block: "nearest" });
    parts.name.textContent = change.name;
    parts.position.textContent = say("position", { n: number + 1, total: changes.length });
    parts.sentences.replaceChildren(...change.sentences.map(({ text, warns }) =>
      make("li", { class: warns && "warns" }, text)));
    parts.fact.textContent = [change.status_text, change.pixels].filter(Boolean).join(say("between"));
    const numbers = seen();
    previous.disabled = numbers[0] === number;
    next.disabled = numbers.at(-1) === number;
    showMarks();
    tell(`${parts.position.textContent}: ${change.name}. ${change.sentences[0].text}`);
    render();
  };
  const tell = (text) => { byId("live").textContent = text; };
  const setView = (view) => {
    if (viewButtons[VIEWS.indexOf(view)].disabled) return;
    state.view = view;
    render();
  };
  const setZoom = (zoom) => { if (!parts.zoom.disabled) { state.zoom = zoom; render(); } };
  const setScale = (one) => { if (!parts.scales.hidden) { state.one = one; render(); } };

  // Which view is shown: the chosen one, or the first that shows anything new.
  const viewFor = (change, able) => {
    if (able.has(state.view)) return state.view;
    const hidden = ["same-pixels", "same-both"].includes(change.status);
    return (hidden || !able.has("side")) && able.has("arrows") ? "arrows" : "side";
  };
  const render = async () => {
    const mine = ++turn;
    const change = changes[state.number];
    const found = picture(state.number);
    const images = await found.images;
    if (mine !== turn) return;
    const able = new Set();
    if (images.some(Boolean) || !found.panels.length) able.add("side");
    if (images.every(usable)) ["swipe", "onion", "blink", "difference"].forEach((view) => able.add(view));
    if (found.panels.length) able.add("arrows");
    const view = viewFor(change, able);
    viewButtons.forEach((element) => {
      element.disabled = !able.has(element.dataset.view);
      press(element, element.dataset.view === view);
    });
    // A loop over all pixels, where it is needed alone.
    const needed = images.every(usable) && !found.same && (view === "difference" || !change.box);
    const differing = needed ? differences(found, images) : null;
    const scene = { change, found, images, differing, size: sizeOf(images) };
    parts.scales.hidden = view !== "arrows" || !found.panels.some(({ before, after }) => before && after);
    scaleButtons.forEach((element) => press(element, (element.dataset.scale === "scale-one") === state.one));
    parts.zoom.disabled = view === "arrows"
      ? !found.panels.some(({ pairs }) => pairs.some(isChanged)) : !boxOf(scene);
    press(parts.zoom, state.zoom && !parts.zoom.disabled);
    leave();
    leave = () => {};
    step = () => {};
    parts.stage.replaceChildren(...views[view](scene));
    parts.stage.dataset.view = view;
    parts.stage.dataset.number = state.number;
    const ahead = state.number + 1;
    if (ahead < changes.length) setTimeout(() => { if (mine === turn) picture(ahead); }, 50);
  };

  // Regions: left, top, right and bottom in pixels.

  const sizeOf = (images) => {
    const all = images.filter(usable);
    return [Math.max(1, ...all.map((i) => i.naturalWidth)), Math.max(1, ...all.map((i) => i.naturalHeight))];
  };
  const boxOf = ({ change, differing }) => change.box || (differing && differing.box);
  const padded = ([left, top, right, bottom], [width, height], room) => {
    const across = Math.max(right - left, room), down = Math.max(bottom - top, room);
    const x = (left + right) / 2, y = (top + bottom) / 2;
    const half = [Math.min(width, across * 1.5) / 2, Math.min(height, down * 1.5) / 2];
    const cx = Math.min(Math.max(x, half[0]), width - half[0]);
    const cy = Math.min(Math.max(y, half[1]), height - half[1]);
    return [cx - half[0], cy - half[1], cx + half[0], cy + half[1]];
  };
  const regionOf = (scene) => {
    const box = boxOf(scene);
    return state.zoom && box ? padded(box, scene.size, 48) : [0, 0, ...scene.size];
  };
  const window_ = (region) => {
    const view = make("div", { class: state.zoom ? "view near" : "view" });
    view.style.setProperty("--ratio", (region[2] - region[0]) / (region[3] - region[1]));
    return view;
  };
  const place = (element, [left, top, right, bottom], region) => {
    const width = region[2] - region[0], height = region[3] - region[1];
    element.style.left = `${(100 * (left - region[0])) / width}%`;
    element.style.top = `${(100 * (top - region[1])) / height}%`;
    element.style.width = `${(100 * (right - left)) / width}%`;
    element.style.height = `${(100 * (bottom - top)) / height}%`;
    return element;
  };
  const layer = (scene, which, region) => {
    const original = scene.images[which], image = original.cloneNode();
    image.alt = `${sideName(which)}: ${scene.change.name}`;
    image.draggable = false;
    return place(image, [0, 0, original.naturalWidth, original.naturalHeight], region);
  };
  // Around each cluster of pixels that differ; around all of them where sizes do.
  const frames = (scene, region) => {
    const room = Math.max(...scene.size) / 160;
    const boxes = scene.change.clusters || [boxOf(scene)].filter(Boolean);
    return boxes.map(([left, top, right, bottom]) =>
      place(make("div", { class: "frame" }), [left - room, top - room, right + room, bottom + room], region));
  };
  const sideName = (which) => say(which ? "after" : "before");
  const corner = (which, place_) => make("span", { class: `side ${place_}` }, sideName(which));

  // Differences, in magenta on what is left of the picture.

  const pixelsOf = (image, [width, height]) => {
    const canvas = make("canvas", { width, height });
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, width, height);
  };
  const differences = (found, images) => {
    found.differing ??= compare(images, sizeOf(images));
    return found.differing;
  };
  const compare = (images, [width, height]) => {
    const [old, now] = images.map((image) => new Uint32Array(pixelsOf(image, [width, height]).data.buffer));
    const inside = (x, y) => images.every((i) => x < i.naturalWidth && y < i.naturalHeight);
    const alike = images.every((i) => i.naturalWidth === width && i.naturalHeight === height);
    const canvas = make("canvas", { width, height });
    const context = canvas.getContext("2d");
    const result = context.createImageData(width, height);
    const shown = new Uint32Array(result.data.buffer);
    const bytes = new Uint8Array(old.buffer);
    let count = 0, box = [width, height, 0, 0];
    for (let y = 0, k = 0; y < height; y++) {
      for (let x = 0; x < width; x++, k++) {
        if (old[k] !== now[k] || (!alike && !inside(x, y))) {
          count++;
          box = [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x + 1), Math.max(box[3], y + 1)];
          shown[k] = 0xff7f00c4; // #c4007f, the lowest byte first
        } else {
          const light = (bytes[4 * k] + bytes[4 * k + 1] + bytes[4 * k + 2]) / 3;
          const seen_ = 255 - ((255 - light) * 0.3 * bytes[4 * k + 3]) / 255;
          shown[k] = 0xff000000 | (seen_ << 16) | (seen_ << 8) | seen_;
        }
      }
    }
    context.putImageData(result, 0, 0);
    return { canvas, count, total: width * height, box: count ? box : null };
  };

  // The views.

  const figure = (which, ...children) => {
    const source = which ? review.after : review.before;
    return make("figure", {}, make("figcaption", {}, make("b", {}, sideName(which)), ` · ${source}`), ...children);
  };
  const absent = (image) => make("div", { class: "nothing" }, say(image ? "broken" : "no-picture"));
  const sideBySide = (scene) => {
    const region = regionOf(scene);
    const figures = scene.images.map((image, which) => {
      if (!usable(image)) return figure(which, absent(image));
      const view = window_(region);
      view.append(layer(scene, which, region));
      const around = frames(scene, region);
      if (!state.zoom || around.length > 1) view.append(...around);
      return figure(which, view);
    });
    return [make("div", { class: "pair" }, ...figures)];
  };
  const slider = (text, key, change) => {
    const input = make("input", { type: "range", min: 0, max: 100, value: state[key], "aria-label": text });
    const set = (value) => {
      state[key] = Math.min(100, Math.max(0, value));
      input.value = state[key];
      change(state[key]);
    };
    input.addEventListener("input", () => set(Number(input.value)));
    step = (by) => set(state[key] + 5 * by);
    change(state[key]);
    return [make("div", { class: "slide" }, make("span", {}, sideName(0)), input, make("span", {}, sideName(1))), set];
  };
  const swipe = (scene) => {
    const region = regionOf(scene), view = window_(region);
    const after = layer(scene, 1, region), cover = make("div", { class: "cover" });
    const rail = make("div", { class: "rail" });
    cover.append(after);
    Object.assign(cover.style, { position: "absolute", inset: "0", background: "#fff", overflow: "hidden" });
    view.append(layer(scene, 0, region), cover, rail, corner(0, "left"), corner(1, "right"));
    view.classList.add("drag");
    const [control, set] = slider(say("edge"), "edge", (value) => {
      cover.style.clipPath = `inset(0 0 0 ${value}%)`;
      rail.style.left = `${value}%`;
    });
    const follow = (event) => {
      const { left, width } = view.getBoundingClientRect();
      set((100 * (event.clientX - left)) / width);
    };
    view.addEventListener("pointerdown", (event) => { view.setPointerCapture(event.pointerId); follow(event); });
    view.addEventListener("pointermove", (event) => { if (event.buttons) follow(event); });
    return [view, control];
  };
  const onion = (scene) => {
    const region = regionOf(scene), view = window_(region), after = layer(scene, 1, region);
    view.append(layer(scene, 0, region), after);
    const [control] = slider(say("strength"), "strength", (value) => { after.style.opacity = value / 100; });
    return [view, control];
  };
  const blink = (scene) => {
    const region = regionOf(scene), view = window_(region);
    const layers = [0, 1].map((which) => layer(scene, which, region));
    const label = make("span", { class: "side left" });
    view.append(...layers, label);
    let which = 0, timer = 0;
    const swap = (to) => {
      which = to;
      layers.forEach((image, other) => { image.style.visibility = other === which ? "visible" : "hidden"; });
      label.textContent = sideName(which);
    };
    const run = (on) => {
      clearInterval(timer);
      timer = on ? setInterval(() => swap(1 - which), 700) : 0;
      pause.textContent = say(on ? "pause" : "go-on");
    };
    const pause = button("", () => run(!timer), { id: "pause", "aria-keyshortcuts": "p" });
    view.addEventListener("click", () => swap(1 - which));
    step = () => { run(false); swap(1 - which); };
    leave = () => clearInterval(timer);
    swap(0);
    run(!matchMedia("(prefers-reduced-motion: reduce)").matches);
    return [view, make("div", { class: "slide" }, pause)];
  };
  const difference = (scene) => {
    const differing = scene.differing || compare(scene.images, scene.size);
    const region = regionOf(scene), view = window_(region);
    const text = differing.count
      ? say("differ", { n: differing.count.toLocaleString("en"), total: differing.total.toLocaleString("en") })
      : say("differ-none");
    differing.canvas.setAttribute("role", "img");
    differing.canvas.setAttribute("aria-label", text);
    view.append(place(differing.canvas, [0, 0, ...scene.size], region));
    view.append(...frames(scene, region));
    return [make("p", { class: "fact", id: "differ" }, text), view];
  };

  // Arrows, drawn anew from their numbers: what no pixel shows is seen here.

  // Matplotlib's own axes, in pixels; on a phone smaller, so that texts stay as large.
  const shape = () => (narrow.matches ? [290, 217] : [496, 370]);
  let [ACROSS, DOWN] = shape();
  narrow.addEventListener("change", () => { [ACROSS, DOWN] = shape(); render(); });
  const MOST_ROWS = 200;
  const isChanged = ([, , changed]) => changed;
  const written = (value) => (value === null ? "–" : String(Number(value.toFixed(6))));
  const average = (arrows) => {
    const lengths = arrows.map(([, , u, v]) => Math.hypot(u, v)).filter(Number.isFinite);
    return lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length);
  };
  const scaleOf = ({ scale, arrows }) =>
    scale || 1.8 * average(arrows) * Math.max(10, Math.sqrt(arrows.length)) || 1;
  const mapOf = ([[x0, x1], [y0, y1]]) => ({
    x: (x) => ((x - x0) / (x1 - x0)) * ACROSS,
    y: (y) => DOWN - ((y - y0) / (y1 - y0)) * DOWN,
    dx: ACROSS / (x1 - x0), dy: -DOWN / (y1 - y0),
  });
  // Base and tip of each arrow of a version, in the plot; null where one is no number.
  const segments = (side, map, scale) => {
    const [[x0, x1], [y0, y1]] = side.limits;
    const unit = side.scale_units || side.units;
    const width = Math.abs(map.dx * (x1 - x0)), height = Math.abs(map.dy * (y1 - y0));
    const per = { width, height, x: Math.abs(map.dx), y: Math.abs(map.dy), dots: 1, inches: 100, xy: 1 }[unit] || width;
    return side.arrows.map(([x, y, u, v], n) => {
      if ([x, y].includes(null)) return null;
      const at = [map.x(x), map.y(y)];
      if ([u, v].includes(null)) return { base: at, tip: at, lost: true };
      let along = [u, -v];
      if (Array.isArray(side.angles)) {
        const angle = (side.angles[n % side.angles.length] * Math.PI) / 180;
        along = [Math.cos(angle), -Math.sin(angle)];
      } else if (side.angles === "xy") along = [u * map.dx, v * map.dy];
      const norm = Math.hypot(...along) || 1;
      const length = unit === "xy" ? Math.hypot(u * map.dx, v * map.dy) / scale : (Math.hypot(u, v) / scale) * per;
      const vector = along.map((c) => (c / norm) * length);
      const back = { tip: 1, mid: 0.5, middle: 0.5 }[side.pivot] || 0;
      const base = at.map((c, k) => c - back * vector[k]);
      return { base, tip: base.map((c, k) => c + vector[k]) };
    });
  };
  const outline = (segment, width) => {
    if (!segment) return "";
    const { base: [x, y], tip, lost } = segment;
    const r = width * 1.6;
    if (lost) return cross(x, y, r * 1.5, width / 2);
    const across = tip[0] - x, down = tip[1] - y, length = Math.hypot(across, down);
    if (length < width) return dot(x, y, width * 0.8);
    const s = Math.min(1, length / (5 * width));
    const half = (width / 2) * s, wing = 3 * half, neck = length - 9 * half, head = length - 10 * half;
    const point = (along, aside) =>
      `${(x + (across * along - down * aside) / length).toFixed(2)} ${(y + (down * along + across * aside) / length).toFixed(2)}`;
    return `M${[point(0, half), point(neck, half), point(head, wing), point(length, 0),
      point(head, -wing), point(neck, -half), point(0, -half)].join("L")}Z`;
  };
  const dot = (x, y, r) =>
    `M${(x - r).toFixed(2)} ${y.toFixed(2)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
  const cross = (x, y, r, w) => [1, -1].map((side) =>
    `M${x - r} ${y - side * r}L${x - r + w} ${y - side * (r + w)}L${x + r + w} ${y + side * (r - w)}L${x + r} ${y + side * r}Z`).join("");

  const extent = (points) => points.reduce(
    ([l, t, r, b], [x, y]) => [Math.min(l, x), Math.min(t, y), Math.max(r, x), Math.max(b, y)],
    [Infinity, Infinity, -Infinity, -Infinity]);
  const cornersOf = ([[x0, x1], [y0, y1]], map) => [[map.x(x0), map.y(y0)], [map.x(x1), map.y(y1)]];
  // All that is drawn, but for arrows that lie or point far outside the limits.
  const wholeOf = (panel, map, old, now) => {
    const ends = [...old, ...now].filter(Boolean).flatMap(({ base, tip }) => [base, tip]);
    const limits = [panel.before, panel.after].filter(Boolean).flatMap((side) => cornersOf(side.limits, map));
    const axes = extent(limits);
    const near = ends.map(([x, y]) => [
      Math.min(Math.max(x, -ACROSS / 4), ACROSS * 1.25), Math.min(Math.max(y, -DOWN / 4), DOWN * 1.25)]);
    const [l, t, r, b] = extent([...near, ...limits]);
    return [Math.min(l - 8, axes[0] - 42), t - 8, r + 8, Math.max(b + 8, axes[3] + 32)];
  };
  const zoomedOf = (pairs, old, now, whole) => {
    const ends = pairs.filter(isChanged).flatMap(([i, j]) => [old[i], now[j]]).filter(Boolean)
      .flatMap(({ base, tip }) => [base, tip]);
    if (!ends.length) return whole;
    const [l, t, r, b] = extent(ends);
    const room = Math.max(45, 0.15 * Math.max(r - l, b - t));
    return [Math.max(whole[0], l - room), Math.max(whole[1], t - room), Math.min(whole[2], r + room), Math.min(whole[3], b + room)];
  };

  const arrowsView = ({ found }) => {
    const figures = found.panels.map((panel, n) => panelOf(panel, found.panels.length > 1 ? n + 1 : null));
    const steppers = figures.map((each) => each.step);
    step = (by) => (steppers.find((_, n) => figures[n].element.contains(document.activeElement)) || steppers[0])(by);
    return [
      make("p", { class: "fact" }, say("arrows-hint")),
      make("div", { class: figures.length > 1 ? "pair" : "pair alone" }, ...figures.map(({ element }) => element)),
    ];
  };
  const panelOf = (panel, number) => {
    const { before, after, pairs } = panel;
    const map = mapOf((before || after).limits);
    const scales = [before, after].map((side) => side && scaleOf(side));
    const one = state.one && before && after;
    const old = before ? segments(before, map, scales[0]) : [];
    const now = after ? segments(after, map, one ? scales[0] : scales[1]) : [];
    const changed = pairs.filter(isChanged), plain = pairs.filter((pair) => !pair[2]);
    const whole = wholeOf(panel, map, old, now);
    const [l, t, r, b] = state.zoom ? zoomedOf(pairs, old, now, whole) : whole;
    const width = pairs.length > 30 ? 0.06 * ACROSS / Math.min(25, Math.max(8, Math.sqrt(pairs.length))) : 3;
    const path = (cls, segment, wide) => draw("path", { class: cls, d: segment.map((s) => outline(s, wide)).join("") });
    const axes = [...new Set([before, after].filter(Boolean).map(({ limits }) => JSON.stringify(limits)))].map(JSON.parse);
    const limits = axes.map((each, late) => rectangle(cornersOf(each, map), late));
    const ticks = ticksOf(after || before);
    const words = state.zoom ? [] : axisTexts([before, after].filter(Boolean), map, ticks);
    const rings = draw("g");
    const svg = draw("svg", { viewBox: `${l} ${t} ${r - l} ${b - t}`, role: "img", "aria-label": plotName(panel, number, changed) },
      ...gridOf((after || before).limits, map, ticks), ...limits,
      path("plain", plain.map(([i, j]) => (j === null || !after ? old[i] : now[j])), width),
      path("new", changed.map(([, j]) => now[j]), width * 1.7),
      path("old", changed.map(([i]) => old[i]), width * 1.35), ...words, rings);
    const tip = make("div", { class: "tip", hidden: true });
    const ratio = (r - l) / (b - t);
    const plot = make("div", { class: "plot", tabindex: 0, role: "group", "aria-label": say("arrows-hint") }, svg, tip);
    plot.style.setProperty("--ratio", ratio);
    const table = changed.length ? tableOf(panel, changed, (pair) => point(pair)) : null;
    const point = (pair) => {
      const ends = pair ? [old[pair[0]], now[pair[1]]].filter(Boolean) : [];
      rings.replaceChildren(...ends.slice(0, 1).map(({ base }) => draw("circle", { class: "ring", cx: base[0], cy: base[1], r: 10 / Math.max(1, ACROSS / (r - l)) })));
      tip.hidden = !ends.length;
      if (ends.length) showTip(plot, svg, tip, tipOf(panel, pair), ends);
      if (table) table.mark(pair);
    };
    const targets = changed.length ? changed : pairs;
    let at = -1;
    const stepBy = (by) => {
      if (!targets.length) return;
      at = (at + by + targets.length + (at < 0 && by < 0 ? 1 : 0)) % targets.length;
      point(targets[at]);
      tip.scrollIntoView({ block: "nearest" });
      tell(spoken(panel, targets[at]));
    };
    svg.addEventListener("pointermove", (event) => point(nearest(pairs, old, now, svg, event)));
    svg.addEventListener("pointerdown", (event) => point(nearest(pairs, old, now, svg, event)));
    plot.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") point(null); });
    plot.addEventListener("keydown", (event) => { if (event.key === "Escape") point(null); });
    const steps = targets.length ? make("li", {},
      button("←", () => stepBy(-1), { "aria-label": say("previous-arrow") }),
      button("→", () => stepBy(1), { "aria-label": say("next-arrow") })) : null;
    const element = make("figure", {}, captionOf(panel, number), legend(panel, plain, changed, steps), plot, table && table.element);
    return { element, step: stepBy };
  };
  const rectangle = ([[x0, y0], [x1, y1]], late) => draw("rect", {
    class: late ? "limits after" : "limits", x: Math.min(x0, x1), y: Math.min(y0, y1),
    width: Math.abs(x1 - x0), height: Math.abs(y1 - y0),
  });
  // Ticks along both axes: place and label, as the picture has them, or else round ones.
  const ticksOf = ({ limits, ticks }) => ticks || limits.map(roundTicks);
  const roundTicks = ([from, to]) => {
    const rough = Math.abs(to - from) / 5, power = 10 ** Math.floor(Math.log10(rough));
    const step = power * [1, 2, 5, 10].find((each) => each * power >= rough);
    const first = Math.ceil(Math.min(from, to) / step - 1e-9), last = Math.floor(Math.max(from, to) / step + 1e-9);
    return Array.from({ length: Math.max(0, last - first + 1) || 0 }, (_, n) => [(first + n) * step, written((first + n) * step)]);
  };
  const gridOf = (limits, map, [across, down]) => {
    const [l, t, r, b] = extent(cornersOf(limits, map));
    const line = (d) => draw("path", { class: "grid", d });
    return [...across.map(([x]) => line(`M${map.x(x)} ${t}V${b}`)), ...down.map(([y]) => line(`M${l} ${map.y(y)}H${r}`))];
  };
  // Labels that would touch the one before are left out.
  const spaced = (ticks, at, room) => {
    let last = -Infinity;
    return ticks.map(([value, label]) => [at(value), label]).sort(([a], [b]) => a - b)
      .filter(([place_, label]) => place_ - last >= room(label) && ((last = place_), true));
  };
  const axisTexts = (sides, map, [across, down]) => {
    const { limits } = sides.at(-1);
    const labels = [0, 1].map((axis) => [...new Set(sides.map((side) => side.labels[axis]))].join(" → "));
    const text = (x, y, anchor, value, more = {}) => draw("text", { x, y, "text-anchor": anchor, ...more }, value);
    const [l, t, r, b] = extent(cornersOf(limits, map)), middle = (t + b) / 2;
    return [
      ...spaced(across, map.x, (label) => 7 * label.length + 8).map(([x, label]) => text(x, b + 13, "middle", label)),
      ...spaced(down, map.y, () => 14).map(([y, label]) => text(l - 4, y + 4, "end", label)),
      text((l + r) / 2, b + 27, "middle", labels[0]),
      text(l - 33, middle, "middle", labels[1], { transform: `rotate(-90 ${l - 33} ${middle})` }),
    ];
  };
  const captionOf = ({ before, after }, number) => {
    const titles = [...new Set([before, after].filter(Boolean).map(({ title }) => title))].filter(Boolean);
    const texts = [number && say("panel", { n: number }), titles.join(" → ")].filter(Boolean);
    return texts.length ? make("figcaption", {}, texts.join(": ")) : null;
  };
  const plotName = (panel, number, changed) =>
    [number && say("panel", { n: number }), say("table", { n: changed.length })].filter(Boolean).join(": ");
  const legend = ({ before, after }, plain, changed, steps) => {
    const sample = (cls, wide) => draw("svg", { viewBox: "0 0 34 14", width: 34, height: 14, "aria-hidden": "true" },
      draw("path", { class: cls, d: outline({ base: [2, 7], tip: [31, 7] }, wide) }));
    const item = (cls, wide, key, n) => n ? make("li", {}, sample(cls, wide), say(key, { n })) : null;
    return make("ul", { class: "legend" },
      item("plain", 1.8, before && after ? "unchanged" : before ? "only-before" : "only-after", plain.length),
      item("old", 2.6, "old-arrows", changed.filter(([i]) => i !== null).length),
      item("new", 3.2, "new-arrows", changed.filter(([, j]) => j !== null).length), steps);
  };
  const distance = ([x, y], { base, tip }) => {
    const across = tip[0] - base[0], down = tip[1] - base[1];
    const square = across * across + down * down || 1;
    const part = Math.min(1, Math.max(0, ((x - base[0]) * across + (y - base[1]) * down) / square));
    return Math.hypot(x - base[0] - part * across, y - base[1] - part * down);
  };
  const nearest = (pairs, old, now, svg, event) => {
    const to = svg.getScreenCTM().inverse();
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(to);
    let best = null, least = (event.pointerType === "touch" ? 22 : 12) * to.a;
    for (const pair of pairs) {
      for (const segment of [old[pair[0]], now[pair[1]]]) {
        const away = segment ? distance([at.x, at.y], segment) * (pair[2] ? 0.7 : 1) : Infinity;
        if (away < least) [best, least] = [pair, away];
      }
    }
    return best;
  };

  const arrowOf = ({ before, after }, [i, j]) => [
    before && i !== null ? before.arrows[i] : null, after && j !== null ? after.arrows[j] : null];
  const nameOf = (panel, pair) => {
    const [old, now] = arrowOf(panel, pair);
    const [x, y] = (old || now).map(written), [x2, y2] = (now || old).map(written);
    const number = pair[0] ?? pair[1];
    return x === x2 && y === y2 ? say("arrow", { number, x, y }) : say("arrow-moved", { number, x, y, x2, y2 });
  };
  const tipOf = (panel, pair) => {
    const row = (arrow, which) => {
      if (!(which ? panel.after : panel.before)) return null;
      const cells = arrow ? arrow.map((value) => make("td", {}, written(value))) : [make("td", { colspan: 4 }, say("arrow-gone"))];
      return make("tr", {}, make("th", { scope: "row" }, sideName(which)), ...cells);
    };
    return [
      make("div", {}, nameOf(panel, pair)),
      make("table", {},
        make("tr", {}, make("th"), ...["x", "y", "u", "v"].map((key) => make("th", { scope: "col" }, key))),
        ...arrowOf(panel, pair).map(row)),
    ];
  };
  const spoken = (panel, pair) => {
    const numbers = arrowOf(panel, pair).map((arrow, which) =>
      `${sideName(which)} ${arrow ? ["x", "y", "u", "v"].map((key, k) => `${key} ${written(arrow[k])}`).join(", ") : say("arrow-gone")}`);
    return `${nameOf(panel, pair)}: ${numbers.join("; ")}`;
  };
  // Beside the arrow, on the side that has more room, and within the plot.
  const showTip = (plot, svg, tip, content, ends) => {
    tip.replaceChildren(...content);
    const matrix = svg.getScreenCTM(), frame_ = plot.getBoundingClientRect();
    const places = ends.flatMap(({ base, tip: end }) => [base, end])
      .map(([x, y]) => new DOMPoint(x, y).matrixTransform(matrix));
    const [l, t, r, b] = extent(places.map(({ x, y }) => [x - frame_.left, y - frame_.top]));
    const room = [frame_.width - tip.offsetWidth, frame_.height - tip.offsetHeight];
    const y = t > frame_.height - b ? t - tip.offsetHeight - 10 : b + 10;
    tip.style.left = `${Math.max(0, Math.min(room[0], (l + r) / 2 - tip.offsetWidth / 2))}px`;
    tip.style.top = `${Math.max(0, Math.min(room[1], y))}px`;
  };
  const tableOf = (panel, changed, point) => {
    const rows = changed.slice(0, MOST_ROWS).map((pair) => {
      const [old, now] = arrowOf(panel, pair);
      const cells = [old, now].flatMap((arrow) => (arrow || [null, null, null, null]).map((value) => make("td", {}, written(value))));
      return make("tr", { onpointerenter: () => point(pair) }, make("th", { scope: "row" }, `#${pair[0] ?? pair[1]}`), ...cells);
    });
    const heads = [0, 1].map((which) => make("th", { scope: "colgroup", colspan: 4 }, sideName(which)));
    const letters = [..."xyuvxyuv"].map((key) => make("th", { scope: "col" }, key));
    const cut = changed.length > MOST_ROWS
      ? make("p", { class: "fact" }, say("table-cut", { n: MOST_ROWS, total: changed.length })) : null;
    const element = make("details", { class: "table" },
      make("summary", {}, say("table", { n: changed.length })),
      make("div", { class: "scroll", tabindex: 0 }, make("table", {},
        make("thead", {}, make("tr", {}, make("th", { scope: "col", rowspan: 2 }, "#"), ...heads), make("tr", {}, ...letters)),
        make("tbody", {}, ...rows))), cut);
    const mark = (pair) => rows.forEach((row, n) => row.classList.toggle("current", changed[n] === pair));
    return { element, mark };
  };
  const views = { side: sideBySide, swipe, onion, blink, difference, arrows: arrowsView };

  // Marks, and the command that applies them.

  const MARKS = { accept: "✓", reject: "✕" };
  const decide = byId("decide");
  const fingerprint = () => {
    let sum = 0;
    for (const character of byId("review").textContent) sum = (Math.imul(sum, 31) + character.codePointAt(0)) | 0;
    return `gradproof-marks ${sum}`;
  };
  const verbs = Object.keys(MARKS).map((verb) =>
    button(`${MARKS[verb]} ${say(verb)}`, () => mark([state.number], verb), { id: verb, class: verb, "aria-keyshortcuts": verb[0] }));
  const alike = Object.keys(MARKS).map((verb) =>
    button("", () => mark(group(), verb), { id: `${verb}-alike`, "aria-keyshortcuts": `Shift+${verb[0]}` }));
  const tally = make("p", { id: "tally" });
  const command = make("textarea", { id: "command", readonly: true, rows: 1, "aria-label": say("command"), spellcheck: "false" });
  const copying = button(say("copy"), () => copy(), { id: "copy", "aria-keyshortcuts": "c" });
  const told = make("div", { class: "told bare" }, tally, command);
  if (review.decidable) {
    decide.append(make("div", { class: "set" }, ...verbs, ...alike), told, copying);
  } else decide.append(make("p", { class: "told" }, say("committed")));

  const group = () => changes.flatMap((change, n) => (change.group === changes[state.number].group ? [n] : []));
  const mark = (numbers, verb) => {
    if (!review.decidable) return;
    const able = numbers.filter((n) => changes[n][verb]);
    const all = able.length > 0 && able.every((n) => marks.get(n) === verb);
    for (const n of able) {
      if (all) marks.delete(n);
      else marks.set(n, verb);
    }
    stored(() => sessionStorage.setItem(fingerprint(), JSON.stringify([...marks])));
    showMarks();
    if (able.length) tell(tally.textContent);
  };
  const showMarks = () => {
    buttons.forEach((element, n) => {
      const verb = marks.get(n);
      element.querySelector(".mark").textContent = verb ? `${MARKS[verb]} ${say(`to-${verb}`)}` : "";
      if (verb) element.dataset.mark = verb;
      else delete element.dataset.mark;
    });
    const change = changes[state.number];
    const many = group();
    Object.keys(MARKS).forEach((verb, k) => {
      verbs[k].disabled = !change[verb];
      press(verbs[k], marks.get(state.number) === verb);
      alike[k].hidden = many.length < 2;
      alike[k].disabled = !many.some((n) => changes[n][verb]);
      alike[k].textContent = say(`${verb}-alike`, { n: many.length });
    });
    const counts = Object.keys(MARKS).map((verb) => [...marks.values()].filter((found) => found === verb).length);
    tally.textContent = marks.size
      ? say("marks", { accept: counts[0], reject: counts[1], rest: changes.length - marks.size }) : say("no-marks");
    command.value = commandOf();
    command.hidden = copying.hidden = !marks.size;
    told.classList.toggle("bare", !marks.size);
    command.rows = Math.min(4, Math.max(1, command.value.split("\n").length, Math.ceil(command.value.length / 90)));
  };
  // A name that begins with a hyphen is taken for an option, unless it follows one.
  const commandOf = () => Object.keys(MARKS).flatMap((verb) => {
    const chosen = changes.filter((_, n) => marks.get(n) === verb);
    const words = chosen.map(({ quoted }, n) => (n && !/^(\$')?'?(-|\\x2d)/.test(quoted) ? quoted : `--${verb} ${quoted}`));
    return chosen.length ? [[review.command, ...words].join(" ")] : [];
  }).join(" &&\n");
  const copy = async () => {
    if (!marks.size) return;
    const focused = document.activeElement;
    command.select();
    try { await navigator.clipboard.writeText(command.value); tell(say("copied")); } catch {
      tell(say(document.execCommand("copy") ? "copied" : "not-copied"));
    }
    tally.textContent = byId("live").textContent;
    if (tally.textContent !== say("copied")) return;
    command.setSelectionRange(0, 0);
    command.blur();
    focused.focus();
  };
  const restore = () => {
    const found = stored(() => JSON.parse(sessionStorage.getItem(fingerprint())));
    for (const [n, verb] of found || []) if (changes[n] && changes[n][verb]) marks.set(n, verb);
  };

  const ACTIONS = {
    j: () => walk(1), k: () => walk(-1), z: () => setZoom(!state.zoom), s: () => setScale(!state.one),
    a: () => mark([state.number], "accept"), r: () => mark([state.number], "reject"),
    A: () => mark(group(), "accept"), R: () => mark(group(), "reject"), c: () => copy(), d: switchTheme,
    p: () => { if (byId("pause")) byId("pause").click(); },
    "?": () => byId("keys").showModal(),
    ArrowLeft: () => step(-1), ArrowRight: () => step(1),
  };
  VIEWS.forEach((view, n) => { ACTIONS[n + 1] = () => setView(view); });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input[type=search], textarea");
    if (event.key === "Escape" && typing) event.target.blur();
    if (event.ctrlKey || event.metaKey || event.altKey || typing || byId("keys").open) return;
    if (event.target.type === "range" && event.key.startsWith("Arrow")) return;
    const action = Object.hasOwn(ACTIONS, event.key) ? ACTIONS[event.key] : null;
    if (!action || (!state.keys && event.key.length === 1)) return;
    event.preventDefault();
    action();
  });
  byId("list").addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && event.target.classList.contains("picture")) { event.preventDefault(); walk(by); }
  });

  restore();
  show(0);
})();
