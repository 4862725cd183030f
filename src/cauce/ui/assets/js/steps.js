// A list that is worked through: up and down go to the one before and the one after, and a row that is dragged is left in its place by the form of the page.
function isBusy(element) {
  return document.querySelector("dialog[open]") || element.closest?.("input:not([type=checkbox]), textarea, select, [data-map]");
}

export function watchSteps() {
  // Only the list moves, never the page.
  const current = document.querySelector('.review-list [aria-current="true"]')?.closest("li");
  if (current) current.parentElement.scrollTop = current.offsetTop - current.parentElement.offsetTop - current.offsetHeight * 2;
  document.addEventListener("keydown", (event) => {
    const way = { ArrowUp: "up", ArrowDown: "down" }[event.key];
    if (!way || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || isBusy(event.target)) return;
    const link = document.querySelector(`[data-step="${way}"]`);
    if (!link) return;
    event.preventDefault();
    link.click();
  });
  const list = document.querySelector("[data-order-list]");
  const form = document.querySelector("form[data-order]");
  if (!list || !form) return;
  let dragged = null;
  for (const row of list.children) row.draggable = true;
  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("li");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.account);
  });
  list.addEventListener("dragover", (event) => {
    const row = event.target.closest("li");
    if (!row || !dragged || row === dragged) return;
    event.preventDefault();
    list.querySelectorAll(".is-target").forEach((each) => each.classList.remove("is-target"));
    row.classList.add("is-target");
  });
  list.addEventListener("dragend", () => list.querySelectorAll(".is-target").forEach((each) => each.classList.remove("is-target")));
  list.addEventListener("drop", (event) => {
    const row = event.target.closest("li");
    if (!row || !dragged || row === dragged) return;
    event.preventDefault();
    form.elements.cuenta.value = dragged.dataset.account;
    form.elements.lugar.value = row.dataset.place;
    form.requestSubmit();
  });
}
