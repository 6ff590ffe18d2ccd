/* Sums while one types at the counter. The server reckons them again: these are only shown. */
(() => {
  const cents = (text) => Math.round(Number(String(text).trim() || NaN) * 100);
  const yuan = (value) => (value / 100).toLocaleString("en-US", { minimumFractionDigits: 2 });
  const show = (line, value) => {
    if (!line) return;
    line.hidden = !Number.isFinite(value);
    line.querySelector("strong").textContent = Number.isFinite(value) ? yuan(value) : "";
  };

  const till = document.querySelector("[data-counter]");
  if (till) {
    const amount = till.elements.amount, tendered = till.elements.tendered, marks = [...till.querySelectorAll("[data-owed]")];
    const first = amount.value;
    const change = () => {
      const back = cents(tendered.value) - cents(amount.value);
      show(till.querySelector("[data-change]"), back >= 0 ? back : NaN);
    };
    marks.forEach((mark) => mark.addEventListener("change", () => {
      const chosen = marks.filter((each) => each.checked);
      const sum = chosen.reduce((total, each) => total + cents(each.dataset.owed), 0);
      amount.value = chosen.length ? (sum / 100).toFixed(2) : first;
      change();
    }));
    [amount, tendered].forEach((box) => box.addEventListener("input", change));
    let sent = false;
    till.addEventListener("submit", (event) => { if (sent) event.preventDefault(); sent = true; });
    window.addEventListener("pageshow", () => { sent = false; });
    amount.focus();
    amount.select();
  }

  const drawer = document.querySelector("[data-drawer]");
  if (drawer) {
    const notes = [...drawer.querySelectorAll("[name^=note_]")];
    drawer.addEventListener("input", () => {
      const sum = notes.reduce((total, note) => total + Number(note.value || 0) * cents(note.name.slice(5)), 0);
      show(drawer.querySelector("[data-counted]"), sum);
    });
  }
})();
