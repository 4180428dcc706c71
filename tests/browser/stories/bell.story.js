// The bell: what is published is there, everywhere, without a reload.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, signIn } from "../lib/browser.js";
import { person, startStack } from "../lib/stack.js";

let browser, stack;
before(async () => {
  stack = await startStack();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await stack?.stop();
});

const bell = (page) => page.locator("header campanile-bell").getByRole("button", { name: /Notifications, \d+ unread/ });

/** How many are unread, as a screen reader hears it. */
async function unread(page) {
  return Number(/\d+/.exec(await bell(page).getAttribute("aria-label"))[0]);
}

async function publish(title) {
  const head = await person(stack.base, "hillside/head");
  const made = await head("POST", "/v1/announcements", { title, body: "The heating is being repaired.", type: "general", audience: "all" });
  await head("POST", `/v1/announcements/${made.id}/publish`);
}

test("a published announcement appears in two other browsers without a reload", async () => {
  const pages = await Promise.all([signIn(browser, stack.base, "hillside/12"), signIn(browser, stack.base, "hillside/23")]);
  const before = await Promise.all(pages.map(unread));
  await Promise.all(pages.map((page) => page.evaluate(() => (window.notReloaded = true))));

  await publish("School is closed on Monday");

  for (const [index, page] of pages.entries()) {
    await page.getByRole("button", { name: `Notifications, ${before[index] + 1} unread` }).first().waitFor();
    await bell(page).click();
    const entry = page.locator("campanile-bell").getByRole("button", { name: /School is closed on Monday/ });
    await entry.waitFor();
    assert.equal(await page.evaluate(() => window.notReloaded), true);
    assert.deepEqual(page.complaints, []);
  }
});

test("a click on an entry marks it as read, and all can be marked at once", async () => {
  const page = await signIn(browser, stack.base, "hillside/10");
  await publish("Bring your sports shoes");
  await bell(page).click();
  const entry = page.locator("campanile-bell").getByRole("button", { name: /Bring your sports shoes/ });
  await entry.waitFor();
  const before = await unread(page);
  await entry.click();
  await page.getByRole("button", { name: `Notifications, ${before - 1} unread` }).first().waitFor();

  await bell(page).click();
  await page.locator("campanile-bell").getByRole("button", { name: "Mark all as read" }).click();
  await page.getByRole("button", { name: "Notifications, 0 unread" }).first().waitFor();
  await page.context().close();

  const again = await signIn(browser, stack.base, "hillside/10");
  await again.getByRole("button", { name: "Notifications, 0 unread" }).first().waitFor();
});
