// Fields of forms, and telling each what the API says is wrong with it.

import { fill, h } from "../base/h.js";
import { field, notice } from "../base/states.js";

export const text = (value, props) => h("input", { type: "text", ...props, value: value ?? "" });
export const area = (value, props) => h("textarea", { rows: 5, ...props, value: value ?? "" });

/** @param {[string, string][]} options Values and what they are called. */
export function choice(options, value, props) {
  const select = h("select", props, options.map(([name, label]) => h("option", { value: name }, label)));
  select.value = value ?? options[0]?.[0] ?? "";
  return select;
}

/** A tick with its label; the input is `.input`. */
export function tick(label, checked, props) {
  const input = h("input", { type: "checkbox", ...props, ".checked": checked });
  return Object.assign(h("label", { class: "check" }, input, h("span", null, label)), { input });
}

/** Several ticks under one name; `values()` gives the chosen ones. */
export function ticks(legend, options, chosen, onchange) {
  const all = options.map(([value, label, disabled]) => [value, tick(label, chosen.includes(value), { onchange, disabled })]);
  const element = h("fieldset", null, h("legend", null, legend), h("div", { class: "row ticks" }, all.map(([, one]) => one)));
  element.values = () => all.filter(([, one]) => one.input.checked).map(([value]) => value);
  return element;
}

/** The fields of one form, by the names that the API gives them. */
export class Fields {
  #fields = new Map();

  constructor() {
    this.said = h("div", { hidden: true });
  }

  add(name, label, control, options) {
    const element = field(label, control, options);
    this.#fields.set(name, { element, control });
    return element;
  }

  value(name) {
    return this.#fields.get(name).control.value;
  }

  control(name) {
    return this.#fields.get(name).control;
  }

  clear() {
    this.said.hidden = true;
    for (const { element } of this.#fields.values()) element.wrong(null);
  }

  /** Puts each message at its field, and the rest above the form. */
  wrong(problem) {
    this.clear();
    const [messages, rest] = [new Map(), []];
    for (const { field: name, message } of problem.errors ?? []) {
      const known = [...this.#fields.keys()].find((key) => name === key || name.startsWith(`${key}[`) || name.startsWith(`${key}.`));
      if (!known) rest.push(name ? `${name}: ${message}` : message);
      else messages.set(known, messages.has(known) ? `${messages.get(known)} ${message}` : message);
    }
    for (const [name, message] of messages) this.#fields.get(name).element.wrong(message);
    const first = messages.keys().next().value;
    if (first) this.#fields.get(first).control.focus();
    if (messages.size > 0 && rest.length === 0) return;
    this.said.hidden = false;
    fill(this.said, notice("error", h("strong", null, problem.title), problem.detail && h("p", null, problem.detail), rest.map((line) => h("p", null, line))));
    if (!first) this.said.scrollIntoView({ block: "nearest" });
  }
}

/** What is wrong with a field, as the API would say it. */
export function fault(field, message) {
  return Object.assign(new Error(message), { title: message, errors: [{ field, message }] });
}

/** `a, b` as its parts. */
export const parted = (given) => given.split(/[,\n]/).map((part) => part.trim()).filter(Boolean);

/** What was left empty is not sent. */
export function filled(values) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== "" && value !== null && value !== undefined));
}
