// A finder is a combobox: the arrows walk its results, Enter opens the marked one, Escape closes them.
function optionsOf(finder) {
  return [...finder.querySelectorAll("[role=option]")];
}

function mark(finder, index) {
  const input = finder.querySelector("[data-finder-input]");
  const options = optionsOf(finder);
  options.forEach((option, position) => option.setAttribute("aria-selected", String(position === index)));
  const chosen = options[index];
  if (chosen) {
    input.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  } else {
    input.removeAttribute("aria-activedescendant");
  }
}

function marked(finder) {
  return optionsOf(finder).findIndex((option) => option.getAttribute("aria-selected") === "true");
}

function close(finder) {
  finder.querySelector("[data-finder-results]").replaceChildren();
  const input = finder.querySelector("[data-finder-input]");
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function takeWanted(finder) {
  if (!finder.dataset.wanted) return;
  delete finder.dataset.wanted;
  optionsOf(finder)[0]?.click();
}

export function watchFinders() {
  document.addEventListener("keydown", (event) => {
    const finder = event.target.closest?.("[data-finder]");
    if (!finder || !event.target.matches("[data-finder-input]")) return;
    const options = optionsOf(finder);
    const at = marked(finder);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!options.length) return;
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark(finder, (at + step + options.length) % options.length);
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      options[at].click();
    } else if (event.key === "Enter" && finder.dataset.stale && finder.closest("dialog")) {
      // The palette has no page of its own to go to: the first result is taken when it comes.
      event.preventDefault();
      finder.dataset.wanted = "1";
      setTimeout(() => takeWanted(finder), 1500);
    } else if (event.key === "Escape" && options.length && !finder.closest("dialog") && !finder.hasAttribute("data-finder-stays")) {
      event.preventDefault();
      close(finder);
    }
  });
  // Results of what was typed before are stale: until the new ones come, Enter sends the text itself (a scanner is quick).
  document.addEventListener("input", (event) => {
    const finder = event.target.closest?.("[data-finder]");
    if (!finder || !event.target.matches("[data-finder-input]")) return;
    mark(finder, -1);
    finder.dataset.stale = "1";
    delete finder.dataset.wanted;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const finder = event.detail.target.closest?.("[data-finder]");
    if (!finder) return;
    const count = optionsOf(finder).length;
    finder.querySelector("[data-finder-input]").setAttribute("aria-expanded", String(count > 0));
    mark(finder, count ? 0 : -1);
    delete finder.dataset.stale;
    takeWanted(finder);
  });
  for (const finder of document.querySelectorAll("[data-finder]")) {
    if (optionsOf(finder).length) {
      finder.querySelector("[data-finder-input]").setAttribute("aria-expanded", "true");
      mark(finder, 0);
    }
  }
  document.addEventListener("focusin", (event) => {
    for (const finder of document.querySelectorAll(".topbar [data-finder]")) {
      if (!finder.contains(event.target)) close(finder);
    }
  });
}
