// A panel over whatever is on the screen: a link with data-panel opens its address in a dialog, told of the account that the page shows. What a form asks only for one answer ([data-when="field:VALUE"]) is shown with that answer.
function show(form) {
  for (const part of form.querySelectorAll("[data-when]")) {
    const [name, values] = part.dataset.when.split(":");
    const chosen = form.querySelector(`[name="${name}"]:checked, select[name="${name}"]`);
    part.hidden = !chosen || !values.split(",").includes(chosen.value);
  }
}

function showAll(root) {
  for (const form of root.querySelectorAll("form[data-asks]")) show(form);
}

export function watchPanels() {
  const dialog = document.getElementById("panel");
  const place = dialog && dialog.querySelector("[data-panel-content]");
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-panel]");
    if (link && dialog && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (dialog.open) return;
      const account = document.querySelector("[data-account]");
      const address = new URL(link.dataset.panel, window.location.href);
      if (account) address.searchParams.set("cuenta", account.dataset.account);
      window.htmx.ajax("GET", `${address.pathname}${address.search}`, { target: place, swap: "innerHTML" }).then(() => {
        dialog.showModal();
        showAll(place);
        const first = place.querySelector("[autofocus]");
        if (first) first.focus();
      });
    }
    if (event.target === dialog || event.target.closest("[data-close-panel]")) {
      event.preventDefault();
      dialog?.close();
    }
    const chosen = event.target.closest("[data-fill]");
    if (chosen) {
      const form = chosen.closest("form");
      for (const [name, value] of Object.entries(JSON.parse(chosen.dataset.fill))) {
        const field = form.querySelector(`[name="${name}"]`);
        if (field && value) field.value = value;
      }
      form.querySelector('[name="matter"]')?.focus();
    }
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-asks]");
    if (form) show(form);
  });
  showAll(document);
}
