/* Passwords shown and hidden, and recovery codes copied, saved and printed. Everything hangs on data attributes. */
(() => {
  const on = (name, act) => document.addEventListener("click", (event) => {
    const button = event.target.closest(`[data-${name}]`);
    if (button) act(button, document.querySelector(button.dataset[name]));
  });

  on("unmask", (button, field) => {
    const shown = field.type === "password";
    field.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
    field.focus();
  });

  on("print", () => window.print());

  on("save", (button, source) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([source.innerText + "\n"], { type: "text/plain" }));
    link.download = button.dataset.file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });

  // Without TLS browsers keep the clipboard to themselves, but still copy what is selected.
  on("copy", (button, source) => {
    const chosen = window.getSelection();
    chosen.selectAllChildren(source);
    document.execCommand("copy");
    chosen.removeAllRanges();
    document.querySelector(button.dataset.said).hidden = false;
  });
})();
