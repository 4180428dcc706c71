// Every screen at both widths, light and dark: a picture of it, nothing that
// hangs over, no complaint of the browser, and what axe finds.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { WIDTHS } from "../lib/browser.js";
import { furnish, open, screens } from "../lib/screens.js";
import { world } from "../lib/world.js";

const it = world();
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const FOLDER = process.env.SCREENSHOTS ?? fileURLToPath(new URL("../../../target/screenshots", import.meta.url));
mkdirSync(FOLDER, { recursive: true });

const LOOKS = [
  { width: "desk", theme: "light", axe: true },
  { width: "desk", theme: "dark" },
  { width: "phone", theme: "light" },
  { width: "phone", theme: "dark", axe: true },
];

async function findings(page) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
  const violations = await page.evaluate(async () => (await window.axe.run(document, { resultTypes: ["violations"] })).violations);
  const bad = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
  return bad.map(({ id, help, nodes }) => `${id}: ${help}\n    ${nodes.map((node) => `${node.target.flat().join(" ")} ${node.html.slice(0, 140)}`).slice(0, 4).join("\n    ")}`);
}

/** What makes the whole page scroll sideways. */
const overhang = (page) =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth > clientWidth + 1 ? `${scrollWidth} of ${clientWidth} px` : null;
  });

for (const { width, theme, axe } of LOOKS) {
  test(`every screen, ${width}, ${theme}`, async () => {
    await furnish(it.base);
    const first = await it.signIn("hillside/head");
    const all = await screens(first, it.base);
    await first.context().close();
    const wrong = [];
    for (const who of new Set(all.map((screen) => screen.who))) {
      const page = await it.signIn(who, { size: WIDTHS[width], theme });
      for (const screen of all.filter((one) => one.who === who)) {
        const say = (what) => wrong.push(`${screen.name}, ${width}, ${theme}: ${what}`);
        page.complaints.length = 0;
        const missing = await open(page, screen).then(() => null, (error) => error.message.split("\n")[0]);
        if (missing) say(`does not open: ${missing}`);
        if (missing) continue;
        await page.screenshot({ path: `${FOLDER}/${screen.name}-${width}-${theme}.png` });
        const over = await overhang(page);
        if (over) say(`hangs over: ${over}`);
        if ((await page.locator("campanile-shell main h1").count()) !== 1) say("has not one heading of the first level");
        if (axe) for (const found of await findings(page)) say(found);
        for (const complaint of page.complaints) say(complaint);
      }
    }
    assert.equal(wrong.join("\n"), "");
  });
}

test("the way in has no finding either", async () => {
  for (const [width, size] of Object.entries(WIDTHS)) {
    const context = await it.browser.newContext({ viewport: size, locale: "en-GB" });
    const page = await context.newPage();
    await page.goto(it.base);
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await page.screenshot({ path: `${FOLDER}/sign-in-${width}-light.png` });
    assert.deepEqual(await findings(page), []);
    assert.equal(await overhang(page), null);
  }
});
