// One client for a page: every component and both sockets of two copies of
// this file find the same one.

import { Api } from "./api.js";
import { Badges } from "./badges.js";
import { Feed } from "./feed.js";
import { Signal } from "./signal.js";
import { Socket } from "./socket.js";

const PLACE = Symbol.for("campanile.client");

export class Client {
  /** Who is signed in, as `GET /v1/users/me` tells; `null` until known. */
  me = new Signal(null);
  /** What the person lets pop up; `null` until known, when nothing has yet. */
  popups = new Signal(null);

  constructor({ api = "", token, ended, navigate }) {
    this.api = new Api({ base: api, token, ended });
    this.socket = new Socket(this.api);
    this.feed = new Feed(this.api, this.socket);
    this.badges = new Badges(this.api, this.socket, this.feed);
    /** Follows a link of a notification; a page of one's own may do it otherwise. */
    this.navigate = navigate ?? ((url) => location.assign(url));
  }

  /** Whether the person has one of these roles. */
  is(...roles) {
    const mine = this.me.value?.roles ?? [];
    return roles.some((role) => mine.includes(role));
  }

  async start() {
    this.socket.open();
    this.feed.start();
    this.#preferences();
    this.me.value = await this.api.get("/v1/users/me");
    this.feed.tabs.join(this.me.value);
    return this.me.value;
  }

  async #preferences() {
    try {
      this.popups.value = (await this.api.get("/v1/preferences")).popups;
    } catch {
      // A service account has none, and what is urgent must not wait.
      this.popups.value ??= "urgent";
    }
  }

  stop() {
    this.socket.close();
    this.feed.tabs.leave();
  }
}

/** The place where all copies of this file meet. */
const place = (globalThis[PLACE] ??= { client: null, ...Promise.withResolvers() });

/**
 * Connects the page, once.
 * @param {object} options
 * @param {string} [options.api] Where the API is; the page's own origin without it.
 * @param {() => Promise<string|null>} options.token Gives an access token that is in force.
 * @param {() => void} [options.ended] Called when the token is refused.
 * @param {(url: string) => void} [options.navigate] Called instead of leaving the page.
 */
export function connect(options) {
  place.client ??= new Client(options);
  place.resolve(place.client);
  return place.client;
}

/** The page's client, as soon as there is one. */
export function client() {
  return place.promise;
}
