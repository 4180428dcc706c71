// Every text that people read, found by its name. Another language is another
// object of the same shape, given to `speak`.

import { core } from "../texts/core.js";

let spoken = { ...core };
let locale = navigator.language || "en";

/** Adds the texts of a part of the client. */
export function addTexts(texts) {
  Object.assign(spoken, texts);
}

/** The locale for dates, numbers and plurals, such as the person's own. */
export function speak(name, texts = {}) {
  if (name) locale = name;
  Object.assign(spoken, texts);
}

export function lang() {
  return locale;
}

/**
 * `t("bell.unread", {count: 3})`. `{name}` in a text is replaced; a text with
 * `one` and `other` is chosen by `count`.
 */
export function t(name, values = {}) {
  const found = spoken[name] ?? name;
  const text = typeof found === "string" ? found : (found[new Intl.PluralRules("en").select(values.count)] ?? found.other);
  return text.replace(/\{(\w+)\}/g, (whole, key) => {
    const value = values[key];
    return value === undefined ? whole : typeof value === "number" ? number(value) : String(value);
  });
}

export function number(value, options) {
  return new Intl.NumberFormat(locale, options).format(value);
}
