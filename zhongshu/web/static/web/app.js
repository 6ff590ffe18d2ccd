/* Small helpers that htmx does not cover. No inline script anywhere: everything hangs on data attributes. */
(() => {
  const typing = () => /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? "");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing()) return;
    const wanted = document.querySelector(`[data-shortcut="${CSS.escape(event.key)}"]`);
    if (!wanted) return;
    event.preventDefault();
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(wanted.tagName)) { wanted.focus(); wanted.select?.(); } else wanted.click();
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
  });

  document.addEventListener("click", (event) => {
    const toggle = event.target.closest("[data-toggle]");
    if (!toggle) return;
    const target = document.querySelector(toggle.dataset.toggle);
    const shown = target.classList.toggle("show");
    toggle.setAttribute("aria-expanded", String(shown));
  });

  document.addEventListener("submit", (event) => {
    const question = event.target.dataset.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  });

  const lost = (is) => { const bar = document.getElementById("lost-connection"); if (bar) bar.hidden = !is; };
  document.addEventListener("htmx:sendError", () => lost(true));
  // An answer of 502 and the like comes from what stands before a server that is down.
  document.addEventListener("htmx:afterOnLoad", (event) => lost(event.detail.xhr.status >= 500));
  // A part of a page that came too often is not put in: its sentence is said for a while, and what was typed stays.
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status !== 429) return;
    const said = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html").querySelector("[role=alert]");
    if (!said || document.querySelector("[data-too-many]")) return;
    said.dataset.tooMany = "";
    said.classList.add("lost-connection");
    document.body.append(said);
    setTimeout(() => said.remove(), 6000);
  });
  window.addEventListener("offline", () => lost(true));
  window.addEventListener("online", () => lost(false));
})();
