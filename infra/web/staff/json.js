// A field for JSON, which says where it is not valid.

import { h } from "../base/h.js";
import { t } from "../base/texts.js";
import { source } from "./source.js";

/** Where a parser stopped, in the words of its message. */
function placeOf(message, text) {
  const at = /position (\d+)/.exec(message);
  if (!at) return null;
  const before = text.slice(0, Number(at[1])).split("\n");
  return { line: before.length, column: before.at(-1).length + 1 };
}

/** `value()` gives the object, or throws what a form shows. */
export function jsonField(label, given, { rows = 10, name = "json" } = {}) {
  const control = source(JSON.stringify(given, null, 2), { rows, "aria-label": label });
  const element = h("div", { class: "field" }, h("span", { class: "label" }, label), control);
  element.value = () => {
    try {
      const value = JSON.parse(control.area.value);
      control.mark([]);
      return value;
    } catch (error) {
      const { line, column } = placeOf(error.message, control.area.value) ?? { line: control.area.value.split("\n").length, column: 1 };
      control.mark([`line ${line}, column ${column}: ${t("json.wrong")}`]);
      throw Object.assign(new Error(error.message), { title: t("json.title", { label }), errors: [{ field: name, message: t("json.wrong") }] });
    }
  };
  element.set = (value) => {
    control.area.value = JSON.stringify(value, null, 2);
    control.mark([]);
  };
  return element;
}
