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

function draw(figure) {
  const canvas = figure.querySelector("canvas");
  const rows = rowsOf(figure);
  const tones = { "": colour("--teal-bar"), accent: colour("--accent-fill"), soft: colour("--line-strong") };
  const soft = colour("--ink-3");
  const unit = figure.dataset.unit || "";
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  drawn.get(canvas)?.destroy();
  const chart = new Chart(canvas, {
    type: "bar",
    data: {
      labels: rows.map((row) => row.label),
      datasets: [{ data: rows.map((row) => row.value), backgroundColor: rows.map((row) => tones[row.tone] || tones[""]), borderRadius: 4, maxBarThickness: 34, categoryPercentage: 0.86 }],
    },
    options: {
      animation: still ? false : { duration: 250 },
      responsive: true,
      maintainAspectRatio: false,
      layout: { padding: { top: 16 } },
      font: { family: "Noto Sans" },
      plugins: {
        tooltip: {
          displayColors: false,
          callbacks: { label: (item) => [`${item.formattedValue} ${unit}`, rows[item.dataIndex].note].filter(Boolean) },
        },
      },
      scales: {
        x: { grid: { display: false }, border: { color: colour("--line-strong") }, ticks: { color: soft, font: { family: "Noto Sans", size: 11 }, maxRotation: 0 } },
        y: { display: false, beginAtZero: true },
      },
    },
    plugins: [
      {
        id: "figures",
        afterDatasetsDraw({ ctx }) {
          ctx.save();
          ctx.font = '600 11px "Noto Sans"';
          ctx.fillStyle = colour("--ink-2");
          ctx.textAlign = "center";
          Chart.getChart(canvas)?.getDatasetMeta(0).data.forEach((bar, index) => {
            if (rows[index].value !== null) ctx.fillText(rows[index].value.toLocaleString("es-MX"), bar.x, bar.y - 5);
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
  document.fonts.load('600 11px "Noto Sans"').finally(() => figures.forEach(draw));
}

window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawCharts(document));
