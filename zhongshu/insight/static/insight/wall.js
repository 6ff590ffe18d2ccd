/* The wall: counts down between two answers, says when there was none for long, and asks again by itself. */
(() => {
  const STALE_AFTER = 35, RELOAD_AFTER = 6 * 3600;
  const started = performance.now();
  let heard = started;
  const wall = document.getElementById("wall"), stale = document.getElementById("stale"), since = document.getElementById("stale-for");
  const clock = (seconds) => {
    const s = Math.abs(Math.trunc(seconds)), pad = (n) => String(n).padStart(2, "0");
    return s >= 3600 ? `${Math.trunc(s / 3600)}:${pad(Math.trunc(s / 60) % 60)}:${pad(s % 60)}` : `${pad(Math.trunc(s / 60))}:${pad(s % 60)}`;
  };
  const tick = () => {
    const passed = (performance.now() - heard) / 1000;
    for (const place of wall.querySelectorAll("[data-left]")) {
      const left = Number(place.dataset.left) - passed;
      place.textContent = left < 0 ? `${place.dataset.late} ${clock(left)}` : clock(left);
      place.closest(".alarm").classList.toggle("is-late", left < 0);
    }
    stale.hidden = passed < STALE_AFTER;
    since.textContent = clock(passed);
  };
  wall.addEventListener("htmx:afterSwap", () => { heard = performance.now(); tick(); });
  // A newer version of the program comes with the next whole page, while the line is good.
  wall.addEventListener("htmx:afterSwap", () => { if ((performance.now() - started) / 1000 > RELOAD_AFTER) location.reload(); });
  window.addEventListener("online", () => document.body.dispatchEvent(new Event("wall:again")));
  setInterval(tick, 1000);
  tick();
})();
