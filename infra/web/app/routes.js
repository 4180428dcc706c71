// Every screen: its address, its element, the file that defines it, and who
// sees it in the menu. A screen is loaded when it is first opened.

import { staffRoutes } from "./routes-staff.js";

/**
 * @typedef {object} Route
 * @property {string} path With `:name` for a part that varies; those parts are attributes of the element.
 * @property {string} element
 * @property {() => Promise<unknown>} load
 * @property {string} [title] The text's name; also the menu's.
 * @property {string} [icon] With an icon, the route is in the menu.
 * @property {string[]} [roles] Who may see it; everybody without it.
 * @property {"chat"|"mail"|"unread"} [badge]
 * @property {boolean} [bottom] Whether it has a place in a phone's bottom bar.
 * @property {boolean} [local] Only where the deployment has a mailbox.
 */

/** @type {Route[]} */
export const routes = [
  { path: "/", element: "campanile-home", load: () => import("../screens/home.js"), title: "home.title", icon: "home", bottom: true },
  { path: "/notifications", element: "screen-notifications", load: () => import("../screens/notifications.js"), title: "bell.title", icon: "bell", badge: "unread", bottom: true },
  { path: "/notifications/preferences", element: "screen-preferences", load: () => import("../screens/preferences.js"), title: "prefs.title" },

  // For everybody.
  { path: "/chat", element: "screen-chat", load: () => import("../screens/chat.js"), title: "chat.title", icon: "chat", badge: "chat", bottom: true },
  { path: "/chat/:room", element: "screen-chat", load: () => import("../screens/chat.js"), title: "chat.title" },
  { path: "/chat/invitations/:invitation", element: "screen-chat", load: () => import("../screens/chat.js"), title: "chat.title" },
  { path: "/communities", element: "screen-communities", load: () => import("../screens/communities.js"), title: "community.title", icon: "community" },
  { path: "/communities/:community", element: "screen-communities", load: () => import("../screens/communities.js"), title: "community.title" },
  { path: "/communities/:community/posts/:post", element: "screen-communities", load: () => import("../screens/communities.js"), title: "community.title" },
  { path: "/inbox", element: "screen-inbox", load: () => import("../screens/inbox.js"), title: "inbox.title", icon: "mail", badge: "mail", bottom: true },
  { path: "/inbox/:thread", element: "screen-inbox", load: () => import("../screens/inbox.js"), title: "inbox.title" },
  { path: "/messages/:message", element: "screen-inbox", load: () => import("../screens/inbox.js"), title: "inbox.title" },
  { path: "/requests", element: "screen-requests", load: () => import("../screens/requests.js"), title: "requests.title", icon: "request" },
  { path: "/requests/:id", element: "screen-request", load: () => import("../screens/requests.js"), title: "requests.title" },
  { path: "/approvals", element: "screen-approvals", load: () => import("../screens/requests.js"), title: "approvals.title", icon: "approve", roles: ["staff", "admin"] },
  { path: "/approvals/:id", element: "screen-request", load: () => import("../screens/requests.js"), title: "approvals.title" },

  // For staff.
  ...staffRoutes,
];
