// Keys of the whole product. A link or button with data-key="F2" answers to that key, and one of the page with a letter to that letter while nobody types; the browser's own keys are left alone.
const OWN = new Set(["F2", "F4", "F8", "F9"]);

function isTyping(element) {
  return element instanceof HTMLElement && (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName));
}

function isShown(element) {
  return element.getClientRects().length > 0;
}

export function focusFinder() {
  const inputs = [...document.querySelectorAll("main [data-finder-input], .topbar [data-finder-input]")].filter(isShown);
  const input = inputs.find((candidate) => candidate.closest("main")) || inputs[0];
  if (!input) return false;
  input.focus();
  input.select();
  return true;
}

export function watchKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
    if (OWN.has(event.key)) {
      const target = document.querySelector(`main [data-key="${event.key}"]`) || document.querySelector(`[data-key="${event.key}"]`);
      if (target) {
        event.preventDefault();
        target.click();
      }
      return;
    }
    const isLetter = /^[a-zñ]$/i.test(event.key) && !isTyping(event.target) && !document.querySelector("dialog[open]");
    const lettered = isLetter && document.querySelector(`main [data-key="${event.key.toUpperCase()}"]`);
    if (lettered) {
      event.preventDefault();
      lettered.click();
      return;
    }
    if (event.key === "/" && !isTyping(event.target)) {
      if (focusFinder()) event.preventDefault();
      return;
    }
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) {
      const opened = document.querySelector("details.rail-person[open]");
      if (opened) {
        opened.removeAttribute("open");
        opened.querySelector("summary").focus();
        return;
      }
      if (isTyping(event.target)) {
        event.target.blur();
        return;
      }
      const back = document.querySelector("[data-back]");
      if (back) back.click();
    }
  });
  document.addEventListener("click", (event) => {
    for (const details of document.querySelectorAll("details.rail-person[open]")) {
      if (!details.contains(event.target)) details.removeAttribute("open");
    }
    if (event.target.closest("[data-print]")) window.print();
  });
}
