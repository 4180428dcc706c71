// <campanile-conversation room="rom_…">: what is said in a room, live, and the
// place to write. The same for two people and for a community.

import { confirmed } from "../../base/dialog.js";
import { CampanileElement, define } from "../../base/element.js";
import { fill, h, reconcile } from "../../base/h.js";
import { sheet } from "../../base/sheet.js";
import { act, empty, failed, loading } from "../../base/states.js";
import { addTexts, t } from "../../base/texts.js";
import { clock, dayKey, moment } from "../../base/time.js";
import { roomOf } from "../../lib/room.js";
import { people } from "../../texts/people.js";
import { bubbleRow, bubbleStyles, dressBubble, rowsOf } from "./bubble.js";
import "./composer.js";

addTexts(people);

const styles = sheet`
:host { display: flex; flex-direction: column; min-height: 0; min-width: 0; height: 100%; }
.log { flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain; padding: var(--s3) var(--s4); display: flex; flex-direction: column; }
.log:focus-visible { outline-offset: -2px; }
.log > ol { display: grid; margin-block-start: auto; }
.older { align-self: center; } .typing { min-height: 22px; padding: 0 var(--s4); font-size: var(--t-small); color: var(--dim); flex: none; }
.closed { padding: var(--s3) var(--s4); border-top: 1px solid var(--line); color: var(--dim); text-align: center; font-size: var(--t-small); }
.log > .state { margin: auto; } .log > .stack.card { border: 0; box-shadow: none; }`;

/** Pixels from the end within which somebody counts as reading the newest. */
const NEAR = 80;

export class CampanileConversation extends CampanileElement {
  static styles = [bubbleStyles, styles];
  /** Names by user, beside those that the room tells. */
  names = new Map();
  /** Whether several people write here. */
  group = false;
  moderates = false;
  /** Why nothing can be written, if so. */
  closed = null;

