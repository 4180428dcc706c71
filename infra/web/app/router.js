// Addresses behind the `#`: they need nothing of the server, and work the same
// from a bucket, the function and the local stack.

import { Signal } from "../lib/signal.js";

export class Router {
  /** `{route, params, query, path}`; `route` is `null` for an unknown address. */
  place = new Signal(null);
  #routes;

  constructor(routes) {
    this.#routes = routes.map((route) => ({ route, parts: split(route.path) }));
    addEventListener("hashchange", () => this.#read());
    this.#read();
  }

  /** Goes to a path of the client, or leaves for another site. */
  go(url) {
    const target = new URL(url, location.origin);
    if (target.origin !== location.origin) return void open(target, "_blank", "noopener");
    const hash = target.hash.startsWith("#/") ? target.hash : `#${target.pathname}${target.search}`;
    if (hash === location.hash) this.#read(true);
    else location.hash = hash;
  }

  #read(again = false) {
    const [path, query = ""] = (location.hash.slice(1) || "/").split("?");
    const before = this.place.value;
    if (!again && before?.path === path && before.search === query) return;
    const found = this.#find(split(path));
    this.place.value = { path, search: query, query: new URLSearchParams(query), route: null, params: {}, ...found };
  }

  #find(parts) {
    for (const { route, parts: wanted } of this.#routes) {
      if (wanted.length !== parts.length) continue;
      const params = {};
      const fits = wanted.every((want, index) => {
        if (!want.startsWith(":")) return want === parts[index];
        params[want.slice(1)] = decoded(parts[index]);
        return true;
      });
      if (fits) return { route, params };
    }
    return null;
  }
}

/** Whether the menu's entry is the one that is open. */
export function within(entry, path) {
  return entry === "/" ? path === "/" : path === entry || path.startsWith(`${entry}/`);
}

function split(path) {
  return path.split("/").filter(Boolean);
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
