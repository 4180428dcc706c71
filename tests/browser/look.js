// Screenshots of one screen at both widths, light and dark, of a running stack:
// node look.js http://localhost:4700 hillside/head '#/notifications' FOLDER [CLICK…]
// Each CLICK is a selector that is clicked before the picture is taken.

import { mkdirSync } from "node:fs";
import { launch, signIn, WIDTHS } from "./lib/browser.js";

const [base, who, at = "#/", folder = "../../target/screenshots", ...clicks] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const browser = await launch();
const name = at.replace(/[^a-z0-9]+/gi, "-").replace(/^-|-$/g, "") || "home";
for (const [width, size] of Object.entries(WIDTHS)) {
  for (const theme of ["light", "dark"]) {
    const page = await signIn(browser, base, who, { size, theme, at });
    for (const click of clicks) await page.locator(click).first().click();
    await page.waitForLoadState("networkidle");
    await page.screenshot({ path: `${folder}/${name}-${width}-${theme}.png` });
    for (const complaint of page.complaints) process.stdout.write(`${width} ${theme}: ${complaint}\n`);
    await page.context().close();
  }
}
await browser.close();
