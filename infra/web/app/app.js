// Begins: who is here, and then either the way in or the shell.

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
  if (!auth.signedIn) return welcome(auth);
  await enter(config, auth);
}

async function enter(config, auth) {
  const ended = () => {
    auth.forget();
    client.stop();
    welcome(auth, t("sign.ended"));
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
  const shell = new CampanileShell();
  Object.assign(shell, { router, auth, config });
  document.body.replaceChildren(shell);
}

begin().catch((error) => welcome(null, t("sign.failed", { reason: error.message })));