  start() {
    this.room = roomOf(this.client, this.getAttribute("room"));
    this.log = h("div", { class: "log", role: "region", tabindex: "0", "aria-label": t("chat.said") });
    this.list = h("ol");
    this.earlier = h("button", { class: "quiet older", onclick: () => act(this.earlier, () => this.#older()) }, t("chat.older"));
    this.typists = h("p", { class: "typing" });
    this.said = h("p", { class: "unseen", role: "log", "aria-live": "polite" });
    this.composer = h("campanile-composer", { ".room": this.room, ".nameOf": (user) => this.nameOf(user) });
    this.end = h("p", { class: "closed" });
    this.show(this.log, this.typists, this.said, this.composer, this.end);
    this.stays = true;
    this.opened = null;
    const { room } = this;
    this.watch(room.problem, () => this.#paint());
    this.watch(room.older, () => this.#paint());
    this.watch(room.messages, (messages) => this.#arrived(messages));
    this.watch(room.outbox.items, () => this.#paint());
    this.watch(room.people, () => this.#paint());
    this.watch(room.typing, (users) => (this.typists.textContent = users.length === 0 ? "" : t(users.length === 1 ? "chat.types" : "chat.typeSome", { name: this.nameOf(users[0]), count: users.length })));
    this.listen(this.log, "scroll", () => this.#scrolled());
    this.listen(this.log, "keydown", (event) => this.#key(event));
    this.listen(document, "visibilitychange", () => this.#read());
    this.listen(this.root, "campanile-written", () => (this.stays = true));
    const resized = new ResizeObserver(() => this.stays && this.#toEnd());
    resized.observe(this.log);
    this.signal.addEventListener("abort", () => resized.disconnect(), { once: true });
    this.close(this.closed);
    room.hold(this.signal);
  }

  /** Says why nothing can be written any more, or opens it again. */
  close(reason) {
    this.closed = reason;
    if (!this.composer) return;
    this.composer.hidden = Boolean(reason);
    this.end.hidden = !reason;
    this.end.textContent = reason ?? "";
    this.#paint();
  }

  nameOf(user) {
    const { me } = this.client;
    if (user === me.value?.id) return me.value.profile?.name ?? user;
    return this.names.get(user) ?? this.room.people.value.get(user)?.name ?? t("people.left");
  }

  /** Names became known. */
  refresh() {
    this.#paint();
  }

  #arrived(messages) {
    const before = this.newest;
    const newest = messages?.at(-1);
    this.newest = newest?.seq ?? before;
    this.#paint();
    const fresh = before !== undefined && newest && newest.seq > before && newest.author !== this.client.me.value?.id;
    if (fresh) this.said.textContent = `${this.nameOf(newest.author)}: ${newest.deleted ? t("chat.deleted") : newest.text}`;
    this.#read();
  }

  #paint() {
    const { messages, outbox, problem } = this.room;
    if (problem.value) return fill(this.log, failed(problem.value, problem.value.passing ? () => this.room.sync() : null));
    if (messages.value === null) return fill(this.log, loading(5));
    const me = this.client.me.value?.id;
    const rows = rowsOf(messages.value, outbox.items.value, me);
    if (rows.length === 0) return fill(this.log, empty({ icon: "chat", title: t("chat.quiet"), text: t("chat.quietText") }));
    if (!this.list.isConnected) fill(this.log, this.earlier, this.list);
    this.earlier.hidden = !this.room.older.value;
    this.#receipts(rows);
    const view = this.#view();
    const make = (row) => {
      const line = bubbleRow(row);
      if (!row.day) dressBubble(line, row, view);
      return line;
    };
    reconcile(this.list, rows, (row) => row.key, make, (line, row) => row.day || dressBubble(line, row, view));
    if (this.stays) this.#toEnd();
    return undefined;
  }

  #view() {
    return {
      nameOf: (user) => this.nameOf(user),
      find: (seq) => this.room.find(seq),
      show: (seq) => this.#find(seq),
      open: (row) => {
        this.opened = this.opened === row.key ? null : row.key;
        this.#paint();
      },
      act: (name, row) => this.#act(name, row),
      group: this.group,
      moderates: this.moderates,
      writable: !this.closed,
    };
  }

  /** Under the last own message: on its way, or read, and when. */
  #receipts(rows) {
    const me = this.client.me.value?.id;
    const others = [...this.room.people.value.values()].filter((person) => person.user !== me);
    for (const row of rows) row.open = row.key === this.opened;
    const own = rows.filter((row) => row.own && !row.deleted);
    for (const row of own) if (row.state) row.below = t(`chat.${row.state}`);
    const last = own.findLast((row) => row.seq);
    if (!last) return;
    const readers = (row) => others.filter((person) => person.read_seq >= row.seq && person.read_at);
    const read = own.findLast((row) => row.seq && readers(row).length > 0);
    if (read) read.below = this.#seen(read, readers(read));
    if (last !== read) last.below ??= t("chat.sent");
  }

  #seen(row, readers) {
    if (this.group) return t("chat.readBy", { count: readers.length });
    const at = readers[0].read_at;
    return t("chat.read", { time: dayKey(at) === dayKey(Date.now()) ? clock(at) : moment(at) });
  }

  async #act(name, row) {
    this.opened = null;
    if (name === "retry") return this.room.outbox.retry(row.client_msg_id);
    if (name === "discard") return this.room.outbox.discard(row.client_msg_id);
    if (name === "reply" || name === "edit") this.composer[name](row);
    if (name === "copy") await navigator.clipboard?.writeText(row.text).catch(() => {});
    this.#paint();
    if (name === "delete" && (await confirmed(this.root, { title: t("chat.deleteSure"), text: t("chat.deleteText"), act: t("act.delete") }))) {
      await this.room.remove(row.seq).catch((problem) => this.tell("campanile-toast", { level: "error", title: problem.title, text: problem.detail }));
    }
    return undefined;
  }

  async #older() {
    const { log } = this;
    const from = log.scrollHeight - log.scrollTop;
    this.stays = false;
    await this.room.loadOlder();
    log.scrollTop = log.scrollHeight - from;
  }

  #scrolled() {
    const { log } = this;
    this.stays = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
    if (log.scrollTop < NEAR && this.room.older.value && !this.loading) {
      this.loading = true;
      // The button above does the same, and says what went wrong.
      this.#older().catch(() => {}).finally(() => (this.loading = false));
    }
    this.#read();
  }

  #read() {
    if (this.stays && !document.hidden && this.room.messages.value !== null) this.room.markRead();
  }

  /** Arrows move between messages, Enter shows what may be done with one. */
  #key(event) {
    const line = event.target.closest?.(".line");
    const lines = [...this.list.querySelectorAll(".line")];
    const at = line ? lines.indexOf(line) : lines.length;
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: lines.length - 1 }[event.key];
    if (to !== undefined && (event.target === this.log || event.target === line)) {
      event.preventDefault();
      lines[Math.min(lines.length - 1, Math.max(0, to))]?.focus();
    } else if (event.key === "Enter" && event.target === line) {
      event.preventDefault();
      line.querySelector("[aria-expanded]")?.click();
      line.querySelector(".acts button")?.focus();
    } else if (event.key === "Escape" && line) {
      event.stopPropagation();
      if (this.opened !== null) this.#view().open({ key: this.opened });
      line.focus();
    }
  }

  #toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
  }

  #find(seq) {
    const rows = rowsOf(this.room.messages.value, this.room.outbox.items.value, this.client.me.value?.id);
    const line = this.list.children[rows.findIndex((row) => row.seq === seq)];
    if (!line) return;
    line.scrollIntoView({ block: "center" });
    line.focus({ preventScroll: true });
    line.classList.add("found");
    setTimeout(() => line.classList.remove("found"), 1600);
  }
}

define("campanile-conversation", CampanileConversation);
