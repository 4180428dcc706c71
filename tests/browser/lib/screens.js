// Every screen of the client, taken from its own list, with somebody who sees it.

import { person } from "./stack.js";

/**
 * For addresses with a part that varies: one that exists, found as that person.
 * @type {Record<string, (api: Function) => Promise<string>>}
 */
const EXAMPLES = {};

/**
 * @param {import("playwright-core").Page} page Of somebody who is signed in.
 * @returns {Promise<{name: string, who: string, at: string, element: string}[]>}
 */
export async function screens(page, base) {
  const routes = await page.evaluate(async () => {
    const { routes } = await import("/web/any/app/routes.js");
    return routes.map(({ path, roles, element }) => ({ path, roles, element }));
  });
  return Promise.all(routes.map(({ path, roles, element }) => example(base, path, roles, element)));
}

async function example(base, path, roles, element) {
  const who = roles ? "hillside/head" : "hillside/10";
  const name = path.slice(1).replaceAll("/:", "-one-").replaceAll("/", "-") || "home";
  if (!path.includes(":")) return { name, who, element, at: path };
  const find = EXAMPLES[path];
  if (!find) throw new Error(`Name an example for ${path} in tests/browser/lib/screens.js.`);
  return { name, who, element, at: await find(await person(base, who)) };
}

/** Opens a screen and waits until nothing of it is loading. */
export async function open(page, { at, element }) {
  await page.evaluate((to) => (location.hash = `#${to}`), at);
  await page.locator(`campanile-shell main > ${element}`).waitFor();
  await page.waitForFunction(() => {
    const busy = (root) => [...root.querySelectorAll("*")].some((one) => one.matches("[role=status][aria-busy=true]") || (one.shadowRoot && busy(one.shadowRoot)));
    return !busy(document);
  });
  await page.waitForLoadState("networkidle");
}
