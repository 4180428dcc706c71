// <campanile-chat room="rom_…">: with whom one talks, who asks to, and what is
// said. Give it a height; where it is narrow it shows the list or the room.

import { CampanileElement, define } from "../base/element.js";
import { fill, h, reconcile } from "../base/h.js";
import { icon } from "../base/icons.js";
import { sheet } from "../base/sheet.js";
import { act, avatar, empty, failed, loading } from "../base/states.js";
import { addTexts, t } from "../base/texts.js";
import { people } from "../texts/people.js";
import "./chat/conversation.js";
import { askToChat, blockPerson, showBlocked, showSent } from "./chat/dialogs.js";
import { Invitations } from "./chat/invitations.js";
import { Rooms } from "./chat/rooms.js";
import { dressRoom, presenceText, roomRow, roomStyles } from "./chat/room-row.js";
import { backButton, paneStyles } from "./panes.js";

addTexts(people);

const styles = sheet`
h2 { flex: 1; min-width: 0; } .bar-top .clip { display: block; }
.more { display: flex; flex-wrap: wrap; gap: var(--s1) var(--s4); padding: var(--s3) var(--s4); border-top: 1px solid var(--line); font-size: var(--t-small); flex: none; }
.more button { font-size: var(--t-small); min-height: 32px; }
campanile-conversation { flex: 1; min-height: 0; height: auto; }
.person { display: grid; flex: 1; min-width: 0; } .person h2 { font-size: var(--t-body); }
.asks { display: grid; gap: var(--s2); padding: var(--s3) var(--s4); background: var(--tint); border-bottom: 1px solid var(--line); }
.person-row { flex-wrap: wrap; padding-inline: 0; } .person-row .grow { min-width: 7rem; }
.asks .quoted { overflow-wrap: anywhere; }`;

export class CampanileChat extends CampanileElement {
  static styles = [paneStyles, roomStyles, styles];
  static observedAttributes = ["room"];

  start() {
    this.rooms = new Rooms(this.client, this.signal);
    this.invitations = new Invitations(this.client, this.signal);
    this.panes = h("div", { class: "panes" }, this.#side(), (this.place = h("section", { "aria-label": t("chat.room") })));
    this.show(this.panes);
    this.watch(this.rooms.items, () => this.#paint());
    this.watch(this.rooms.problem, () => this.#paint());
    this.watch(this.invitations.incoming, (items) => this.#paintAsks(items));
    this.listen(this, "campanile-room-changed", () => this.rooms.load());
    this.#open(this.getAttribute("room"));
  }

  attributeChangedCallback(name, before, now) {
    if (this.place && before !== now) this.#open(now);
  }

  #side() {
    this.asks = h("div");
    this.list = h("ul", { class: "list" });
    this.body = h("div", { class: "fill" });
    const invite = h("button", { class: "primary", onclick: () => askToChat(this, () => this.invitations.load()) }, icon("plus"), t("chat.invite"));
    const sent = h("button", { class: "link", onclick: () => showSent(this) }, t("chat.sentAsks"));
    const blocked = h("button", { class: "link", onclick: () => showBlocked(this) }, t("chat.blockedPeople"));
    return h(
      "section",
      { "aria-label": t("chat.rooms") },
      h("div", { class: "bar-top" }, h("h2", null, t("chat.rooms")), invite),
      h("div", { class: "fill" }, this.asks, this.body),
      h("div", { class: "more" }, sent, blocked),
    );
  }

  #paint() {
    const { items, problem } = this.rooms;
    this.#paintHead();
    if (items.value === null) return fill(this.body, problem.value ? failed(problem.value, () => this.rooms.load()) : loading(6));
    if (items.value.length === 0) return fill(this.body, empty({ icon: "chat", title: t("chat.none"), text: t("chat.noneText") }));
    if (!this.list.isConnected) fill(this.body, this.list);
    const open = this.getAttribute("room");
    const dress = (row, room) => dressRoom(row, room, room.id === open);
    const make = (room) => {
      const row = roomRow(() => this.choose(room.id));
      dress(row, room);
      return row;
    };
    reconcile(this.list, items.value, (room) => room.id, make, dress);
    return undefined;
  }

  #paintAsks(items) {
    const card = (one) => {
      const accept = h("button", { class: "primary", onclick: () => act(accept, () => this.#accept(one)) }, t("chat.accept"));
      const reject = h("button", { onclick: () => act(reject, () => this.invitations.reject(one)) }, t("chat.reject"));
      const name = one.from.name ?? one.from.id;
      return h("li", { class: "asks" }, h("div", { class: "row" }, avatar(name), h("p", { class: "grow" }, h("span", { class: "strong" }, name), ` ${t("chat.asks")}`)), one.message && h("p", { class: "quoted lines" }, one.message), h("div", { class: "row" }, accept, reject));
    };
    fill(this.asks, items?.length > 0 && h("ul", { "aria-label": t("chat.invitations") }, items.map(card)));
  }

  async #accept(invitation) {
    const { room } = await this.invitations.accept(invitation);
    await this.rooms.load();
    if (room) this.choose(room);
  }

  /** Opens a room, and tells the page around it. */
  choose(room) {
    this.setAttribute("room", room);
    this.tell("campanile-open", { room });
    this.head?.querySelector("h2")?.focus();
  }

  #leave() {
    const row = [...this.list.children].find((one) => one.firstElementChild.getAttribute("aria-current"));
    this.removeAttribute("room");
    this.tell("campanile-open", { room: null });
    row?.firstElementChild.focus();
  }

  #open(id) {
    this.panes.toggleAttribute("data-open", Boolean(id));
    this.shown = null;
    this.#paint();
    if (!id) return fill(this.place, empty({ icon: "chat", title: t("chat.choose"), text: t("chat.chooseText") }));
    this.head = h("div", { class: "bar-top" });
    this.conversation = h("campanile-conversation", { room: id });
    fill(this.place, this.head, this.conversation);
    this.#paintHead();
    return undefined;
  }

  /** Whose room it is, and what may be done in it. */
  #paintHead() {
    const id = this.getAttribute("room");
    if (!id || !this.head) return;
    const room = this.rooms.find(id);
    const state = room ? JSON.stringify([room.state, room.participants]) : "";
    if (this.shown === state) return;
    this.shown = state;
    const other = room?.participants?.[0];
    const name = other ? (other.name ?? t("people.left")) : "";
    for (const one of room?.participants ?? []) this.conversation.names.set(one.user, one.name);
    const blocks = room?.state === "blocked";
    const block = other && h("button", { class: "quiet", onclick: () => blockPerson(this, { id: other.user, name }, blocks, () => this.rooms.load()) }, blocks ? t("chat.unblock") : t("chat.block"));
    fill(this.head, backButton(() => this.#leave()), other && avatar(name), h("div", { class: "person" }, h("h2", { class: "clip", tabindex: "-1" }, name), other && h("span", { class: "dim small clip" }, presenceText(other))), block);
    this.conversation.close(room && room.state !== "open" ? t(`chat.${room.state}Room`) : null);
  }
}

define("campanile-chat", CampanileChat);
