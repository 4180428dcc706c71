// What is urgent stands in front of everything; what is not goes by as a toast.

import assert from "node:assert/strict";
import { test } from "node:test";
import { unread, showsUnread, world } from "../lib/world.js";

const it = world();
const urgent = { priority: 4, level: "error", title: "Leave the building", body: "Meet at the north gate." };
const popup = (page) => page.locator("campanile-popup").getByRole("alertdialog");

test("an urgent notice blocks the page until an action is chosen", async () => {
  const page = await it.signIn("hillside/10");
  const before = await unread(page);
  await it.notify("10", { ...urgent, actions: [{ label: "Show the way", url: "/notifications" }] });
  await popup(page).getByText("Meet at the north gate.").waitFor();

  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.mouse.click(5, 5);
  assert.ok(await popup(page).isVisible());
  // Nothing behind it can be reached, by pointer or by keyboard.
  const behind = page.getByRole("link", { name: "Notifications" }).first();
  await assert.rejects(behind.click({ timeout: 300 }));
  for (let steps = 0; steps < 6; steps += 1) {
    await page.keyboard.press("Tab");
    const inside = await page.evaluate(() => [null, "CAMPANILE-SHELL"].includes(document.activeElement?.tagName ?? null) || document.activeElement === document.body);
    assert.ok(inside);
    const within = await page.evaluate(() => {
      const shell = document.querySelector("campanile-shell");
      return shell.shadowRoot.activeElement?.tagName ?? "BODY";
    });
    assert.ok(["CAMPANILE-POPUP", "BODY"].includes(within), within);
  }

  await popup(page).getByRole("button", { name: "Show the way" }).click();
  await popup(page).waitFor({ state: "detached" });
  await page.waitForURL(/#\/notifications$/);
  await showsUnread(page, before);
  assert.deepEqual(page.complaints, []);
});

test("several come one after the other, also to whoever was away", async () => {
  await it.notify("11", { ...urgent, title: "First" });
  await it.notify("11", { ...urgent, title: "Second" });
  const page = await it.signIn("hillside/11");
  for (const title of ["First", "Second"]) {
    await popup(page).getByRole("heading", { name: title }).waitFor();
    assert.equal(await popup(page).count(), 1);
    await popup(page).getByRole("button", { name: "I have read this" }).click();
  }
  await popup(page).waitFor({ state: "detached" });
  await page.reload();
  await page.locator("campanile-shell main > *").first().waitFor();
  await showsUnread(page, await unread(page));
  assert.equal(await popup(page).count(), 0);
});

test("toasts are coloured by level, and only a problem stays", async () => {
  const page = await it.signIn("hillside/12", { prepare: (fresh) => fresh.clock.install() });
  const toasts = page.locator("campanile-toasts li");
  for (const level of ["info", "success", "warning"]) {
    await it.notify("12", { title: `About ${level}`, level });
    const toast = toasts.filter({ hasText: `About ${level}` });
    await toast.waitFor();
    assert.ok((await toast.getAttribute("class")).split(" ").includes(level));
  }
  await it.notify("12", { title: "About error", level: "error" });
  await toasts.filter({ hasText: "About error" }).waitFor();
  assert.equal(await toasts.count(), 3, "no more than three at once");

  await page.clock.fastForward(10_000);
  await toasts.filter({ hasText: "About warning" }).waitFor({ state: "detached" });
  assert.equal(await toasts.count(), 1);
  await toasts.getByRole("button", { name: "Dismiss" }).click();
  assert.equal(await toasts.count(), 0);
});
