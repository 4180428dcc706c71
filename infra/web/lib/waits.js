// How long to wait before the next attempt: a random part of a window that
// doubles, so that a thousand clients do not come back in the same second.

/** Seconds; the service may tell others along with a ticket. */
const FIRST = 3;
const MOST = 24;

export class Waits {
  #attempt = 0;
  #first = FIRST;
  #most = MOST;

  /** @param {{min_seconds?: number, max_seconds?: number}} [told] */
  told(told) {
    this.#first = told?.min_seconds || this.#first;
    this.#most = Math.max(told?.max_seconds || this.#most, this.#first);
  }

  get attempts() {
    return this.#attempt;
  }

  reset() {
    this.#attempt = 0;
  }

  /** Milliseconds until the next attempt. */
  next(random = Math.random) {
    const window = Math.min(this.#most, this.#first * 2 ** this.#attempt);
    this.#attempt += 1;
    return Math.round(random() * window * 1000);
  }
}
