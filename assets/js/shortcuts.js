// Shift+H: hold. "?": what the keys do. "/": search or filter. "g" then a letter: go to a page.
let went = 0;

const typing = (node) => node.closest("input, textarea, select, [contenteditable]") !== null;

function press(event) {
  if (event.key === "H" && event.shiftKey) return document.getElementById("hold");
  if (event.key === "/") return document.querySelector("[data-search]");
  if (event.timeStamp - went < 1500) return document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
  return null;
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-shortcuts]")) document.getElementById("shortcuts").showModal();
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "?") {
    document.getElementById("shortcuts")?.showModal();
    return;
  }
  const found = press(event);
  went = event.key === "g" ? event.timeStamp : 0;
  if (!found || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  if (found.matches("input")) found.focus();
  else found.click();
});
