// The theme is a cookie that the server reads, so the first paint is already right.
const year = 365 * 24 * 3600;

document.addEventListener("click", (event) => {
  const choice = event.target.closest("[data-set-theme]");
  if (!choice) return;
  event.preventDefault();
  const theme = choice.dataset.setTheme;
  document.documentElement.dataset.theme = theme;
  document.cookie = `theme=${theme}; path=/; max-age=${year}; samesite=lax`;
  for (const other of document.querySelectorAll("[data-set-theme]")) {
    other.setAttribute("aria-pressed", String(other.dataset.setTheme === theme));
  }
});
