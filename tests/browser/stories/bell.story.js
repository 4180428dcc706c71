// The bell: what is published is there, everywhere, without a reload.

import assert from "node:assert/strict";
import { test } from "node:test";
import { bell, showsUnread, unread, world } from "../lib/world.js";

const it = world();
const inBell = (page) => page.locator("header campanile-bell");

async function publish(title) {
  const head = await it.person("hillside/head");
  const made = await head("POST", "/v1/announcements", { title, body: "The heating is being repaired.", type: "general", audience: "all" });
  await head("POST", `/v1/announcements/${made.id}/publish`);
}

test("a published announcement appears in two other browsers without a reload", async () => {
  const pages = await Promise.all([it.signIn("hillside/12"), it.signIn("hillside/23")]);
  const before = await Promise.all(pages.map(unread));
  await Promise.all(pages.map((page) => page.evaluate(() => (window.notReloaded = true))));

  await publish("School is closed on Monday");

  for (const [index, page] of pages.entries()) {
    await showsUnread(page, before[index] + 1);
    await bell(page).click();
    await inBell(page).getByRole("button", { name: /School is closed on Monday/ }).first().waitFor();
    assert.equal(await page.evaluate(() => window.notReloaded), true);
    assert.deepEqual(page.complaints, []);
  }
});

test("a click on an entry marks it as read, and all can be marked at once", async () => {
  const page = await it.signIn("hillside/10");
  await publish("Bring your sports shoes");
  await bell(page).click();
  const entry = inBell(page).getByRole("button", { name: /Bring your sports shoes/ }).first();
  await entry.waitFor();
  const before = await unread(page);
  await entry.click();
  await showsUnread(page, before - 1);

  await bell(page).click();
  await inBell(page).getByRole("button", { name: "Mark all as read" }).click();
  await showsUnread(page, 0);

  const again = await it.signIn("hillside/10");
  await showsUnread(again, 0);
});

test("more than nine are shown as 9+, and told in full to a screen reader", async () => {
  const page = await it.signIn("hillside/13");
  const before = await unread(page);
  for (let count = 0; count < 10; count += 1) await it.notify("13", { title: `Page ${count}` });
  await showsUnread(page, before + 10);
  assert.equal(await inBell(page).locator(".bell .badge").textContent(), "9+");
});

test("whoever has nothing sees a sentence, not an empty box", async () => {
  const page = await it.signIn("hillside/20");
  const centre = page.locator("campanile-notifications");
  await page.goto(`${it.base}/#/notifications`);
  await centre.locator(".list, .state").first().waitFor();
  if (await centre.locator("li").count()) {
    await centre.getByRole("button", { name: "Clear all" }).click();
    await centre.getByRole("alertdialog").getByRole("button", { name: "Clear all" }).click();
  }
  await centre.getByText("What is new for you appears here.").waitFor();
  await bell(page).click();
  await inBell(page).getByText("You are all caught up").waitFor();
});

test("the centre shows what fits its filters, and what arrives joins it", async () => {
  const mark = Date.now();
  await it.notify("21", { title: `Library book is late ${mark}`, level: "warning", priority: 3 });
  await it.notify("21", { title: `Well done ${mark}`, level: "success" });
  const page = await it.signIn("hillside/21", { at: "#/notifications" });
  const centre = page.locator("campanile-notifications");
  const entry = (title) => centre.getByRole("button", { name: new RegExp(`^(Unread: )?${title} ${mark}`) });
  await entry("Well done").waitFor();

  await centre.getByLabel("Level").selectOption("warning");
  await entry("Library book is late").waitFor();
  await entry("Well done").waitFor({ state: "detached" });

  await it.notify("21", { title: `Fees are due ${mark}`, level: "warning" });
  await entry("Fees are due").waitFor();
  await it.notify("21", { title: `Cake in the hall ${mark}`, level: "info" });
  await bell(page).click();
  await inBell(page).getByRole("button", { name: new RegExp(`Cake in the hall ${mark}`) }).first().waitFor();
  assert.equal(await entry("Cake in the hall").count(), 0);
  await page.keyboard.press("Escape");

  await centre.getByLabel("Priority").selectOption("3");
  await entry("Fees are due").waitFor({ state: "detached" });
  await entry("Library book is late").waitFor();

  await entry("Library book is late").click();
  await centre.getByRole("button", { name: "Unread", exact: true }).click();
  await entry("Library book is late").waitFor({ state: "detached" });
});
