// htmx is bundled; its settings come from the page's <meta name="htmx-config"> (no eval, no inline styles, no history cache).
import htmx from "htmx.org";

window.htmx = htmx;

// A failed partial reload is said, never swallowed: the person may have lost the network or the session.
function say(text) {
  const place = document.getElementById("avisos");
  if (!place) return;
  const note = document.createElement("div");
  note.className = "notice notice-bad";
  note.textContent = text;
  place.replaceChildren(note);
  setTimeout(() => note.remove(), 8000);
}

document.addEventListener("htmx:sendError", () => say("No hay conexión con el servidor. Revise la red y vuelva a intentar."));
document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  if (status === 403) say("Su sesión terminó o no tiene permiso. Vuelva a entrar.");
  else say("No se pudo completar. Vuelva a intentar; si sigue, avise a Informática.");
});

// The sign-in page must never appear inside a fragment.
document.addEventListener("htmx:beforeSwap", (event) => {
  const address = event.detail.xhr.responseURL || "";
  if (address.includes("/acceso/")) {
    event.detail.shouldSwap = false;
    window.location.assign(address);
  }
});

export default htmx;
