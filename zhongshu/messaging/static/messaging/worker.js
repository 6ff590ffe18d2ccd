/* Shows what is pushed, also while no page is open, and leads to where it belongs. */
self.addEventListener("push", (event) => {
  const said = event.data ? event.data.json() : {};
  event.waitUntil(self.registration.showNotification(said.title || "", {
    body: said.body || "", tag: said.tag, data: { link: said.link || "/" }, lang: "zh",
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const wanted = new URL(event.notification.data.link, self.location.origin);
  if (wanted.origin !== self.location.origin) return;
  event.waitUntil(self.clients.matchAll({ type: "window" }).then((pages) => {
    const open = pages.find((page) => page.url === wanted.href);
    return open ? open.focus() : self.clients.openWindow(wanted.href);
  }));
});
