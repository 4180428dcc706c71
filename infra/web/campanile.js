// The client library: what a page needs to show notifications and to talk to
// Campanile. Importing it also defines the components that stand alone.

export { Problem } from "./lib/problem.js";
export { Api } from "./lib/api.js";
export { Socket } from "./lib/socket.js";
export { Signal } from "./lib/signal.js";
export { Client, client, connect } from "./lib/client.js";
export { CampanileBell } from "./components/bell.js";
export { CampanileNotifications } from "./components/notifications.js";
export { CampanilePreferences } from "./components/preferences.js";
