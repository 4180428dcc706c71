// How many messages wait: mail and chat, counted apart from notifications.

import { Signal } from "./signal.js";

/** A burst of pushes asks once. */
const SOON = 400;

export class Badges {
  mail = new Signal(0);
  chat = new Signal(0);
  #api;
  #timer = 0;

  constructor(api, socket, feed) {
    this.#api = api;
    for (const type of ["message.created", "message.read"]) socket.on(type, () => this.refresh());
    feed.arrived((item) => item.type.startsWith("message.") && this.refresh());
    socket.state.watch((state) => state === "live" && this.refresh());
  }

  refresh() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), SOON);
  }

  async #ask() {
    const [mail, chat] = await Promise.allSettled([
      this.#api.get("/v1/messages/unread-count"),
      this.#api.get("/v1/chat/unread-count"),
    ]);
    // A count that could not be had leaves the last one.
    if (mail.value) this.mail.value = mail.value.unread_count;
    if (chat.value) this.chat.value = chat.value.unread_count;
  }
}
