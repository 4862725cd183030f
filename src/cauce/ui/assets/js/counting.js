// Counting bills and coins: subtotals and total as one types, and Enter or the arrows go from one piece to the next.
const MONEY = new Intl.NumberFormat("es-MX", { style: "currency", currency: "MXN", currencyDisplay: "narrowSymbol" });

function cents(text) {
  return Math.round(Number(text) * 100);
}

function addUp(form) {
  let total = 0;
  for (const input of form.querySelectorAll("[data-piece]")) {
    const count = /^\d{1,6}$/.test(input.value.trim()) ? Number(input.value) : 0;
    const worth = count * cents(input.dataset.piece);
    total += worth;
    const subtotal = input.closest("tr")?.querySelector("[data-subtotal]");
    if (subtotal) subtotal.textContent = count ? MONEY.format(worth / 100) : "";
  }
  for (const output of form.querySelectorAll("[data-count-total]")) output.textContent = MONEY.format(total / 100);
}

function step(form, from, by) {
  const stops = [...form.querySelectorAll("[data-piece], [data-next], button[type=submit]")];
  const next = stops[stops.indexOf(from) + by];
  if (!next) return;
  next.focus();
  if (next.select) next.select();
}

export function watchCounts() {
  for (const form of document.querySelectorAll("form[data-count]")) {
    addUp(form);
    form.addEventListener("input", () => addUp(form));
    form.addEventListener("keydown", (event) => {
      if (!event.target.matches("[data-piece], [data-next]") || event.altKey || event.ctrlKey || event.metaKey) return;
      const by = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!by) return;
      event.preventDefault();
      step(form, event.target, by);
    });
  }
}
