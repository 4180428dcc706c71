// Light or dark: as the device is, until the person says otherwise.

const KEY = "campanile.theme";

export function applyTheme(theme = localStorage.getItem(KEY)) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

/** The other one of what is seen now. */
export function nextTheme() {
  const chosen = localStorage.getItem(KEY);
  const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const next = dark ? "light" : "dark";
  localStorage.setItem(KEY, next);
  applyTheme(next);
}
