// The REST API: one function for each method, problems as exceptions.

import { Problem } from "./problem.js";

const JSON_TYPE = "application/json";

export class Api {
  #base;
  #token;
  #ended;

  /**
   * @param {object} options
   * @param {string} options.base Where `/v1` is; the page's own origin if empty.
   * @param {() => Promise<string|null>} options.token
   * @param {() => void} [options.ended] Called when the token is refused.
   */
  constructor({ base = "", token, ended = () => {} }) {
    this.#base = base.replace(/\/$/, "");
    this.#token = token;
    this.#ended = ended;
  }

  get(path, query, options) {
    return this.request("GET", path, { query, ...options });
  }

  /**
   * Repeating a POST with the same `key` does nothing twice; without one, each
   * call is an act of its own, and a lost answer is asked for once more.
   */
  post(path, body, { key = crypto.randomUUID(), ...options } = {}) {
    return this.request("POST", path, { body, key, ...options });
  }

  put(path, body, options) {
    return this.request("PUT", path, { body, ...options });
  }

  patch(path, body, options) {
    return this.request("PATCH", path, { body, ...options });
  }

  delete(path, query, options) {
    return this.request("DELETE", path, { query, ...options });
  }

  /** Every item of a list, page by page as they are asked for. */
  async *items(path, query = {}, options) {
    for await (const page of this.pages(path, query, options)) yield* page.items;
  }

  async *pages(path, query = {}, options) {
    let after = query.after ?? null;
    do {
      const page = await this.get(path, after ? { ...query, after } : query, options);
      yield page;
      after = page.page?.after ?? null;
    } while (after);
  }

  async request(method, path, { query, body, key, signal, type, headers = {} } = {}) {
    const init = { method, headers: { accept: JSON_TYPE, ...headers }, signal, cache: "no-store" };
    const token = await this.#token();
    if (token) init.headers.authorization = `Bearer ${token}`;
    if (key) init.headers["idempotency-key"] = key;
    if (body !== undefined) {
      init.headers["content-type"] = type ?? JSON_TYPE;
      init.body = type ? body : JSON.stringify(body);
    }
    const response = await this.#answer(`${this.#base}${path}${asQuery(query)}`, init, key);
    if (response.status === 401) this.#ended();
    if (!response.ok) throw await Problem.of(response);
    if (response.status === 204) return null;
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json");
    return isJson ? JSON.parse(text) : text || null;
  }

  async #answer(url, init, key) {
    try {
      return await fetch(url, init);
    } catch (error) {
      if (error.name === "AbortError") throw error;
      if (key === undefined || !navigator.onLine) throw Problem.away();
    }
    try {
      return await fetch(url, init);
    } catch {
      throw Problem.away();
    }
  }
}

/** `{unread: true, type: null}` is `?unread=true`. */
function asQuery(query) {
  const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs)}`;
}
