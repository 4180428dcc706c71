// <campanile-thread thread="thr_…">: the messages of a thread that one has,
// oldest first, and a place to answer.

import { confirmed, openDialog } from "../../base/dialog.js";
import { CampanileElement, define } from "../../base/element.js";
import { fill, h, reconcile } from "../../base/h.js";
import { icon } from "../../base/icons.js";
import { sheet } from "../../base/sheet.js";
import { act, avatar, empty, failed, field, loading, tag } from "../../base/states.js";
import { t } from "../../base/texts.js";
import { moment } from "../../base/time.js";
import { backButton, paneStyles } from "../panes.js";
import { names } from "./row.js";

const styles = sheet`
:host { display: flex; flex-direction: column; height: auto; min-height: 0; container-type: normal; }
.fill { padding: var(--s4); } ol { display: grid; gap: var(--s3); }
.letter { display: grid; gap: var(--s3); } .letter .row { flex-wrap: nowrap; } .letter .acts { flex-wrap: wrap; margin-inline: calc(-1 * var(--s2)); gap: 0; } .letter .acts > * { font-size: var(--t-small); padding-inline: var(--s2); color: var(--dim); } .letter .acts .icon { width: 17px; height: 17px; }
.letter.own { background: color-mix(in srgb, var(--accent) 5%, var(--sheet)); }
.reply { display: grid; gap: var(--s3); margin-top: var(--s4); }
h2 { overflow-wrap: anywhere; }
@container (max-width: 44rem) { .fill { padding: var(--s3); } }`;

export class CampanileThread extends CampanileElement {
  static styles = [paneStyles, styles];

  start() {
    this.heading = h("h2", { class: "grow", tabindex: "-1" });
    this.list = h("ol");
    this.answer = h("div");
    this.body = h("div", { class: "fill" }, loading(5));
    this.show(h("div", { class: "bar-top" }, backButton(() => this.tell("campanile-back")), this.heading), this.body);
    this.refresh();
  }

  /** Reads the thread; what came meanwhile is added, and marked as read. */
  async refresh() {
    try {
      const items = [];
      for await (const item of this.api.items(`/v1/messages/threads/${this.getAttribute("thread")}`, { page_size: 100 }, { signal: this.signal })) items.push(item);
      this.items = items;
      this.#paint();
      await this.#markRead();
    } catch (problem) {
      if (problem.status === undefined) return;
      if (problem.status === 404) fill(this.body, empty({ icon: "mail", title: t("inbox.gone"), text: t("inbox.goneText") }));
      else if (!this.items) fill(this.body, failed(problem, () => this.refresh()));
    }
  }

