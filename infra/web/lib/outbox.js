// What a person has written into a room and the service has not yet placed:
// sent one after the other under a name of its own, again after every
// reconnect, until it has its place or was refused.

import { Signal } from "./signal.js";

export class Outbox {
  /** `{client_msg_id, text, reply_to, at, state: "sending"|"waiting"|"failed", problem}`, in the order of writing. */
  items = new Signal([]);
  #client;
  #room;
  #going = false;

  constructor(client, room) {
    this.#client = client;
    this.#room = room;
  }

  get waiting() {
    return this.items.value.some((item) => item.state !== "failed");
  }

  /** Sends a text; it is shown at once. */
  write(text, replyTo) {
    const item = { client_msg_id: crypto.randomUUID(), text, reply_to: replyTo, at: new Date().toISOString(), state: "waiting", problem: null };
    this.items.value = [...this.items.value, item];
    return this.go();
  }

  /** Tries a refused one again, under the same name: it is never said twice. */
  retry(id) {
    this.#change(id, { state: "waiting", problem: null });
    return this.go();
  }

  discard(id) {
    this.items.value = this.items.value.filter((item) => item.client_msg_id !== id);
  }

  /** A message of the room came: if it is one of these, it has arrived. */
  arrived(message) {
    if (message.client_msg_id) this.discard(message.client_msg_id);
  }

  /** The service gave a message its place. */
  placed({ client_msg_id: id, seq, at }) {
    const item = this.items.value.find((one) => one.client_msg_id === id);
    if (!item) return;
    const author = this.#client.me.value?.id;
    this.#room.take({ room: this.#room.id, seq, author, text: item.text, ...(item.reply_to ? { reply_to: item.reply_to } : {}), client_msg_id: id, created_at: at });
  }

  /** Sends what waits, in its order; stops where the network does. */
  async go() {
    if (this.#going) return;
    this.#going = true;
    try {
      for (let next; (next = this.items.value.find((item) => item.state !== "failed")); ) {
        this.#change(next.client_msg_id, { state: "sending" });
        if (!(await this.#send(next))) return;
      }
    } finally {
      this.#going = false;
    }
  }

  /** Whether to go on with the next one. */
  async #send({ client_msg_id: id, text, reply_to: replyTo }) {
    const body = { client_msg_id: id, text, ...(replyTo ? { reply_to: replyTo } : {}) };
    const { api, socket } = this.#client;
    try {
      if (socket.state.value === "live") await socket.ask({ action: "message.send", room: this.#room.id, ...body });
      else this.#room.take(await api.post(`/v1/chat/rooms/${this.#room.id}/messages`, body, { key: id }));
      // Its place may come after one that is still missing: until then it waits.
      if (this.items.value.some((item) => item.client_msg_id === id)) await this.#room.sync();
      this.discard(id);
      return true;
    } catch (problem) {
      if (problem.status === undefined) throw problem;
      const passing = problem.passing;
      this.#change(id, passing ? { state: "waiting" } : { state: "failed", problem });
      // A busy service is asked again; without a network the next connection asks.
      if (passing && problem.status !== 0) setTimeout(() => this.go(), Math.max(1, problem.retryAfter) * 1000);
      else if (passing && socket.state.value === "live") setTimeout(() => this.go(), 2000);
      return !passing;
    }
  }

  #change(id, values) {
    this.items.value = this.items.value.map((item) => (item.client_msg_id === id ? { ...item, ...values } : item));
  }
}
