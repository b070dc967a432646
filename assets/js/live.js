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

for (const name of ["htmx:sseMessage", "htmx:afterSettle"]) {
  document.addEventListener(name, (event) => {
    if (event.target.matches?.("[data-waiting]")) count(event.target);
  });
}

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

// A fragment marked data-still is not replaced while somebody is at it: moves in it, types in it, has opened a part of
// it. It is fetched again ("fresh") as soon as they rest, and at the latest after a minute without a touch.
let touched = 0;
const sinceTouch = () => Date.now() - touched;

for (const name of ["pointermove", "pointerdown", "keydown"]) {
  document.addEventListener(name, () => { touched = Date.now(); }, { passive: true });
}

function inUse(node) {
  if (sinceTouch() < 2000 && node.matches(":hover, :focus-within")) return true;
  return sinceTouch() < 60000 && node.querySelector("details[open]") !== null;
}

function freshen(node) {
  if (!node.isConnected) return;
  if (inUse(node)) setTimeout(freshen, 1000, node);
  else {
    delete node.dataset.stale;
    htmx.trigger(node, "fresh");
  }
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const node = event.detail.target;
  if (!node.matches?.("[data-still]") || !inUse(node)) return;
  event.detail.shouldSwap = false;
  if ("stale" in node.dataset) return;
  node.dataset.stale = "";
  setTimeout(freshen, 1000, node);
});