  async #markRead() {
    const unread = this.items.filter((item) => item.read === false).map((item) => item.id);
    if (unread.length === 0) return;
    await Promise.all(unread.map((id) => this.api.post(`/v1/messages/${id}/read`)));
    this.items = this.items.map((item) => (item.read === false ? { ...item, read: true } : item));
    this.tell("campanile-letters", { read: unread });
  }

  #paint() {
    const first = !this.list.isConnected;
    // One's own message to oneself stands in both folders; here it stands once.
    const items = [...new Map(this.items.map((item) => [item.id, item])).values()];
    this.heading.textContent = items[0]?.subject ?? "";
    if (first) fill(this.body, this.list, this.answer);
    reconcile(this.list, items, (item) => item.id, (item) => this.#letter(item));
    if (!first) return;
    fill(this.answer, this.#replyForm());
    this.heading.focus();
    if (items.length > 2) this.list.lastElementChild.scrollIntoView({ block: "start" });
  }

  #letter(item) {
    const own = item.folder === "sent";
    const who = item.from.name || item.from.id;
    const to = item.broadcast ? t("inbox.nobody") : names(item.to, 6);
    const remove = h("button", { class: "quiet", onclick: () => act(remove, () => this.#remove(item)) }, icon("trash"), t("act.delete"));
    const unread = h("button", { class: "quiet", onclick: () => act(unread, () => this.#unread(item)) }, icon("mail"), t("inbox.markUnread"));
    const receipts = h("button", { class: "quiet", onclick: () => act(receipts, () => this.#receipts(item)) }, icon("check"), t("inbox.receipts"));
    return h(
      "li",
      { class: `card letter${own ? " own" : ""}` },
      h(
        "div",
        { class: "row" },
        avatar(who),
        h("div", { class: "grow" }, h("p", { class: "clip strong" }, own ? t("chat.you") : who), h("p", { class: "dim small clip" }, t("inbox.toMe", { names: to }))),
        item.urgent && tag(t("inbox.urgent"), "error"),
        h("time", { class: "dim small", datetime: item.created_at }, moment(item.created_at)),
      ),
      h("p", { class: "lines" }, item.body),
      h("div", { class: "row acts" }, own ? receipts : unread, own && item.send && this.client.is("staff", "admin") && h("button", { class: "quiet", onclick: () => this.client.navigate(`/sends/${item.send}`) }, icon("send"), t("inbox.progress")), remove),
    );
  }

  #replyForm() {
    const text = h("textarea", { rows: 4 });
    const last = this.items.at(-1);
    const several = last.to.length > 1 && !last.broadcast;
    const all = h("input", { type: "checkbox" });
    const name = last.folder === "sent" ? names(last.to) || t("inbox.nobody") : last.from.name || last.from.id;
    if (last.folder === "sent" && last.broadcast) return null;
    const body = field(t("inbox.replyTo", { name }), text);
    const send = h("button", { class: "primary", type: "submit" }, icon("reply"), t("inbox.reply"));
    const submit = (event) => {
      event.preventDefault();
      body.wrong(text.value.trim() ? null : t("inbox.needBody"));
      if (!text.value.trim()) return text.focus();
      return act(send, async () => {
        const sent = await this.api.post(`/v1/messages/${this.items.at(-1).id}/reply`, { body: text.value.trim(), reply_all: several && all.checked });
        text.value = "";
        this.tell("campanile-toast", { level: "success", title: t("inbox.replied") });
        // An answer to a broadcast opens a thread of its own.
        if (sent.thread === this.getAttribute("thread")) await this.refresh();
        this.tell("campanile-letters", { sent: sent.thread === this.getAttribute("thread") ? undefined : sent.thread });
        this.list.lastElementChild?.scrollIntoView({ block: "nearest" });
      }, (problem) => body.wrong(problem.of("body") ?? problem.message));
    };
    return h("form", { class: "reply card", onsubmit: submit }, body, h("div", { class: "row apart" }, several ? h("label", { class: "check" }, all, t("inbox.replyAll")) : h("span"), send));
  }

  async #remove(item) {
    if (!(await confirmed(this.root, { title: t("inbox.deleteSure"), text: t("inbox.deleteText"), act: t("act.delete") }))) return;
    await this.api.delete(`/v1/messages/${item.id}`);
    this.tell("campanile-toast", { level: "success", title: t("inbox.deleted") });
    this.tell("campanile-letters", { deleted: item.id });
    this.items = this.items.filter((one) => one.id !== item.id);
    if (this.items.length === 0) this.tell("campanile-back");
    else this.#paint();
  }

  async #unread(item) {
    await this.api.post(`/v1/messages/${item.id}/unread`);
    this.tell("campanile-letters", { unread: item.id });
    this.tell("campanile-back");
  }

  async #receipts(item) {
    const rows = [];
    for await (const row of this.api.items(`/v1/messages/${item.id}/receipts`, { page_size: 100 })) rows.push(row);
    const line = ({ user, read_at: at }) => h("li", { class: "item" }, avatar(user.name || user.id), h("span", { class: "grow clip" }, user.name || user.id), h("span", { class: "dim small" }, at ? t("inbox.readAt", { time: moment(at) }) : t("inbox.notRead")));
    openDialog(this.root, { title: t("inbox.receipts") }, rows.length > 0 ? h("ul", { class: "list" }, rows.map(line)) : empty({ icon: "mail", title: t("inbox.nobodyRead") }));
  }
}

define("campanile-thread", CampanileThread);
