// A rule as a form. What the form has no field for stays as it is; the JSON
// beside it shows and changes everything.

import { h } from "../base/h.js";
import { icon } from "../base/icons.js";
import { tag } from "../base/states.js";
import { t } from "../base/texts.js";
import { area, choice, parted, text, tick } from "./forms.js";

const LEVELS = ["info", "success", "warning", "error"];

/** Without what is not there. */
const pruned = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

/** A message of a target: nothing if its channel is not ticked. */
function message(fields, place, label, given, parts) {
  const on = tick(label, Boolean(given));
  const controls = parts.map(([name, long]) => [name, fields.add(`${place}.${name}`, t(`tpl.part.${name}`), long ? area(given?.[name], { rows: 3, class: "code" }) : text(given?.[name]))]);
  const body = h("div", { class: "stack tight inset", hidden: !given }, given?.template && h("p", { class: "dim small" }, t("auto.usesTemplate", { id: given.template })), controls.map(([, element]) => element));
  on.input.addEventListener("change", () => (body.hidden = !on.input.checked));
  const value = () => {
    if (!on.input.checked) return undefined;
    const made = { ...given };
    for (const [name] of controls) {
      const written = fields.value(`${place}.${name}`);
      if (written) made[name] = written;
      else delete made[name];
    }
    return made;
  };
  return Object.assign(h("div", { class: "stack tight" }, on, body), { value });
}

function target(fields, index, given, remove) {
  const place = `targets[${index}]`;
  const messages = {
    in_app: message(fields, `${place}.in_app`, t("channel.in_app"), given.in_app, [["title", false], ["body", true]]),
    email: message(fields, `${place}.email`, t("channel.email"), given.email, [["subject", false], ["html", true], ["text", true]]),
    sms: message(fields, `${place}.sms`, t("channel.sms"), given.sms, [["body", true]]),
  };
  const element = h(
    "section",
    { class: "card stack" },
    h("div", { class: "row apart" }, h("h2", null, t("auto.target", { number: index + 1 })), h("button", { type: "button", class: "quiet only", "aria-label": t("auto.removeTarget", { name: given.name }), onclick: () => remove(element) }, icon("trash"))),
    h("div", { class: "pair" }, fields.add(`${place}.name`, t("tpl.name"), text(given.name)), fields.add(`${place}.audience`, t("aud.to"), text(given.audience.join(", "), { class: "code" }), { hint: t("auto.audienceHint") }), fields.add(`${place}.except`, t("aud.except"), text((given.except ?? []).join(", "), { class: "code" }))),
    Object.values(messages),
  );
  element.value = () => {
    const except = parted(fields.value(`${place}.except`));
    return pruned({ ...given, name: fields.value(`${place}.name`), audience: parted(fields.value(`${place}.audience`)), except: except.length > 0 ? except : undefined, ...Object.fromEntries(Object.entries(messages).map(([name, one]) => [name, one.value()])) });
  };
  return element;
}

/** @param {import("./forms.js").Fields} fields */
export function ruleForm(fields, rule) {
  const on = tick(t("auto.enabled"), rule.enabled ?? true);
  const popup = tick(t("auto.popup"), rule.popup ?? false);
  const targets = h("div", { class: "stack" });
  let next = 0;
  const add = (given) => targets.append(target(fields, next++, given, (element) => element.remove()));
  rule.targets.forEach(add);
  const more = h("button", { type: "button", onclick: () => add({ name: "people", audience: [], in_app: { title: "", body: "" } }) }, icon("plus"), t("auto.addTarget"));
  const data = (rule.data ?? []).map(({ name, kind, description, default: other }) => h("li", { class: "row" }, h("code", null, name), tag(kind ?? "text"), other !== undefined && tag(t("auto.optional")), h("span", { class: "dim small" }, description ?? "")));
  const element = h(
    "div",
    { class: "stack" },
    h(
      "section",
      { class: "card stack" },
      fields.add("name", t("tpl.name"), text(rule.name)),
      fields.add("description", t("tpl.description"), text(rule.description)),
      h("div", { class: "pair" }, fields.add("event", t("auto.event"), text(rule.event, { class: "code" })), fields.add("category", t("tpl.category"), text(rule.category ?? "general")), fields.add("priority", t("note.priority"), choice([1, 2, 3, 4].map((level) => [String(level), t(`priority.${level}`)]), String(rule.priority ?? 2))), fields.add("level", t("note.level"), choice(LEVELS.map((level) => [level, t(`level.${level}`)]), rule.level ?? "info"))),
      fields.add("redirect_url", t("auto.link"), text(rule.redirect_url, { class: "code" })),
      h("div", { class: "row ticks" }, on, popup),
      data.length > 0 && h("div", { class: "stack tight" }, h("h2", null, t("auto.data")), h("ul", { class: "stack tight" }, data)),
    ),
    targets,
    h("div", { class: "row" }, more),
  );
  element.value = () => pruned({ ...rule, name: fields.value("name"), description: fields.value("description"), event: fields.value("event").trim(), category: fields.value("category") || "general", priority: Number(fields.value("priority")), level: fields.value("level"), redirect_url: fields.value("redirect_url") || undefined, enabled: on.input.checked, popup: popup.input.checked, targets: [...targets.children].map((one) => one.value()) });
  return element;
}
