// Keeps relative times true. The server has written correct ones; without this script they age until the next load.
const phrases = JSON.parse(document.body.dataset.phrases ?? "{}");
const hours = new Map();

/** "in 12 min", "3 h ago": the same steps as `templatetags/times.py` has. */
function words(seconds) {
  const size = Math.abs(seconds);
  const [per, unit] = size < 90 ? [1, "s"] : size < 5400 ? [60, "min"] : size < 129600 ? [3600, "h"] : [86400, "d"];
  const number = unit === "s" ? Math.trunc(size) : Math.trunc(size / per + 0.5);
  return phrases[(seconds < 0 ? "-" : "+") + unit].replace("{}", String(number));
}

function wall(zone) {
  if (!hours.has(zone)) {
    hours.set(zone, new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone }));
  }
  return hours.get(zone).format(new Date());
}

function tick() {
  for (const node of document.querySelectorAll("time[data-relative]")) {
    const text = words((Date.parse(node.dateTime) - Date.now()) / 1000);
    if (node.textContent !== text) node.textContent = text;
  }
  for (const node of document.querySelectorAll("[data-wall]")) {
    const text = wall(node.dataset.wall);
    if (node.textContent !== text) node.textContent = text;
  }
}

tick();
setInterval(tick, 1000);
document.addEventListener("htmx:afterSettle", tick);
