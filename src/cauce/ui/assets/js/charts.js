// A chart reads the table beside it, so the figures are written once and are there for everyone.
import { BarController, BarElement, CategoryScale, Chart, LinearScale, Tooltip } from "chart.js";

Chart.register(BarController, BarElement, CategoryScale, LinearScale, Tooltip);

function colour(token) {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

function rowsOf(figure) {
  return [...figure.querySelectorAll("tbody tr")].map((row) => ({
    label: row.dataset.label,
    value: row.dataset.value === "" ? null : Number(row.dataset.value),
    tone: row.dataset.tone || "",
    note: row.dataset.note || "",
  }));
}

const drawn = new Map();
const FIGURES = '600 11px "Noto Sans"';
const MOST_NAMES = 9;

function widthOf(canvas, texts) {
  const ctx = canvas.getContext("2d");
  ctx.save();
  ctx.font = FIGURES;
  const widest = Math.max(0, ...texts.map((text) => ctx.measureText(text).width));
  ctx.restore();
  return widest;
}

function linesOf(canvas, text, room) {
  const lines = [];
  for (const word of text.split(" ")) {
    const longer = lines.length ? `${lines[lines.length - 1]} ${word}` : word;
    if (lines.length && widthOf(canvas, [longer]) <= room) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function draw(figure) {
  const canvas = figure.querySelector("canvas");
  const rows = rowsOf(figure);
  const tones = { "": colour("--teal-bar"), accent: colour("--accent-fill"), soft: colour("--line-strong") };
  const soft = colour("--ink-3");
  const unit = figure.dataset.unit || "";
  const figures = rows.map((row) => (row.value === null ? "" : row.value.toLocaleString("es-MX")));
  const widest = widthOf(canvas, figures);
  // On a narrow screen the figures stand up and the labels, when they are few, take several lines: none covers the next.
  const room = canvas.parentElement.clientWidth / (rows.length || 1) - 6;
  const stands = widest > room;
  const isShort = rows.length <= MOST_NAMES;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  drawn.get(canvas)?.destroy();
  const chart = new Chart(canvas, {
    type: "bar",
    data: {
      labels: rows.map((row) => (isShort ? linesOf(canvas, row.label, room) : row.label)),
      datasets: [{ data: rows.map((row) => row.value), backgroundColor: rows.map((row) => tones[row.tone] || tones[""]), borderRadius: 4, maxBarThickness: 34, categoryPercentage: 0.86 }],
    },
    options: {
      animation: still ? false : { duration: 250 },
      responsive: true,
      maintainAspectRatio: false,
      layout: { padding: { top: stands ? widest + 10 : 16 } },
      font: { family: "Noto Sans" },
      plugins: {
        tooltip: {
          displayColors: false,
          callbacks: { label: (item) => [`${item.formattedValue} ${unit}`, rows[item.dataIndex].note].filter(Boolean) },
        },
      },
      scales: {
        x: { grid: { display: false }, border: { color: colour("--line-strong") }, ticks: { color: soft, font: { family: "Noto Sans", size: 11 }, autoSkip: !isShort, maxRotation: 0 } },
        y: { display: false, beginAtZero: true },
      },
    },
    plugins: [
      {
        id: "figures",
        afterDatasetsDraw({ ctx }) {
          ctx.save();
          ctx.font = FIGURES;
          ctx.fillStyle = colour("--ink-2");
          ctx.textAlign = stands ? "left" : "center";
          Chart.getChart(canvas)?.getDatasetMeta(0).data.forEach((bar, index) => {
            ctx.save();
            ctx.translate(bar.x + (stands ? 4 : 0), Math.min(bar.y, bar.base) - 5);
            if (stands) ctx.rotate(-Math.PI / 2);
            ctx.fillText(figures[index], 0, 0);
            ctx.restore();
          });
          ctx.restore();
        },
      },
    ],
  });
  drawn.set(canvas, chart);
}


export function drawCharts(root) {
  const figures = root.querySelectorAll?.("[data-chart]") || [];
  if (!figures.length) return;
  // The figures' width depends on the typeface: draw once it is there.
  document.fonts.load(FIGURES).finally(() => figures.forEach(draw));
}

window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawCharts(document));
