// The other tabs of the same person in the same browser: what is read or deleted
// in one is so in all of them, without a request.

export class Tabs {
  #channel = null;
  #told;

  /** @param {(change: object) => void} told Called with what another tab has changed. */
  constructor(told) {
    this.#told = told;
  }

  /** Tabs of one browser may belong to different people; each has a channel. */
  join({ id, tenant }) {
    this.leave();
    this.#channel = new BroadcastChannel(`campanile/${tenant.id}/${id}`);
    this.#channel.onmessage = ({ data }) => this.#told(data);
  }

  tell(change) {
    this.#channel?.postMessage(change);
  }

  leave() {
    this.#channel?.close();
    this.#channel = null;
  }
}
