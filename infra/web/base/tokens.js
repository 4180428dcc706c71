// Space, type, colour and radius. A page themes the components by setting the
// `--campanile-…` properties and `color-scheme`; everything else follows.

import { sheet } from "./sheet.js";

export const tokens = sheet`
:host, :root {
  --accent: var(--campanile-accent, light-dark(#2f54c9, #a3b8ff));
  --on-accent: var(--campanile-on-accent, light-dark(#ffffff, #10142b));
  --font: var(--campanile-font, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif);
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace;
  --radius: var(--campanile-radius, 10px);
  --radius-small: calc(var(--radius) * .6);

  --page: var(--campanile-page, light-dark(#f5f6f9, #111216));
  --sheet: var(--campanile-sheet, light-dark(#ffffff, #1a1c22));
  --raised: var(--campanile-raised, light-dark(#ffffff, #22252c));
  --sunken: light-dark(#eef0f5, #16181d);
  --ink: var(--campanile-ink, light-dark(#1a1d27, #eceef5));
  --dim: light-dark(#575d70, #a5abbc);
  --line: light-dark(#e1e4eb, #2e323b);
  --edge: light-dark(#868c9d, #737a8c);
  --tint: color-mix(in srgb, var(--accent) 10%, transparent);
  --hover: color-mix(in srgb, var(--ink) 5%, transparent);

  --info: light-dark(#2f54c9, #a3b8ff);
  --success: light-dark(#1a6b3a, #7fd6a0);
  --warning: light-dark(#855200, #f3c06b);
  --error: light-dark(#b3261e, #ffa79f);

  --s1: 4px; --s2: 8px; --s3: 12px; --s4: 16px; --s5: 24px; --s6: 32px; --s7: 48px;
  --t-small: .8125rem; --t-body: .9375rem; --t-large: 1.0625rem; --t-title: 1.375rem; --t-hero: 1.75rem;
  --shadow: light-dark(0 1px 2px rgb(20 24 40 / .06), none);
  --float: 0 12px 32px rgb(10 12 24 / .22), 0 0 0 1px var(--line);
  --quick: 140ms cubic-bezier(.2, .7, .3, 1);
}
@media (prefers-reduced-motion: reduce) {
  :host, :root { --quick: 1ms; }
}`;
