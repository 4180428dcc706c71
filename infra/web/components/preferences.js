// <campanile-preferences>: what reaches a person by which channel. Each switch
// is saved as it is moved; what the organisation has settled is shown as such.

import { CampanileElement, define } from "../base/element.js";
import { fill, h } from "../base/h.js";
import { icon } from "../base/icons.js";
import { sheet } from "../base/sheet.js";
import { act, failed, field, loading } from "../base/states.js";
import { addTexts, t } from "../base/texts.js";
import { preferences } from "../texts/preferences.js";

addTexts(preferences);

const CHANNELS = ["in_app", "email", "sms"];
const POPUPS = ["urgent", "all", "none"];

const styles = sheet`
:host { display: block; }
td, th { vertical-align: middle; } th.on, td.on { text-align: center; width: 6.5rem; padding-inline: var(--s2); } tbody th { color: var(--ink); font-size: var(--t-body); font-weight: 400; border-bottom: 1px solid var(--line); } tbody tr:last-child > * { border-bottom: 0; }
input.switch { appearance: none; position: relative; width: 42px; height: 24px; border-radius: 99px; border: 1px solid var(--edge); background: var(--sunken); padding: 0; cursor: pointer; transition: background var(--quick); vertical-align: middle; }
input.switch::before { content: ""; position: absolute; inset-block-start: 3px; inset-inline-start: 3px; width: 16px; height: 16px; border-radius: 50%; background: var(--edge); transition: transform var(--quick); }
input.switch:checked { background: var(--accent); border-color: var(--accent); } input.switch:checked::before { background: var(--on-accent); transform: translateX(18px); }
input.switch:disabled { opacity: .55; cursor: not-allowed; } input.switch[aria-busy="true"] { opacity: .6; }
.target { display: inline-grid; place-items: center; min-width: 44px; min-height: 44px; cursor: pointer; }
.lock { display: flex; align-items: flex-start; gap: var(--s1); } .lock .icon { width: 14px; height: 14px; margin-top: 3px; }
@media (max-width: 47.99rem) { th.on, td.on { width: 3.75rem; padding-inline: 2px; font-size: .75rem; } tbody th { padding-inline: var(--s3) var(--s1); } }`;

export class CampanilePreferences extends CampanileElement {
  static styles = [styles];

  start() {
    this.body = h("div", { class: "stack" });
    this.show(this.body);
    this.#load();
  }

  async #load() {
    fill(this.body, loading(6));
    try {
      this.#paint(await this.api.get("/v1/preferences", null, { signal: this.signal }));
    } catch (problem) {
      if (!this.signal.aborted) fill(this.body, failed(problem, () => this.#load()));
    }
  }

  /** Saves one change. What was shown before comes back if it is refused. */
  #save(control, change) {
    const saving = async () => {
      const saved = await this.api.patch("/v1/preferences", change);
      this.client.popups.value = saved.popups;
      this.#paint(saved);
    };
    act(control, saving, (problem) => {
      this.tell("campanile-toast", { level: "error", title: problem.title, text: problem.detail });
      this.#paint(this.last);
    });
  }

  #paint(preferences) {
    this.last = preferences;
    const held = this.root.activeElement?.dataset.name;
    fill(this.body, this.#popups(preferences), this.#channels(preferences), this.#table(preferences));
    // The page is built anew, and whoever goes by keyboard stays where they were.
    if (held) this.$(`[data-name="${CSS.escape(held)}"]`)?.focus();
  }

  #select(name, label, values, chosen, change, hint) {
    const options = values.map(([value, text]) => h("option", { value, selected: value === chosen }, text));
    const select = h("select", { "data-name": name, onchange: () => this.#save(select, change(select.value)) }, options);
    return field(label, select, { hint });
  }

  #popups({ popups }) {
    const values = POPUPS.map((value) => [value, t(`prefs.popups.${value}`)]);
    return h("section", { class: "card" }, this.#select("popups", t("prefs.popups"), values, popups, (value) => ({ popups: value }), t("prefs.popupsHint")));
  }

  #channels({ channels }) {
    const values = [["auto", t("prefs.auto")], ["on", t("prefs.on")], ["off", t("prefs.off")]];
    const meaning = { auto: null, on: true, off: false };
    const chosen = (channel) => ({ true: "on", false: "off" })[channels[channel]] ?? "auto";
    const of = (channel) => this.#select(`all-${channel}`, t(`prefs.channel.${channel}`), values, chosen(channel), (value) => ({ channels: { [channel]: meaning[value] } }));
    return h("section", { class: "card stack" }, h("div", null, h("h2", null, t("prefs.all")), h("p", { class: "hint" }, t("prefs.allHint"))), h("div", { class: "grid" }, CHANNELS.map(of)));
  }

  #table(preferences) {
    const head = h("tr", null, h("th", { scope: "col" }, t("prefs.category")), CHANNELS.map((channel) => h("th", { scope: "col", class: "on" }, t(`prefs.channel.${channel}`))));
    const rows = preferences.effective.map((row) => this.#row(row, preferences));
    return h("section", { class: "stack tight" }, h("h2", null, t("prefs.table")), h("div", { class: "card flush scroll", tabindex: "0", role: "region", "aria-label": t("prefs.table") }, h("table", null, h("thead", null, head), h("tbody", null, rows))));
  }

  #row(row, { categories }) {
    const hints = this.#hints(row);
    const id = `hint-${row.category}`;
    const own = Object.keys(categories[row.category] ?? {});
    const reset = own.length > 0 && h("button", { class: "link small", "data-name": `reset-${row.category}`, "aria-label": t("prefs.resetOf", { category: row.name }), onclick: () => this.#save(reset, { categories: { [row.category]: Object.fromEntries(own.map((channel) => [channel, null])) } }) }, t("prefs.reset"));
    const about = h("div", { class: "dim small", id }, row.description && h("p", null, row.description), hints.map((hint) => h("p", { class: "lock" }, icon("lock"), h("span", null, hint))));
    return h("tr", null, h("th", { scope: "row" }, h("span", { class: "strong" }, row.name), about, reset), CHANNELS.map((channel) => this.#cell(row, channel, id)));
  }

  #cell(row, channel, described) {
    const { allowed, locked } = row.channels[channel];
    const label = t("prefs.switch", { category: row.name, channel: t(`prefs.channel.${channel}`) });
    const change = () => this.#save(input, { categories: { [row.category]: { [channel]: input.checked } } });
    const input = h("input", { type: "checkbox", role: "switch", class: "switch", "aria-label": label, "aria-describedby": described, "data-name": `${row.category}-${channel}`, checked: allowed, disabled: locked, onchange: change });
    return h("td", { class: "on" }, h("label", { class: "target" }, input));
  }

  /** Why switches of a row cannot be moved. */
  #hints({ mandatory, channels }) {
    if (mandatory) return [t("prefs.mandatory")];
    const locked = CHANNELS.filter((channel) => channels[channel].by === "tenant_lock");
    return locked.map((channel) => t(channels[channel].allowed ? "prefs.lockedOn" : "prefs.lockedOff", { channel: t(`prefs.channel.${channel}`) }));
  }
}

define("campanile-preferences", CampanilePreferences);
