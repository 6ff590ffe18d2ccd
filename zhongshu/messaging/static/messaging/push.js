/* Asks the browser to let itself be woken, and tells the server where. */
(() => {
  const button = document.getElementById("push");
  if (!button) return;
  const said = document.getElementById("push-said");
  const say = (text) => { said.textContent = text; };
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) { button.disabled = true; say(button.dataset.unable); return; }
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

  const turnOn = async () => {
    if (await Notification.requestPermission() !== "granted") { say(button.dataset.refused); return; }
    await navigator.serviceWorker.register(button.dataset.worker, { scope: "/" });
    const worker = await navigator.serviceWorker.ready;
    const options = { userVisibleOnly: true, applicationServerKey: bytes(button.dataset.key) };
    const subscription = await worker.pushManager.subscribe(options);
    const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
    const answer = await fetch(button.dataset.to, {
      method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": token }, body: JSON.stringify(subscription),
    });
    say(answer.ok ? button.dataset.done : (await answer.json()).message);
  };
  button.addEventListener("click", () => { turnOn().catch(() => say(button.dataset.unable)); });
})();
