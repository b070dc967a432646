// <form data-draft="key">: what is typed outlives a reload, a lost connection and an expired session, in this tab only.
const fields = (form) => [...form.elements].filter((field) => field.name && !/^(hidden|password|file)$/.test(field.type));
const place = (form) => `draft:${location.pathname}:${form.dataset.draft}`;
const value = (field) => (/^(checkbox|radio)$/.test(field.type) ? field.checked : field.value);

function keep(form) {
  sessionStorage.setItem(place(form), JSON.stringify(fields(form).map(value)));
}

function restore(form) {
  const kept = JSON.parse(sessionStorage.getItem(place(form)) ?? "[]");
  const all = fields(form);
  if (kept.length !== all.length) return;
  all.forEach((field, position) => {
    if (typeof kept[position] === "boolean") field.checked = kept[position];
    else field.value = kept[position];
  });
}

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-draft]");
  if (form) keep(form);
});

// The server took it when the next page is neither the sign-in nor the same form with errors.
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-draft]")) sessionStorage.setItem("draft-sent", place(event.target));
});

const sent = sessionStorage.getItem("draft-sent");
const forms = [...document.querySelectorAll("form[data-draft]")];
if (sent && !("entrance" in document.body.dataset) && !forms.some((form) => place(form) === sent && form.querySelector('[aria-invalid="true"]'))) {
  sessionStorage.removeItem(sent);
}
sessionStorage.removeItem("draft-sent");
forms.forEach(restore);
