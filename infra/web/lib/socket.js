// The one socket of a page: opened with a single-use ticket, kept open, opened
// again after a random wait, and asked things that are answered by `id`.

import { Problem } from "./problem.js";
import { Signal } from "./signal.js";
import { Waits } from "./waits.js";

/** Milliseconds. An idle socket is closed after ten minutes. */
const HEARTBEAT = 5 * 60_000;
const PATIENCE = 10_000;
/** So many failures in a row, and the page polls until a socket opens. */
const ENOUGH = 2;

/** `connecting` · `live` · `polling` · `offline` · `closed` */
export class Socket extends EventTarget {
  state = new Signal("closed");
  #api;
  #wire = null;
  #waits = new Waits();
  #timer = 0;
  #beat = 0;
  #asked = new Map();
  #ids = 0;
  #round = 0;

  constructor(api) {
    super();
    this.#api = api;
    addEventListener("online", () => this.#wake());
    addEventListener("offline", () => this.#lost("offline"));
    document.addEventListener("visibilitychange", () => document.hidden || this.#wake());
  }

  open() {
    if (this.state.value === "closed") this.#connect();
  }

  close() {
    this.#round += 1;
    clearTimeout(this.#timer);
    this.#drop();
    this.state.value = "closed";
  }

  /** Whether it went out; without a socket nothing is kept for later. */
  send(frame) {
    if (this.#wire?.readyState !== WebSocket.OPEN) return false;
    this.#wire.send(JSON.stringify(frame));
    return true;
  }

  /** Sends a request; its answer, or the problem that it was refused with. */
  ask(frame) {
    const id = `c${(this.#ids += 1)}`;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#settle(id, null, Problem.away()), PATIENCE);
      this.#asked.set(id, { resolve, reject, timer });
      if (!this.send({ ...frame, id })) this.#settle(id, null, Problem.away());
    });
  }

  /** Listens to frames of one type until `signal` is aborted. */
  on(type, listener, signal) {
    this.addEventListener(type, (event) => listener(event.detail), { signal });
  }

  async #connect() {
    const round = (this.#round += 1);
    clearTimeout(this.#timer);
    this.#drop();
    if (!navigator.onLine) return this.#lost("offline");
    if (this.state.value !== "polling") this.state.value = "connecting";
    try {
      const ticket = await this.#api.post("/v1/realtime/tickets");
      if (round !== this.#round) return;
      this.#waits.told(ticket.reconnect);
      this.#dial(ticket.url, round);
    } catch (problem) {
      if (round !== this.#round) return;
      // Whoever is signed out asks in vain until there is another token.
      if (problem.status === 401) return this.close();
      this.#again(problem.retryAfter);
    }
  }

  #dial(url, round) {
    const wire = new WebSocket(url);
    this.#wire = wire;
    const mine = () => round === this.#round;
    const slow = setTimeout(() => wire.close(), PATIENCE);
    wire.onopen = () => {
      clearTimeout(slow);
      if (!mine()) return wire.close();
      this.#beat = setInterval(() => this.#ping(), HEARTBEAT);
      this.state.value = "live";
    };
    wire.onmessage = ({ data }) => mine() && this.#take(data);
    wire.onclose = () => {
      clearTimeout(slow);
      if (mine()) this.#again(0);
    };
  }

  #take(data) {
    // A socket counts once it has said something: one that is taken and dropped
    // at once must not be dialled ever faster.
    this.#waits.reset();
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      return;
    }
    if (frame.id !== undefined && this.#asked.has(frame.id)) {
      const problem = frame.type === "error" ? new Problem(frame.problem) : null;
      this.#settle(frame.id, frame, problem);
    }
    if (frame.type === "auth_expired") return this.#connect();
    this.dispatchEvent(new CustomEvent(frame.type, { detail: frame }));
  }

  #settle(id, frame, problem) {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    clearTimeout(asked?.timer);
    if (problem) asked?.reject(problem);
    else asked?.resolve(frame);
  }

  async #ping() {
    const round = this.#round;
    try {
      await this.ask({ action: "ping" });
    } catch {
      if (round === this.#round && this.state.value === "live") this.#connect();
    }
  }

  /** The network came back, or the person: find out what still works. */
  #wake() {
    if (this.state.value === "closed") return;
    if (this.state.value === "live") this.#ping();
    else this.#connect();
  }

  #again(retryAfter) {
    this.#lost(navigator.onLine ? (this.#waits.attempts >= ENOUGH ? "polling" : "connecting") : "offline");
    const wait = Math.max(this.#waits.next(), (retryAfter || 0) * 1000);
    this.#timer = setTimeout(() => this.#connect(), wait);
  }

  #lost(state) {
    if (this.state.value === "closed") return;
    this.#drop();
    this.state.value = state;
  }

  #drop() {
    clearInterval(this.#beat);
    for (const id of [...this.#asked.keys()]) this.#settle(id, null, Problem.away());
    const wire = this.#wire;
    this.#wire = null;
    if (!wire) return;
    wire.onopen = wire.onmessage = wire.onclose = null;
    wire.close();
  }
}
