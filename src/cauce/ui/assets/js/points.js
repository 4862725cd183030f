// Thousands of points on a plain canvas, which is moved and brought near: by dragging, by the wheel with Ctrl, by its buttons, and by the arrows, +, - and 0. Touching a point tells whose it is.
const NEAREST = 60;
const STEP = 1.5;
const REACH = 12;
const MARGIN = 24;
// How many times the middle of the town a place may be from its centre and still be drawn at first.
const SPREAD = 3;

// The colours are those of the key below the map, as the theme gives them.
function colours() {
  return [...document.querySelectorAll(".points-key")].map((key) => getComputedStyle(key).backgroundColor);
}

// One place wrongly located in the padrón, at the other end of the world, would leave the town as a single dot.
function inTheTown(places) {
  const limits = ["x", "y"].map((axis) => {
    const values = places.map((place) => place[axis]).sort((one, other) => one - other);
    const at = (part) => values[Math.floor((values.length - 1) * part)];
    const spread = (at(0.9) - at(0.1) || 1e-4) * SPREAD;
    return [axis, at(0.5) - spread, at(0.5) + spread];
  });
  return places.filter((place) => limits.every(([axis, least, most]) => place[axis] >= least && place[axis] <= most));
}

function boundsOf(places) {
  const left = Math.min(...places.map((place) => place.x));
  const top = Math.min(...places.map((place) => place.y));
  const wide = Math.max(...places.map((place) => place.x)) - left || 1e-4;
  const high = Math.max(...places.map((place) => place.y)) - top || 1e-4;
  return { left, top, wide, high };
}

function told(count, far) {
  const all = count === 1 ? "1 cuenta en el mapa" : `${count.toLocaleString("es-MX")} cuentas en el mapa`;
  if (!far) return `${all}.`;
  return `${all}; ${far === 1 ? "1 está ubicada" : `${far} están ubicadas`} lejos del resto: revise su ubicación en el padrón.`;
}

async function watch(frame) {
  const canvas = frame.querySelector("canvas");
  const said = frame.querySelector("[data-points-said]");
  const reply = await fetch(frame.dataset.points, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!reply?.ok) {
    said.textContent = "No se pudieron traer las cuentas; vuelva a cargar la página.";
    return;
  }
  const { points } = await reply.json();
  if (!points.length) {
    said.textContent = "Ninguna de esas cuentas tiene ubicación en el padrón.";
    return;
  }
  // A degree of longitude is shorter than one of latitude: without it the town would look stretched.
  const middle = points.reduce((sum, point) => sum + Number(point[1]), 0) / points.length;
  const narrow = Math.cos((middle * Math.PI) / 180);
  const places = points.map(([longitude, latitude, age, number, debt, url]) => ({
    x: Number(longitude) * narrow, y: -Number(latitude), age, number, debt, url,
  }));
  const near = inTheTown(places);
  const { left, top, wide, high } = boundsOf(near);
  const whole = boundsOf(places);
  // Going away until the places far from the town are seen too.
  const farthest = Math.min(1, wide / whole.wide, high / whole.high) / 2;
  const seen = { zoom: 1, x: left + wide / 2, y: top + high / 2 };
  said.textContent = told(places.length, places.length - near.length);
  let chosen = null;
  let grip = null;

  function scale() {
    return Math.min((canvas.clientWidth - 2 * MARGIN) / wide, (canvas.clientHeight - 2 * MARGIN) / high) * seen.zoom;
  }

  function spot(place) {
    const by = scale();
    return { x: canvas.clientWidth / 2 + (place.x - seen.x) * by, y: canvas.clientHeight / 2 + (place.y - seen.y) * by };
  }

  function draw() {
    const ratio = window.devicePixelRatio || 1;
    canvas.width = canvas.clientWidth * ratio;
    canvas.height = canvas.clientHeight * ratio;
    const pen = canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    const tones = colours();
    const radius = Math.min(2.4 + seen.zoom * 0.25, 6);
    for (const place of places) {
      const at = spot(place);
      if (at.x < -9 || at.y < -9 || at.x > canvas.clientWidth + 9 || at.y > canvas.clientHeight + 9) continue;
      pen.beginPath();
      pen.arc(at.x, at.y, radius, 0, 2 * Math.PI);
      pen.fillStyle = tones[place.age];
      pen.fill();
    }
    if (!chosen) return;
    const at = spot(chosen);
    pen.beginPath();
    pen.arc(at.x, at.y, radius + 4, 0, 2 * Math.PI);
    pen.strokeStyle = getComputedStyle(frame).color;
    pen.lineWidth = 2;
    pen.stroke();
  }

  function bring(by) {
    seen.zoom = Math.min(Math.max(seen.zoom * by, near.length < places.length ? farthest : 1), NEAREST);
    draw();
  }

  function move(across, down) {
    seen.x += across / scale();
    seen.y += down / scale();
    draw();
  }

  function showAll() {
    Object.assign(seen, { zoom: 1, x: left + wide / 2, y: top + high / 2 });
    draw();
  }

  function choose(event) {
    const box = canvas.getBoundingClientRect();
    const touched = { x: event.clientX - box.left, y: event.clientY - box.top };
    const near = places
      .map((place) => ({ place, far: Math.hypot(spot(place).x - touched.x, spot(place).y - touched.y) }))
      .filter(({ far }) => far <= REACH)
      .sort((one, other) => one.far - other.far)[0];
    chosen = near?.place || null;
    if (chosen) {
      const link = document.createElement("a");
      link.href = chosen.url;
      link.textContent = `Cuenta ${chosen.number}`;
      said.replaceChildren(link, ` debe ${chosen.debt}`);
    }
    draw();
  }

  const doings = { in: () => bring(STEP), out: () => bring(1 / STEP), all: showAll };
  const keys = {
    "+": doings.in, "=": doings.in, "-": doings.out, "0": showAll,
    ArrowLeft: () => move(-60, 0), ArrowRight: () => move(60, 0), ArrowUp: () => move(0, -60), ArrowDown: () => move(0, 60),
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
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    bring(event.deltaY < 0 ? STEP : 1 / STEP);
  }, { passive: false });
  canvas.addEventListener("pointerdown", (event) => {
    grip = { x: event.clientX, y: event.clientY, moved: false };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!grip) return;
    const across = grip.x - event.clientX;
    const down = grip.y - event.clientY;
    if (!grip.moved && Math.hypot(across, down) < 4) return;
    move(across, down);
    Object.assign(grip, { x: event.clientX, y: event.clientY, moved: true });
  });
  canvas.addEventListener("pointerup", (event) => {
    if (grip && !grip.moved) choose(event);
    grip = null;
  });
  canvas.addEventListener("pointercancel", () => { grip = null; });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  new ResizeObserver(draw).observe(canvas);
}

export function watchPoints() {
  for (const frame of document.querySelectorAll("[data-points]")) watch(frame);
}
