// The till: what is being collected is summed while it is typed, its keys work from any field of figures, and an answer
// that never came is told as such. The server decides: this only shows. Amounts are whole cents.
function centsOf(text) {
  const plain = String(text || "").replace(/[$,\s]/g, "");
  return /^\d+(\.\d{0,2})?$|^\.\d{1,2}$/.test(plain) ? Math.round(Number(plain) * 100) : 0;
}

function pesos(cents) {
  const sign = cents < 0 ? "−" : "";
  const whole = String(Math.floor(Math.abs(cents) / 100)).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${sign}$${whole}.${String(Math.abs(cents) % 100).padStart(2, "0")}`;
}

function show(till, name, cents, shown) {
  const row = till.querySelector(`[data-till-${name}-row]`);
  if (row) row.hidden = !shown;
  const place = till.querySelector(`[data-till-${name}]`);
  if (place) place.textContent = cents === null ? "—" : pesos(cents);
}

function linesOf(till) {
  return [...till.querySelectorAll("[data-line]")].filter((line) => {
    const tick = line.querySelector("[name=paga]");
    return !tick || tick.checked;
  });
}

function sumOf(lines, name) {
  return lines.reduce((sum, line) => sum + centsOf(line.dataset[name]), 0);
}

function amountOf(till, chosen) {
  const lines = linesOf(till);
  const typed = centsOf(till.elements.importe.value);
  if (!chosen) return 0;
  if (chosen.value === "todo") return sumOf(lines, "exact");
  if (chosen.value === "vencido") return sumOf(lines, "overdue");
  if (chosen.value === "otro") return typed;
  if (chosen.value === "anticipo") return sumOf(lines, "exact") + typed;
  if (chosen.value === "cada") {
    return lines.reduce((sum, line) => sum + centsOf(line.querySelector("[data-till-line-amount]")?.value), 0);
  }
  return typed || centsOf(chosen.dataset.amount);
}

function sum(till) {
  const chosen = till.querySelector("[name=que]:checked");
  till.querySelector("[data-till-other]").hidden = !chosen || ["todo", "vencido", "cada"].includes(chosen.value);
  const total = amountOf(till, chosen);
  const handed = centsOf(till.elements.efectivo.value);
  const parts = [...till.querySelectorAll("[data-till-part]")];
  const known = parts.reduce((all, part) => all + centsOf(part.value), 0);
  const open = parts.some((part) => {
    const proof = part.closest("[data-till-method]").querySelector("[data-till-proof]");
    return !centsOf(part.value) && proof.value.trim();
  });
  const others = open ? Math.max(total - handed, known) : known;
  const coin = open ? 0 : centsOf(till.dataset.coin);
  const due = Math.max(total - others, 0);
  const cash = coin ? Math.round(due / coin) * coin : due;
  show(till, "total", total || (chosen && chosen.value !== "otro" ? total : null), true);
  show(till, "others", others, others > 0);
  show(till, "rounding", cash - due, cash !== due);
  show(till, "cash", cash, others > 0 || cash !== due);
  const change = handed - cash;
  till.querySelector("[data-till-change-label]").textContent = change < 0 ? "Faltan" : "Cambio";
  till.querySelector("[data-till-change-row]").classList.toggle("is-short", change < 0);
  show(till, "change", Math.abs(change), handed > 0 && !open);
}

function choose(till, step) {
  const choices = [...till.querySelectorAll("[name=que]")];
  const at = choices.findIndex((choice) => choice.checked);
  const next = choices[(at + step + choices.length) % choices.length];
  if (!next) return;
  next.checked = true;
  sum(till);
}

// A key of the till: a choice is taken (and its amount asked for), a method is opened, a link is followed.
function press(till, target) {
  if (target.matches("[name=que]")) {
    target.checked = true;
    sum(till);
    const field = ["otro", "anticipo"].includes(target.value)
      ? till.elements.importe
      : target.value === "cada"
        ? till.querySelector("[data-till-line-amount]")
        : till.elements.efectivo;
    field.focus();
    field.select();
  } else if (target.matches("summary")) {
    target.parentElement.open = true;
    target.parentElement.querySelector("input").focus();
  } else {
    target.click();
  }
}

function isFigures(element) {
  return element.matches?.("[data-figures]") || !/^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) || element.matches("[type=radio], [type=checkbox]");
}

export function watchTill() {
  const till = document.querySelector("form[data-till]");
  if (till) {
    till.addEventListener("input", (event) => {
      if (event.target.matches("[data-till-line-amount]")) {
        const each = till.querySelector("[name=que][value=cada]");
        if (each) each.checked = true;
      }
      sum(till);
    });
    till.addEventListener("change", () => sum(till));
    document.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented || document.querySelector("dialog[open]")) return;
      if (!isFigures(event.target)) return;
      if ((event.key === "ArrowDown" || event.key === "ArrowUp") && event.target.matches("[data-figures]")) {
        event.preventDefault();
        choose(till, event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "+") {
        event.preventDefault();
        const finder = document.querySelector(".topbar [data-finder-input]");
        finder?.focus();
        finder?.select();
      } else if (event.key.length === 1) {
        const target = document.querySelector(`[data-till-key="${CSS.escape(event.key.toUpperCase())}"]`);
        if (target) {
          event.preventDefault();
          press(till, target);
        } else if (event.target.matches("[data-figures]") && /[a-z]/i.test(event.key)) {
          event.preventDefault();
        }
      }
    });
    sum(till);
  }
  const money = document.querySelector("form[data-money-form]");
  if (!money) return;
  const unknown = () => {
    const place = document.getElementById("negativa");
    place.replaceChildren(document.getElementById("sin-respuesta").content.cloneNode(true));
    place.querySelector("a").focus();
  };
  money.addEventListener("htmx:sendError", unknown);
  money.addEventListener("htmx:timeout", unknown);
  money.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status >= 500) unknown();
  });
  document.addEventListener("htmx:afterSwap", (event) => event.detail.target.querySelector?.("[data-take-focus]")?.focus());
}
