// The person's notifications, the same for every component of the page. Pushes,
// resumed ones and polled ones meet here, and what comes twice is dropped by id.

import { Signal } from "./signal.js";
import { Tabs } from "./tabs.js";

/** As many as are kept at hand; the rest is a question away. */
const KEPT = 100;
const POLL = 30_000;
/** Whoever comes back after this long may have read some of it elsewhere. */
const AWAY = 60_000;

export class Feed extends EventTarget {
  /** Newest first; `null` until the first answer. */
  items = new Signal(null);
  /** At most 100, which stands for more. */
  unread = new Signal(0);
  problem = new Signal(null);
  #api;
  #socket;
  #cursor = null;
  #poll = 0;
  #busy = null;
  #asked = 0;
  #starting = null;
  /** What is read in one tab is read in all of them. */
  tabs = new Tabs((change) => this.#apply(change));

  constructor(api, socket) {
    super();
    this.#api = api;
    this.#socket = socket;
    socket.on("notification.created", (frame) => {
      // The same push may come twice, and the second finds it read.
      const { notification: item } = frame;
      this.#merge([{ ...item, read: this.find(item.id)?.read ?? false }], frame, true);
    });
    socket.state.watch((state) => this.#follow(state));
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && this.#asked > 0 && Date.now() - this.#asked > AWAY) this.start();
    });
  }

  /** Reads the newest ones; the first time, and after a failure. */
  start() {
    this.#starting ??= this.#newest().finally(() => (this.#starting = null));
    return this.#starting;
  }

  async #newest() {
    this.#asked = Date.now();
    try {
      const answer = await this.#api.get("/v1/notifications", { page_size: 20 });
      this.problem.value = null;
      this.#merge(answer.items, answer, false);
    } catch (problem) {
      if (this.items.value === null) this.problem.value = problem;
    }
  }

  async read(id) {
    if (this.find(id)?.read === true) return;
    this.#apply({ read: id, unread: Math.max(0, this.unread.value - 1) });
    const { unread_count: unread } = await this.#api.post(`/v1/notifications/${encodeURIComponent(id)}/read`);
    this.#share({ read: id, unread });
  }

  async readAll() {
    const { unread_count: unread } = await this.#api.post("/v1/notifications/read-all");
    this.#share({ read: "all", unread });
  }

  async remove(id) {
    await this.#api.delete(`/v1/notifications/${encodeURIComponent(id)}`);
    this.#share({ removed: id, unread: await this.#count() });
  }

  async clear() {
    await this.#api.delete("/v1/notifications");
    this.#share({ removed: "all", unread: await this.#count() });
  }

  find(id) {
    return this.items.value?.find((item) => item.id === id);
  }

  /** Calls `listener` with each notification that arrives from now on. */
  arrived(listener, signal) {
    this.addEventListener("arrived", (event) => listener(event.detail), { signal });
  }

  async #count() {
    return (await this.#api.get("/v1/notifications/unread-count")).unread_count;
  }

  #share(change) {
    this.#apply(change);
    this.tabs.tell(change);
  }

  /** A change of this tab or of another one. */
  #apply({ read, removed, unread }) {
    const items = this.items.value;
    const meant = (which, item) => which === "all" || which === item.id;
    if (items && read) this.items.value = items.map((item) => (meant(read, item) && !item.read ? { ...item, read: true } : item));
    if (items && removed) this.items.value = items.filter((item) => !meant(removed, item));
    this.unread.value = unread;
  }

  #merge(fresh, { cursor, unread_count: unread }, news) {
    const known = new Map((this.items.value ?? []).map((item) => [item.id, item]));
    const arrived = fresh.filter((item) => !known.has(item.id));
    for (const item of fresh) known.set(item.id, { ...known.get(item.id), ...item });
    const items = [...known.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
    this.items.value = items.slice(0, KEPT);
    // A push may overtake another one: the place never goes back.
    if (cursor && (this.#cursor === null || cursor > this.#cursor)) this.#cursor = cursor;
    if (unread !== undefined) this.unread.value = unread;
    if (!news) return;
    for (const item of arrived.reverse()) this.dispatchEvent(new CustomEvent("arrived", { detail: item }));
  }

  #follow(state) {
    clearInterval(this.#poll);
    this.#poll = 0;
    if (state === "live") this.#catchUp((since) => this.#socket.ask({ action: "resume", since }));
    if (state === "polling") {
      this.#poll = setInterval(() => this.#ask(), POLL);
      this.#ask();
    }
  }

  #ask() {
    return this.#catchUp((since) => this.#api.get("/v1/notifications", { since }));
  }

  /** Everything since the last cursor, as often as there is more. */
  async #catchUp(ask) {
    if (this.#busy) return this.#busy;
    this.#busy = (async () => {
      if (this.#cursor === null) await this.start();
      let more = this.#cursor !== null;
      while (more) {
        const answer = await ask(this.#cursor);
        this.#merge(answer.items, answer, true);
        more = answer.more && answer.items.length > 0;
      }
    })();
    try {
      await this.#busy;
    } catch {
      // The next connection or the next poll asks again from the same cursor.
    } finally {
      this.#busy = null;
    }
  }
}
