// A switch: a button that is on or off.

import { h } from "../base/h.js";
import { sheet } from "../base/sheet.js";

export const switchStyles = sheet`
.switch { width: 44px; min-height: 26px; height: 26px; border-radius: 99px; padding: 2px; justify-content: flex-start; background: var(--edge); border-color: transparent; flex: none; } .switch:hover { background: var(--edge); }
.switch i { width: 20px; height: 20px; border-radius: 50%; background: var(--sheet); transition: transform var(--quick); } .switch[aria-checked="true"] { background: var(--accent); } .switch[aria-checked="true"] i { transform: translateX(18px); }
.switched { display: flex; align-items: center; } .switched > .switch { margin-inline-end: var(--s4); }
@media (max-width: 47.99rem) { .switch, button.switch { min-height: 30px; height: 30px; width: 48px; } .switch i { width: 24px; height: 24px; } }`;

/** @param {() => void} onclick Decides; `set(on)` then shows it. */
export function switchOf(label, on, onclick) {
  const button = h("button", { type: "button", class: "switch", role: "switch", "aria-label": label, onclick }, h("i"));
  button.set = (next) => {
    button.on = next;
    button.setAttribute("aria-checked", String(next));
  };
  button.set(on);
  return button;
}
