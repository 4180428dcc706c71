// The client library: what a page needs to show notifications and to talk to
// Campanile. Importing it defines the bell and the notification centre, and
// loads the larger components that stand in the page.

export { Problem } from "./lib/problem.js";
export { Api } from "./lib/api.js";
export { Socket } from "./lib/socket.js";
export { Signal } from "./lib/signal.js";
export { Client, client, connect } from "./lib/client.js";
export { CampanileBell } from "./components/bell.js";
export { CampanileNotifications } from "./components/notifications.js";

const LARGER = {
  "campanile-approvals": () => import("./components/approvals.js"),
  "campanile-chat": () => import("./components/chat.js"),
  "campanile-community": () => import("./components/community.js"),
  "campanile-inbox": () => import("./components/inbox.js"),
  "campanile-popup": () => import("./components/popup.js"),
  "campanile-preferences": () => import("./components/preferences.js"),
  "campanile-toasts": () => import("./components/toasts.js"),
};

/** Loads components that are not in the page yet, such as `load("campanile-chat")`. */
export function load(...names) {
  return Promise.all(names.map((name) => LARGER[name]?.()));
}

load(...Object.keys(LARGER).filter((name) => document.querySelector(name)));
