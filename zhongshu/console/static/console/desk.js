/* The call-taker's screen by keyboard alone. */
(() => {
  const form = document.querySelector("[data-desk]");
  if (!form) return;
  const start = form.querySelector("[data-desk-start]");
  const text = form.elements.text;
  const changed = () => form.dispatchEvent(new CustomEvent("desk:changed", { bubbles: true }));

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  // The card of the caller came: their rooms bear on what the place is, and the one picked shows in full.
  document.getElementById("caller").addEventListener("change", () => start.dispatchEvent(new Event("desk:picked")));
  document.body.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target.id === "caller") changed(); });

  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    if (event.target === text) {
      if (event.ctrlKey || event.metaKey) { event.preventDefault(); form.requestSubmit(); }
      return;
    }
    if (event.target === start || event.target.name === "account") {
      event.preventDefault();
      pickFirst();
      text.focus();
    } else if (event.target.tagName === "SELECT" || event.target.type === "radio" || event.target.type === "checkbox") {
      event.preventDefault();
      form.requestSubmit();
    }
  });

  const pickFirst = () => {
    const accounts = [...form.querySelectorAll("input[type=radio][name=account]")];
    if (accounts.length && !accounts.some((each) => each.checked)) accounts[0].click();
  };

  document.addEventListener("keydown", (event) => {
    if (event.altKey && /^[1-9]$/.test(event.key)) {
      const choice = form.querySelector(`[data-alt="${event.key}"]`);
      if (choice) { event.preventDefault(); choice.click(); }
    } else if (event.key === "F2") {
      // The call that rings at this desk: its number and caller go into the form.
      const taken = document.querySelector("[data-take-call]");
      if (taken) { event.preventDefault(); taken.click(); }
    } else if (event.key === "Escape" && !event.isComposing) {
      form.querySelector("[data-desk-reset]").click();
    }
  });

  // One order from an impatient double Enter: the second press finds the form on its way.
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) { event.preventDefault(); return; }
    sent = true;
    form.querySelector(".desk-send button").setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => { sent = false; });
})();
