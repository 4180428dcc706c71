// One room as this page knows it: every change of the service in its order and
// once, who is there, and what is on its way. Knows nothing of how it looks.

import { Outbox } from "./outbox.js";
import { Signal } from "./signal.js";

/** Milliseconds. */
const POLL = 30_000;
const TYPING = 6_000;
const AGAIN = 1_500;
const PAGE = 50;

export class Room {
  /** Messages that are shown, oldest first; `null` until the first answer. */
  messages = new Signal(null);
  /** By user: `{user, name?, online, last_seen?, read_seq, read_at?}`. */
  people = new Signal(new Map());
  /** Whoever is writing just now. */
  typing = new Signal([]);
  /** Why there is nothing to show. */
  problem = new Signal(null);
  /** Whether there is an older page. */
  older = new Signal(false);
  #client;
  #known = new Map();
  #changed = new Map();
  #held = new Map();
  #through = null;
  #after = undefined;
  #busy = null;
  #shown = 0;
  #poll = 0;
  #typists = new Map();
  #read = 0;

  constructor(client, id) {
    this.#client = client;
    this.id = id;
    this.outbox = new Outbox(client, this);
    const { socket } = client;
    for (const type of ["message.created", "message.updated", "message.deleted"]) socket.on(type, (frame) => this.#take(frame));
    socket.on("message.sent", (frame) => this.#mine(frame) && this.outbox.placed(frame));
    socket.on("message.read", (frame) => this.#mine(frame) && this.#person({ user: frame.user, read_seq: frame.seq, read_at: frame.at }));
    socket.on("presence", ({ users }) => users.forEach((person) => this.people.value.has(person.user) && this.#person(person)));
    socket.on("typing", (frame) => this.#mine(frame) && this.#types(frame));
    socket.on("room.left", (frame) => this.#mine(frame) && frame.id === undefined && this.#ended());
    socket.state.watch((state) => this.#follow(state));
  }

  /** Somebody looks at the room until `signal` is aborted. */
  hold(signal) {
    this.#shown += 1;
    this.sync();
    signal.addEventListener("abort", () => {
      this.#shown -= 1;
      // A socket has twenty places; a room that nobody looks at gives its own back.
      if (this.#shown === 0) this.#client.socket.send({ action: "room.leave", room: this.id });
    }, { once: true });
  }

  /** Everything after the last change; the newest page the first time. */
  sync() {
    this.#busy ??= this.#sync().finally(() => {
      this.#busy = null;
      this.#settle();
    });
    return this.#busy;
  }

  /** One more page of what was said before. */
  async loadOlder() {
    const before = this.#known.size;
    while (this.#after !== null && this.#known.size === before) {
      const page = await this.#client.api.get(`/v1/chat/rooms/${this.id}/messages`, { page_size: PAGE, after: this.#after });
      for (const message of page.items) if (!this.#known.has(message.seq)) this.#known.set(message.seq, this.#changed.get(message.seq) ?? message);
      this.#after = page.page.after ?? null;
    }
    this.#publish();
  }

  /** Tells that everything shown was read. */
  async markRead() {
    const seq = this.#through;
    if (!seq || seq <= this.#read) return;
    this.#read = seq;
    try {
      await this.#act({ action: "message.read", seq }, () => this.#client.api.post(`/v1/chat/rooms/${this.id}/read`, { seq }));
      this.#client.badges.refresh();
    } catch {
      this.#read = 0;
    }
  }

  edit(seq, text) {
    return this.#act({ action: "message.edit", seq, text }, () => this.#client.api.patch(`/v1/chat/rooms/${this.id}/messages/${seq}`, { text }).then(() => this.sync()));
  }

  remove(seq) {
    return this.#act({ action: "message.delete", seq }, () => this.#client.api.delete(`/v1/chat/rooms/${this.id}/messages/${seq}`).then(() => this.sync()));
  }

  find(seq) {
    return this.#known.get(seq) ?? null;
  }

  /** Puts a message at its place, as if it had been pushed. */
  take(message) {
    this.#take({ room: this.id, seq: message.seq, message });
  }

  #act(frame, otherwise) {
    const { socket } = this.#client;
    return socket.state.value === "live" ? socket.ask({ ...frame, room: this.id }) : otherwise();
  }

  #mine(frame) {
    return frame.room === this.id;
  }

  #take(frame) {
    if (!this.#mine(frame)) return;
    this.#held.set(frame.seq, frame.message);
    this.#settle();
  }

  /** Shows what comes next; asks for what is missing in between. */
  #settle() {
    if (this.#through === null || this.#busy) return;
    for (let message; (message = this.#held.get(this.#through + 1)); ) this.#apply(this.#through + 1, message);
    for (const seq of this.#held.keys()) if (seq <= this.#through) this.#held.delete(seq);
    this.#publish();
    if (this.#held.size > 0 && this.#shown > 0) setTimeout(() => this.#held.size > 0 && this.sync(), AGAIN);
  }

  #apply(seq, message) {
    this.#through = seq;
    if (!message) return;
    this.#changed.set(message.seq, message);
    if (seq === message.seq || this.#known.has(message.seq)) this.#known.set(message.seq, message);
    if (seq === message.seq) this.outbox.arrived(message);
    this.#types({ user: message.author, typing: false });
  }

  async #sync() {
    try {
      for (let more = true; more; ) {
        const first = this.#through === null;
        const answer = await this.#ask(first ? {} : { after_seq: this.#through });
        for (const item of answer.items) this.#apply(item.seq, item.message);
        if (first) this.#begin(answer);
        this.#through = Math.max(this.#through ?? 0, answer.through_seq);
        for (const person of answer.participants ?? []) this.#person(person);
        more = answer.more && !first;
      }
      this.problem.value = null;
      this.#publish();
      this.outbox.go();
    } catch (problem) {
      if (!problem.status && problem.status !== 0) throw problem;
      const over = problem.status === 403 || problem.status === 404;
      if (this.messages.value === null || over) this.problem.value = problem;
    }
  }

  #ask(query) {
    const { api, socket } = this.#client;
    if (socket.state.value === "live") return socket.ask({ action: "room.sync", room: this.id, ...query });
    return api.get(`/v1/chat/rooms/${this.id}/sync`, query);
  }

  /** The newest page does not tell what was before it, unless it starts at the first change. */
  #begin(answer) {
    const from = answer.items[0]?.seq ?? 1;
    this.#after = from > 1 ? undefined : null;
  }

  #publish() {
    this.messages.value = [...this.#known.values()].sort((a, b) => a.seq - b.seq);
    this.older.value = this.#after !== null;
  }

  #person(told) {
    const people = new Map(this.people.value);
    people.set(told.user, { ...people.get(told.user), ...told });
    this.people.value = people;
  }

  #types({ user, typing }) {
    clearTimeout(this.#typists.get(user));
    this.#typists.delete(user);
    if (typing) this.#typists.set(user, setTimeout(() => this.#types({ user, typing: false }), TYPING));
    const now = [...this.#typists.keys()];
    if (now.join() !== this.typing.value.join()) this.typing.value = now;
  }

  #follow(state) {
    clearInterval(this.#poll);
    const wanted = () => this.#shown > 0 || this.outbox.waiting;
    if (state === "live" && wanted()) this.sync();
    if (state === "polling") {
      if (wanted()) this.sync();
      this.#poll = setInterval(() => wanted() && this.sync(), POLL);
    }
  }

  #ended() {
    if (this.#shown > 0) this.sync();
  }
}

const ROOMS = new WeakMap();

/** The room of this id: one for the page, so that nothing on its way is lost when a screen closes. */
export function roomOf(client, id) {
  if (!ROOMS.has(client)) ROOMS.set(client, new Map());
  const rooms = ROOMS.get(client);
  if (!rooms.has(id)) rooms.set(id, new Room(client, id));
  return rooms.get(id);
}
