/* Phone pages: they work without it; with it a big photo is refused before it is sent, and nothing goes twice. */
(() => {
  const MOST_BYTES = 15 * 1024 * 1024;
  document.documentElement.classList.add("has-script");

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once], [data-photo]")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    const button = form.querySelector("button:not([type=button])");
    button.setAttribute("aria-busy", "true");
    const photo = form.querySelector("input[type=file]");
    if (form.dataset.sending && photo?.files.length) button.textContent = form.dataset.sending;
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-photo]");
    if (!form || event.target.type !== "file") return;
    const isTooLarge = [...event.target.files].some((file) => file.size > MOST_BYTES);
    const error = form.querySelector("[data-photo-error]");
    error.hidden = !isTooLarge;
    error.textContent = isTooLarge ? form.dataset.tooLarge : "";
    if (isTooLarge) event.target.value = "";
    else if (event.target.files.length) form.querySelector("[data-photo-name]").textContent = event.target.files[0].name;
  });
})();
