// What a file of stories begins with: a stack, a browser, and people in it.

import { after, afterEach, before } from "node:test";
import { launch, signIn } from "./browser.js";
import { person, startStack } from "./stack.js";

export function world() {
  const it = {
    /** A browser of its own for one person. */
    signIn: (who, options) => signIn(it.browser, it.base, who, options),
    /** Somebody who reads what pops up as soon as it does, and goes on. */
    signInReading: async (who, options) => {
      const page = await signIn(it.browser, it.base, who, options);
      const read = page.locator("campanile-popup").getByRole("button", { name: "I have read this" });
      // Behind each there may be another one.
      await page.addLocatorHandler(read, () => read.click(), { noWaitAfter: true });
      return page;
    },
    /** The same person by the API. */
    person: (who) => person(it.base, who),
    /** Notifies somebody, as the head of the school does; done once it has arrived. */
    notify: async (user, notification) => {
      const head = await person(it.base, "hillside/head");
      const { send } = await head("POST", "/v1/notifications", { audience: `user:${user}`, ...notification });
      await arrived(head, send);
    },
  };
  before(async () => {
    it.stack = await startStack();
    it.base = it.stack.base;
    it.browser = await launch();
  });
  afterEach(() => Promise.all(it.browser.contexts().map((context) => context.close())));
  after(async () => {
    await it.browser?.close();
    await it.stack?.stop();
  });
  return it;
}

function arrived(head, send) {
  return eventually(async () => (await head("GET", `/v1/sends/${send}`)).status === "completed", `the send ${send} is completed`);
}

/** Asks until it is so. */
export async function eventually(so, what = "it is so") {
  const until = Date.now() + 15_000;
  while (!(await so())) {
    if (Date.now() > until) throw new Error(`Waited in vain until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The bell of the header, by what a screen reader hears. */
export const bell = (page) => page.locator("header campanile-bell").getByRole("button", { name: /Notifications, \d+ unread/ });

export async function unread(page) {
  return Number(/\d+/.exec(await bell(page).textContent())[0]);
}

/** Waits until so many are unread. */
export const showsUnread = (page, count) => page.locator("header campanile-bell").getByRole("button", { name: `Notifications, ${count} unread` }).waitFor();

/** Waits until the page's socket is in this state. */
export function socketIs(page, state) {
  return page.waitForFunction((wanted) => document.querySelector("campanile-shell")?.client?.socket.state.value === wanted, state);
}
