// The rooms of a person, the last active first, as they change.

import { Signal } from "../../lib/signal.js";

/** Milliseconds: a burst of pushes asks once. */
const SOON = 250;
const POLL = 30_000;
const MOST = 100;

export class Rooms {
  /** As `GET /v1/chat/rooms` tells them; `null` until the first answer. */
  items = new Signal(null);
  problem = new Signal(null);
  #client;
  #signal;
  #timer = 0;
  #poll = 0;

  constructor(client, signal) {
    this.#client = client;
    this.#signal = signal;
    const { socket } = client;
    for (const type of ["message.created", "message.updated", "message.deleted", "message.sent", "message.read"]) socket.on(type, () => this.#soon(), signal);
    socket.on("presence", ({ users }) => this.#present(users), signal);
    client.feed.arrived((item) => item.type.startsWith("chat.") && this.#soon(), signal);
    socket.state.watch((state) => this.#follow(state), signal);
    signal.addEventListener("abort", () => (clearInterval(this.#poll), clearTimeout(this.#timer)), { once: true });
    this.load();
  }

  find(id) {
    return this.items.value?.find((room) => room.id === id) ?? null;
  }

  async load() {
    try {
      const rooms = [];
      for await (const room of this.#client.api.items("/v1/chat/rooms", { page_size: MOST }, { signal: this.#signal })) rooms.push(room);
      this.problem.value = null;
      this.items.value = rooms;
    } catch (problem) {
      if (problem.name !== "AbortError" && this.items.value === null) this.problem.value = problem;
    }
  }

  #soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.load(), SOON);
  }

  #present(users) {
    const told = new Map(users.map((person) => [person.user, person]));
    if (!this.items.value?.some((room) => room.participants?.some((one) => told.has(one.user)))) return;
    this.items.value = this.items.value.map((room) => ({ ...room, participants: room.participants?.map((one) => ({ ...one, ...told.get(one.user) })) }));
  }

  #follow(state) {
    clearInterval(this.#poll);
    if (state === "live" && this.items.value !== null) this.#soon();
    if (state === "polling") this.#poll = setInterval(() => this.load(), POLL);
  }
}
