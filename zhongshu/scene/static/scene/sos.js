/* A call for help is sent until it has arrived, also when the page is opened again: its key makes twice be once. */
(() => {
  const PENDING = "zhongshu.sos", EVERY = 3000, KEPT = 15 * 60 * 1000;
  const form = document.querySelector("[data-sos]");
  const waiting = document.querySelector("[data-sos-waiting]");
  const buttons = form.querySelectorAll("button");
  let timer, isSending = false;

  const remember = (said) => { try { localStorage.setItem(PENDING, JSON.stringify({ said, since: Date.now() })); } catch { /* no storage: only this page retries */ } };
  const forget = () => { try { localStorage.removeItem(PENDING); } catch { /* as above */ } };
  const remembered = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(PENDING));
      return kept && Date.now() - kept.since < KEPT ? kept.said : null;
    } catch { return null; }
  };

  const later = (said) => { waiting.hidden = false; clearTimeout(timer); timer = setTimeout(() => send(said), EVERY); };

  const send = async (said) => {
    if (isSending) return;
    isSending = true;
    const body = new FormData(form);
    for (const [name, value] of Object.entries(said)) body.set(name, value);
    try {
      const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin", redirect: "follow" });
      if (answer.status >= 500) return later(said);
      forget();
      // Refused: the form itself says why, sent the ordinary way.
      if (answer.ok) location.assign(answer.url); else { plain(said); }
    } catch { later(said); } finally { isSending = false; }
    return undefined;
  };

  const plain = (said) => {
    for (const [name, value] of Object.entries(said)) {
      const field = form.elements.namedItem(name);
      if (field instanceof HTMLInputElement) field.value = value;
      else form.insertAdjacentElement("beforeend", Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
    form.submit();
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const said = Object.fromEntries(new FormData(form, event.submitter));
    delete said.csrfmiddlewaretoken;
    remember(said);
    for (const button of buttons) button.setAttribute("aria-busy", "true");
    send(said);
  });
  addEventListener("online", () => { const said = remembered(); if (said) send(said); });
  const unsent = remembered();
  if (unsent) { waiting.hidden = false; send(unsent); }
})();
