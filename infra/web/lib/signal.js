// A value that tells whoever listens when it changes. That is all the state
// that components share.

/** @template T */
export class Signal {
  #value;
  #listeners = new Set();

  /** @param {T} value */
  constructor(value) {
    this.#value = value;
  }

  get value() {
    return this.#value;
  }

  set value(next) {
    if (Object.is(next, this.#value)) return;
    this.#value = next;
    for (const listener of [...this.#listeners]) listener(next);
  }

  /**
   * Calls `listener` now and at every change, until `signal` is aborted.
   * @param {(value: T) => void} listener
   * @param {AbortSignal} [signal]
   */
  watch(listener, signal) {
    if (signal?.aborted) return;
    this.#listeners.add(listener);
    signal?.addEventListener("abort", () => this.#listeners.delete(listener), { once: true });
    listener(this.#value);
  }
}
