// What every component and screen is made of: a custom element with a shadow
// root, the common styles, and the page's client.

import { client } from "../lib/client.js";
import { fill } from "./h.js";
import { common } from "./styles.js";
import { tokens } from "./tokens.js";

/**
 * A subclass names its own sheets in `static styles = [sheet`…`]` and builds
 * itself in `start()`, which is called each time the element enters a page, once
 * the client is there. `this.signal` is aborted when it leaves.
 */
export class CampanileElement extends HTMLElement {
  static styles = [];
  #leaving = null;

  constructor() {
    super();
    this.root = this.attachShadow({ mode: "open" });
    this.root.adoptedStyleSheets = [tokens, common, ...this.constructor.styles];
  }

  async connectedCallback() {
    const leaving = (this.#leaving = new AbortController());
    this.signal = leaving.signal;
    this.client = await client();
    if (!leaving.signal.aborted) this.start();
  }

  disconnectedCallback() {
    this.#leaving?.abort();
  }

  /** Builds the element; called when it enters the page. */
  start() {}

  get api() {
    return this.client.api;
  }

  /** Shows these nodes and nothing else. */
  show(...nodes) {
    return fill(this.root, ...nodes);
  }

  /** The first match within the shadow root. */
  $(selector) {
    return this.root.querySelector(selector);
  }

  /** Listens until the element leaves the page. */
  listen(target, type, listener) {
    target.addEventListener(type, listener, { signal: this.signal });
  }

  /** Follows a value until the element leaves the page. */
  watch(signal, listener) {
    signal.watch(listener, this.signal);
  }

  /** Tells whoever embeds the element, across the shadow root. */
  tell(type, detail) {
    return this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true, cancelable: true }));
  }
}

/** Defines an element once; a second copy of the file finds it there. */
export function define(name, constructor) {
  if (!customElements.get(name)) customElements.define(name, constructor);
}
