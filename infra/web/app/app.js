// Begins: who is here, and then either the way in or the shell.

import { h } from "../base/h.js";
import { speak, t } from "../base/texts.js";
import { tokens } from "../base/tokens.js";
import { setZone } from "../base/time.js";
import { connect } from "../lib/client.js";
import { Auth } from "./auth.js";
import { Router } from "./router.js";
import { routes } from "./routes.js";
import { applyTheme, nextTheme } from "./theme.js";
import "./welcome.js";

document.adoptedStyleSheets = [tokens];
applyTheme();
addEventListener("campanile-theme", nextTheme);

/** Shows the way in, and why, if there is a reason; without `auth`, a way to try again. */
function welcome(auth, said) {
  const element = document.createElement("campanile-welcome");
  Object.assign(element, { auth, said });
  document.body.replaceChildren(element);
}

async function begin() {
  const response = await fetch(new URL("/config.json", location.origin));
  if (!response.ok) throw new Error(`status ${response.status}`);
  const config = await response.json();
  const auth = new Auth(config);
  try {
    await auth.finish();
  } catch (error) {
    return welcome(auth, t("sign.failed", { reason: error.message }));
  }
  if (auth.handOver()) return;
  if (!auth.signedIn) return welcome(auth);
  await enter(config, auth);
}

/** Over the page, which stays as it is: the session has ended. Done when another one is there. */
async function signInAgain(auth, client, shell) {
  client.stop();
  const { openDialog } = await import("../base/dialog.js");
  const again = h("button", { class: "primary" }, t("sign.again"));
  const leave = h("button", { onclick: () => auth.end() }, t("menu.signOut"));
  const dialog = openDialog(shell.root, { title: t("sign.endedTitle"), blocking: true, role: "alertdialog" }, h("p", { class: "dim" }, t("sign.endedText")), h("div", { class: "actions" }, leave, again));
  // Whoever closes the window may open another one.
  again.addEventListener("click", async () => {
    await auth.again();
    const before = client.me.value.id;
    // Somebody else gets a page of their own.
    if ((await client.start()).id !== before) location.reload();
    dialog.close();
  });
  await new Promise((resolve) => dialog.addEventListener("close", resolve));
}

async function enter(config, auth) {
  let shell = null;
  let asked = false;
  const ended = () => {
    if (asked) return;
    asked = true;
    auth.forget();
    if (shell) signInAgain(auth, client, shell).finally(() => (asked = false));
    else welcome(auth, t("sign.ended"));
  };
  const client = connect({ token: () => auth.token(), ended, navigate: (url) => router.go(url) });
  const router = new Router(routes);
  let me;
  try {
    me = await client.start();
  } catch (problem) {
    // Whoever is signed in and has no connection need not sign in again.
    if (problem.status !== 401) welcome(null, problem.message);
    return;
  }
  setZone(me.profile?.time_zone ?? me.tenant.time_zone);
  speak(me.profile?.locale ?? me.tenant.locale);
  const { CampanileShell } = await import("./shell.js");
  shell = new CampanileShell();
  Object.assign(shell, { router, auth, config });
  document.body.replaceChildren(shell);
}

begin().catch((error) => welcome(null, t("sign.failed", { reason: error.message })));
