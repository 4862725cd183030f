// A drawing of points that is moved and brought near: by dragging, by two fingers, by the wheel with Ctrl, by its buttons, and by the arrows, +, - and 0. It is drawn by the server and is whole without this.
const NEAREST = 24;
const STEP = 1.5;
const RADIUS = 13;
const LETTER = 13;
const LINE = 2.5;

function watch(frame) {
  const drawing = frame.querySelector("svg.map");
  const whole = drawing.viewBox.baseVal;
  const all = { x: whole.x, y: whole.y, width: whole.width, height: whole.height };
  const seen = { ...all };
  const fingers = new Map();
  let dragged = false;

  function draw() {
    seen.width = Math.min(Math.max(seen.width, all.width / NEAREST), all.width);
    seen.height = (seen.width * all.height) / all.width;
    seen.x = Math.min(Math.max(seen.x, all.x), all.x + all.width - seen.width);
    seen.y = Math.min(Math.max(seen.y, all.y), all.y + all.height - seen.height);
    drawing.setAttribute("viewBox", `${seen.x} ${seen.y} ${seen.width} ${seen.height}`);
    // Points, numbers and line keep their size on the screen, however near or narrow the drawing is.
    const unit = seen.width / (drawing.clientWidth || all.width);
    for (const point of drawing.querySelectorAll("circle")) point.setAttribute("r", RADIUS * unit);
    for (const number of drawing.querySelectorAll("text")) number.style.fontSize = `${LETTER * unit}px`;
    for (const line of drawing.querySelectorAll("polyline")) line.style.strokeWidth = `${LINE * unit}px`;
  }

  function place(event) {
    const box = drawing.getBoundingClientRect();
    return { across: (event.clientX - box.left) / box.width, down: (event.clientY - box.top) / box.height };
  }

  function bring(by, at = { across: 0.5, down: 0.5 }) {
    const before = { x: seen.x + seen.width * at.across, y: seen.y + seen.height * at.down };
    seen.width = Math.min(Math.max(seen.width / by, all.width / NEAREST), all.width);
    seen.height = (seen.width * all.height) / all.width;
    seen.x = before.x - seen.width * at.across;
    seen.y = before.y - seen.height * at.down;
    draw();
  }

  function move(across, down) {
    seen.x += across * seen.width;
    seen.y += down * seen.height;
    draw();
  }

  function showAll() {
    Object.assign(seen, all);
    draw();
  }

  const doings = { in: () => bring(STEP), out: () => bring(1 / STEP), all: showAll };
  const keys = {
    "+": doings.in, "=": doings.in, "-": doings.out, "0": showAll,
    ArrowLeft: () => move(-0.15, 0), ArrowRight: () => move(0.15, 0), ArrowUp: () => move(0, -0.15), ArrowDown: () => move(0, 0.15),
  };
  const tools = frame.querySelector(".map-tools");
  tools.hidden = false;
  tools.addEventListener("click", (event) => doings[event.target.closest("[data-map-do]")?.dataset.mapDo]?.());
  frame.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !keys[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  });
  drawing.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    bring(event.deltaY < 0 ? STEP : 1 / STEP, place(event));
  }, { passive: false });
  drawing.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, place(event));
    dragged = false;
  });
  drawing.addEventListener("pointermove", (event) => {
    const from = fingers.get(event.pointerId);
    if (!from) return;
    const to = place(event);
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    if (!other && !dragged && Math.hypot(to.across - from.across, to.down - from.down) < 0.01) return;
    if (!dragged) drawing.setPointerCapture(event.pointerId);
    dragged = true;
    if (other) {
      const before = Math.hypot(from.across - other.across, from.down - other.down);
      const after = Math.hypot(to.across - other.across, to.down - other.down);
      if (before > 0) bring(after / before, { across: (to.across + other.across) / 2, down: (to.down + other.down) / 2 });
    } else {
      move(from.across - to.across, from.down - to.down);
    }
    fingers.set(event.pointerId, to);
  });
  for (const name of ["pointerup", "pointercancel"]) {
    drawing.addEventListener(name, (event) => fingers.delete(event.pointerId));
  }
  // Letting go over a point after dragging does not open it.
  drawing.addEventListener("click", (event) => dragged && event.preventDefault(), true);
  drawing.addEventListener("dragstart", (event) => event.preventDefault());
  new ResizeObserver(draw).observe(drawing);
  draw();
}

export function watchMaps() {
  for (const frame of document.querySelectorAll("[data-map]")) watch(frame);
}
