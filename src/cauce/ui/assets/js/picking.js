// Marking many rows at once, and dragging what waits to a day of the programme; each does no more than the form does.
export function watchPicking() {
  document.addEventListener("change", (event) => {
    if (!event.target.matches?.("[data-pick-all]")) return;
    const name = event.target.dataset.pickAll || "orders";
    const boxes = event.target.closest("form").querySelectorAll(`input[type="checkbox"][name="${name}"]`);
    boxes.forEach((box) => (box.checked = event.target.checked));
  });
  const board = document.querySelector(".board");
  if (!board) return;
  board.querySelectorAll(".board-order").forEach((order) => (order.draggable = true));
  board.addEventListener("dragstart", (event) => {
    const box = event.target.closest?.(".board-order")?.querySelector("input");
    if (!box) return;
    box.checked = true;
    event.dataTransfer.setData("text/plain", box.value);
  });
  const cellOf = (event) => event.target.closest?.(".board-cell:has(button)");
  board.addEventListener("dragover", (event) => {
    const cell = cellOf(event);
    if (!cell) return;
    event.preventDefault();
    cell.classList.add("is-target");
  });
  board.addEventListener("dragleave", (event) => cellOf(event)?.classList.remove("is-target"));
  board.addEventListener("drop", (event) => {
    const cell = cellOf(event);
    if (!cell) return;
    event.preventDefault();
    cell.querySelector("button").click();
  });
}
