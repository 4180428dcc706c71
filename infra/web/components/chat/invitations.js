// Whoever asks to chat, until it is answered.

import { Signal } from "../../lib/signal.js";

export class Invitations {
  /** Those that wait for an answer; `null` until known. */
  incoming = new Signal(null);
  #client;

  constructor(client, signal) {
    this.#client = client;
    client.feed.arrived((item) => item.type.startsWith("chat.") && this.load(), signal);
    client.socket.state.watch((state) => state === "live" && this.load(), signal);
    this.load();
  }

  async load() {
    try {
      const page = await this.#client.api.get("/v1/chat/invitations", { status: "pending", page_size: 50 });
      this.incoming.value = page.items;
    } catch {
      // The list of rooms tells what is wrong; the next connection asks again.
    }
  }

  async accept(invitation) {
    const answer = await this.#client.api.post(`/v1/chat/invitations/${invitation.id}/accept`);
    await this.load();
    return answer;
  }

  async reject(invitation) {
    await this.#client.api.post(`/v1/chat/invitations/${invitation.id}/reject`);
    await this.load();
  }
}
