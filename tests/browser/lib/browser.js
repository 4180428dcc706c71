// A headless Chromium for stories, and people who sign in with it.

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const PROGRAM = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Nothing but the pages under test may talk to the network. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const WIDTHS = { phone: { width: 360, height: 740 }, desk: { width: 1440, height: 900 } };

export async function launch() {
  if (!existsSync(PROGRAM)) throw new Error(`There is no ${PROGRAM}: install Debian's package chromium, or name another program in CHROMIUM.`);
  return chromium.launch({ executablePath: PROGRAM, args: FLAGS });
}

/**
 * A browser of its own for one person, signed in as people do it.
 * @param {string} who Such as `hillside/head`.
 * @param {object} [options] `prepare` is called with the page before anything is
 * loaded; with `context` the page is another tab of the same browser.
 */
export async function signIn(browser, base, who, { size = WIDTHS.desk, theme = "light", at = "#/", prepare = async () => {}, context } = {}) {
  context ??= await browser.newContext({ viewport: size, colorScheme: theme, locale: "en-GB", reducedMotion: "reduce" });
  const page = await context.newPage();
  await prepare(page);
  page.complaints = [];
  page.on("pageerror", (error) => page.complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && page.complaints.push(`${message.text()} ${message.location().url}`));
  await page.goto(`${base}/${at}`);
  await page.getByRole("button", { name: "Sign in" }).click();
  await choose(page, who);
  return page;
}

/** At the provider: who one is today. */
export async function choose(page, who) {
  await page.locator(`button[name=person][value="${who}"]`).click();
  await page.locator("campanile-shell main > *").first().waitFor();
}
