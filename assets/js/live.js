// Live updates. A lost connection shows a band; new rows wait behind "3 new" so that no list moves under the pointer.
import htmx from "htmx.org";

const band = () => document.getElementById("paused");

function paused() {
  const node = band();
  if (!node || !node.hidden) return;
  const clock = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: document.body.dataset.zone });
  node.querySelector("[data-since]").textContent = clock.format(new Date());
  node.hidden = false;
}

document.addEventListener("htmx:sseError", paused);
document.addEventListener("htmx:sseOpen", () => {
  if (band()) band().hidden = true;
});

/** Counts what waits in a list's holding place and says so on its button. */
function count(waiting) {
  const button = document.querySelector(`[data-show="${waiting.id}"]`);
  const rows = waiting.childElementCount;
  button.hidden = rows === 0;
  button.querySelector("[data-count]").textContent = String(rows);
}

document.addEventListener("htmx:sseMessage", (event) => {
  if (event.target.matches?.("[data-waiting]")) count(event.target);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-show]");
  if (!button) return;
  const waiting = document.getElementById(button.dataset.show);
  const list = document.getElementById(waiting.dataset.waiting);
  for (const row of waiting.children) row.dataset.fresh = "";
  list.prepend(...waiting.children);
  const limit = Number(waiting.dataset.limit || 100);
  while (list.childElementCount > limit) list.lastElementChild.remove();
  htmx.process(list);
  count(waiting);
  list.firstElementChild?.querySelector("a, button")?.focus({ preventScroll: true });
});
