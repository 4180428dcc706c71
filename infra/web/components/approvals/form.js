// The form of a new request: one for each type, and all say what is wrong at
// its place.

import { openDialog } from "../../base/dialog.js";
import { fill, h } from "../../base/h.js";
import { icon } from "../../base/icons.js";
import { act, field, notice } from "../../base/states.js";
import { t } from "../../base/texts.js";

const text = (props) => h("input", { autocomplete: "off", ...props });
const shown = (value) => value.trim() || undefined;

/** The API's names of details are words without spaces or accents. */
const slug = (name) => name.normalize("NFKD").replaceAll(/\p{M}/gu, "").replaceAll(/[^A-Za-z0-9]+/g, "_").replaceAll(/^_|_$/g, "").slice(0, 64);

/** Each gives its fields, by the API's name, and what was filled in. */
const FORMS = {
  tier_upgrade(client) {
    const tier = client.me.value?.profile?.attributes?.tier;
    const [to, amount, currency] = [text(), text({ inputmode: "decimal" }), text({ maxlength: 3 })];
    const fields = {
      "details.to": field(t("ask.to"), to, { hint: `${tier ? t("ask.tierNow", { tier }) : t("ask.tierNone")} ${t("ask.toHint")}` }),
      "details.price.amount": field(t("ask.amount"), amount, { hint: t("ask.priceHint") }),
      "details.price.currency": field(t("ask.currency"), currency),
    };
    const price = () => (shown(amount.value) ? { amount: amount.value.trim().replace(",", "."), currency: currency.value.trim().toUpperCase() } : undefined);
    return { fields, rows: [fields["details.to"], h("div", { class: "split" }, fields["details.price.amount"], fields["details.price.currency"])], read: () => ({ details: { to: to.value.trim(), price: price() } }) };
  },
  module_access() {
    const module = text();
    const fields = { "details.module": field(t("ask.module"), module, { hint: t("ask.moduleHint") }) };
    return { fields, rows: Object.values(fields), read: () => ({ details: { module: module.value.trim() } }) };
  },
  staff_account() {
    const [name, email, phone, roles, id] = [text(), text({ type: "email" }), text({ type: "tel" }), text(), text()];
    const fields = {
      "details.name": field(t("ask.name"), name),
      "details.email": field(t("ask.email"), email),
      "details.roles": field(t("ask.roles"), roles, { hint: t("ask.rolesHint") }),
      "details.phone": field(t("ask.phone"), phone, { hint: t("ask.phoneHint") }),
      "details.id": field(t("ask.id"), id, { hint: t("ask.idHint") }),
    };
    const list = () => roles.value.split(",").map((role) => role.trim().toLowerCase()).filter(Boolean);
    return { fields, rows: Object.values(fields), read: () => ({ details: { name: name.value.trim(), email: email.value.trim(), phone: shown(phone.value)?.replaceAll(" ", ""), id: shown(id.value), roles: list() } }) };
  },
  custom() {
    const title = text({ maxlength: 200 });
    const list = h("div", { class: "stack tight" });
    const line = () => {
      const [name, value] = [text({ "aria-label": t("ask.detailName"), placeholder: t("ask.detailName") }), text({ "aria-label": t("ask.detailValue"), placeholder: t("ask.detailValue") })];
      const remove = h("button", { class: "quiet only", type: "button", "aria-label": t("ask.removeDetail"), onclick: () => row.remove() }, icon("close"));
      const row = h("div", { class: "detail" }, name, value, remove);
      row.read = () => [slug(name.value), value.value.trim()];
      return row;
    };
    const add = () => {
      const row = line();
      list.append(row);
      row.firstElementChild.focus();
    };
    const fields = { title: field(t("ask.title"), title) };
    const details = () => Object.fromEntries([...list.children].map((row) => row.read()).filter(([name, value]) => name && value));
    const said = h("p", { class: "wrong", role: "alert" });
    fields.details = { wrong: (message) => (said.textContent = message ?? "") };
    return { fields, rows: [fields.title, h("div", { class: "field" }, h("span", { class: "label" }, t("ask.details")), list, h("div", null, h("button", { type: "button", class: "quiet", onclick: add }, icon("plus"), t("ask.addDetail"))), said)], read: () => ({ title: title.value.trim(), details: details() }) };
  },
};

/** Opens the form; `done` is given the request that was made. */
export function askDialog(host, done) {
  const types = Object.keys(FORMS).filter((type) => type !== "staff_account" || host.client.is("staff", "admin"));
  const type = h("select", null, types.map((name) => h("option", { value: name }, t(`ask.type.${name}`))));
  const reason = h("textarea", { rows: 3 });
  const reasonField = field(t("ask.reason"), reason, { hint: t("ask.reasonHint") });
  const place = h("div", { class: "stack" });
  const said = h("div");
  const send = h("button", { class: "primary", type: "submit" }, t("ask.send"));
  let form;
  const choose = () => {
    form = FORMS[type.value](host.client);
    fill(place, form.rows);
    fill(said);
  };
  const wrong = (problem) => {
    const fields = { ...form.fields, reason: reasonField };
    const rest = problem.errors.filter((error) => !placeOf(fields, error.field));
    for (const one of Object.values(fields)) one.wrong(null);
    for (const error of problem.errors) placeOf(fields, error.field)?.wrong(error.message);
    const texts = problem.errors.length === 0 ? [problem.message] : rest.map((error) => error.message);
    fill(said, texts.length > 0 && notice("error", texts.join(" ")));
    place.querySelector("[aria-invalid]")?.focus();
  };
  const submit = (event) => {
    event.preventDefault();
    const body = JSON.parse(JSON.stringify({ type: type.value, ...form.read(), reason: shown(reason.value) }));
    act(send, async () => {
      const made = await host.api.post("/v1/approvals", body);
      dialog.close();
      host.tell("campanile-toast", { level: "success", title: t("ask.sent") });
      done(made);
    }, wrong);
  };
  type.addEventListener("change", choose);
  choose();
  const dialog = openDialog(host.root, { title: t("ask.new") }, h("form", { class: "stack", onsubmit: submit, novalidate: true }, field(t("ask.type"), type), place, reasonField, said, h("div", { class: "actions" }, send)));
}

/** The field that an error is about; details of details stand with their own. */
function placeOf(fields, name) {
  return fields[name] ?? (name.startsWith("details.roles") ? fields["details.roles"] : null) ?? (name.startsWith("details") ? fields.details : null);
}
