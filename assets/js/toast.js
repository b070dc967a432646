// Toasts that only report go after eight seconds, unless a pointer or the focus rests on them. Refusals and undo stay.
const lasting = 8000;

function expire(toast) {
  setTimeout(() => {
    if (toast.matches(":hover, :focus-within")) expire(toast);
    else toast.remove();
  }, lasting);
}

function adopt(root) {
  for (const toast of root.querySelectorAll(".toast[data-passing]:not([data-seen])")) {
    toast.dataset.seen = "";
    expire(toast);
  }
}

document.addEventListener("click", (event) => {
  event.target.closest(".toast-close")?.closest(".toast").remove();
});
document.addEventListener("htmx:afterSwap", () => adopt(document));
document.addEventListener("htmx:sendError", () => report("offline"));
document.addEventListener("htmx:responseError", () => report("failed"));

/** Shows one of the sentences that the page brought along for when the server does not answer. */
function report(kind) {
  const region = document.querySelector("dialog[open] .toasts") ?? document.getElementById("toasts");
  const sentence = document.getElementById(`toast-${kind}`);
  if (region && sentence) region.replaceChildren(sentence.content.cloneNode(true));
}

adopt(document);
