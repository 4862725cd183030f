// Ctrl+K opens the palette of accounts and actions. What the page itself offers ([data-doing]) comes first.
function folded(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

function ownDoings(text) {
  const words = folded(text).split(/\s+/).filter(Boolean);
  return [...document.querySelectorAll("main [data-doing]")].filter((doing) => {
    const said = folded(doing.textContent);
    return words.every((word) => said.includes(word));
  });
}

function optionFor(doing, position) {
  const item = document.createElement("li");
  item.className = "hit hit-action";
  item.setAttribute("role", "none");
  const option = document.createElement("button");
  option.type = "button";
  option.id = `paleta-aqui-${position}`;
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  const icon = doing.querySelector("svg")?.cloneNode(true) || "";
  const label = document.createElement("span");
  label.textContent = (doing.querySelector("b") || doing).textContent.trim();
  const here = document.createElement("span");
  here.className = "soft small";
  here.textContent = "en esta página";
  option.append(icon, label, here);
  option.addEventListener("click", () => {
    document.getElementById("paleta").close();
    doing.click();
  });
  item.append(option);
  return item;
}

function addOwnDoings(dialog, text) {
  const results = dialog.querySelector("[data-finder-results]");
  const doings = ownDoings(text);
  if (!doings.length) return;
  let list = results.querySelector(".hits");
  if (!list) {
    list = document.createElement("ul");
    list.className = "hits";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Cuentas y acciones");
    results.replaceChildren(list);
  }
  list.prepend(...doings.map(optionFor));
}

export function watchPalette() {
  const dialog = document.getElementById("paleta");
  if (!dialog) return;
  const input = dialog.querySelector("[data-finder-input]");
  const open = () => {
    if (dialog.open) return;
    dialog.showModal();
    input.value = "";
    input.focus();
    window.htmx.trigger(input, "palette:open");
  };
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (dialog.open) dialog.close();
      else open();
    }
  });
  // Before the finder marks the first option, which listens for the same event on the document.
  dialog.addEventListener("htmx:afterSwap", () => addOwnDoings(dialog, input.value));
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-open-palette]")) open();
    if (event.target === dialog) dialog.close();
  });
}
