// The sheet: whatever is swapped into #sheet-content opens it; an answer that empties it closes it.
const sheet = () => document.getElementById("sheet");

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "sheet-content") return;
  const dialog = sheet();
  const filled = event.detail.target.childElementCount > 0;
  if (filled && !dialog.open) dialog.showModal();
  if (!filled && dialog.open) dialog.close();
  event.detail.target.querySelector("[autofocus]")?.focus();
});

document.addEventListener("click", (event) => {
  const dialog = event.target.closest("dialog");
  if (dialog && (event.target === dialog || event.target.closest("[data-close]"))) {
    event.preventDefault();
    dialog.close();
  }
});

// A refusal is shown above the sheet that caused it, not behind it.
document.addEventListener("htmx:beforeSwap", (event) => {
  const dialog = sheet();
  if (event.detail.xhr.status === 409 && dialog?.open) {
    event.detail.target = dialog.querySelector(".toasts");
  }
});
