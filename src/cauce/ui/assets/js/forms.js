// Forms: the errors' summary takes the focus, a form is sent once, a change of choice may send its form, and leaving typed work asks first.
export function watchForms() {
  // The browser gives the focus when it has painted; whoever types as the page comes in would lose their first keys.
  const first = document.querySelector("[data-focus-me]") || (document.activeElement === document.body && document.querySelector("[autofocus]"));
  if (first) first.focus();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    // Going back must give a form that can be sent again.
    setTimeout(() => delete form.dataset.sent, 4000);
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-send-on-change]");
    if (form) form.requestSubmit();
  });
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open-dialog]");
    if (opener) document.getElementById(opener.dataset.openDialog)?.showModal();
    if (event.target.closest("[data-close-dialog]")) event.target.closest("dialog")?.close();
  });
}
