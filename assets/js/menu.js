// Menus are <details>: this closes them on a press elsewhere and on Escape. The bottom bar's "more" opens and closes.
const opened = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of opened()) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const more = event.target.closest(".nav-more");
  const rest = document.getElementById("more");
  if (more) {
    event.preventDefault();
    rest.toggleAttribute("data-open");
  } else if (rest && !rest.contains(event.target)) {
    rest.removeAttribute("data-open");
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.getElementById("more")?.removeAttribute("data-open");
  for (const menu of opened()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
