// Signing in and out, the end of a token, and several tabs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { choose } from "../lib/browser.js";
import { bell, showsUnread, socketIs, unread, world } from "../lib/world.js";

const it = world();
const TOKENS = "campanile.tokens";

test("signing in comes back to where one wanted to go, and leaves nothing in the address", async () => {
  const page = await it.signIn("hillside/10", { at: "#/notifications" });
  assert.equal(page.url(), `${it.base}/#/notifications`);
  await page.goBack();
  assert.ok(!page.url().includes("code="), page.url());
});

/** As if the token's time were over. */
const endSession = (page) =>
  page.evaluate((key) => {
    const tokens = JSON.parse(sessionStorage.getItem(key));
    sessionStorage.setItem(key, JSON.stringify({ ...tokens, until: 0 }));
  }, TOKENS);

test("a token that has ended asks to sign in again, and what was half written stays", async () => {
  const page = await it.signIn("hillside/10", { at: "#/inbox?compose" });
  await socketIs(page, "live");
  const text = page.getByLabel("Text", { exact: true }).or(page.getByLabel("Message", { exact: true })).first();
  await text.fill("Dear Ms Shah, about the museum trip");
  await endSession(page);
  await page.evaluate(() => document.querySelector("campanile-shell").client.feed.start());
  const dialog = page.getByRole("alertdialog");
  await dialog.getByText("Your session has ended").waitFor();
  assert.equal(await page.evaluate((key) => sessionStorage.getItem(key), TOKENS), null);

  // A window that is closed again changes nothing.
  const [closed] = await Promise.all([page.waitForEvent("popup"), dialog.getByRole("button", { name: "Sign in again" }).click()]);
  await closed.close();
  const [popup] = await Promise.all([page.waitForEvent("popup"), dialog.getByRole("button", { name: "Sign in again" }).click()]);
  await popup.locator('button[name=person][value="hillside/10"]').click();
  await dialog.waitFor({ state: "detached" });
  await socketIs(page, "live");
  assert.equal(await text.inputValue(), "Dear Ms Shah, about the museum trip");
  assert.ok(popup.isClosed() || (await popup.waitForEvent("close")));
  const before = await unread(page);
  await it.notify("10", { title: "You are back" });
  await showsUnread(page, before + 1);
});

test("whoever comes with a token that has ended signs in, and goes on to the same page", async () => {
  const page = await it.signIn("hillside/10", { at: "#/notifications" });
  await endSession(page);
  await page.reload();
  await page.getByText("your session ended").waitFor();
  await page.getByRole("button", { name: "Sign in" }).click();
  await choose(page, "hillside/10");
  assert.equal(page.url(), `${it.base}/#/notifications`);
  await page.locator("campanile-notifications").waitFor();
});

test("an answer of a sign-in that was not begun here is of no use", async () => {
  const page = await it.signIn("hillside/10");
  await page.goto(`${it.base}/?code=stolen&state=of-somebody-else`);
  await page.getByText("it was not begun here").waitFor();
  assert.ok(!page.url().includes("code="), page.url());
});

test("signing out forgets the person", async () => {
  const page = await it.signIn("hillside/10");
  await page.getByRole("button", { name: "Sign out" }).first().click();
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  assert.equal(await page.evaluate(() => JSON.stringify(Object.keys(sessionStorage))), "[]");
  await page.reload();
  await page.getByRole("button", { name: "Sign in" }).waitFor();
});

test("two tabs are two people if they like, and one person's tabs agree on what is read", async () => {
  const first = await it.signIn("hillside/11");
  const context = first.context();
  const second = await it.signIn("hillside/11", { context });
  const other = await it.signIn("hillside/3", { context });
  const [before, others] = [await unread(first), await unread(other)];
  await it.notify("11", { title: "Seen in one tab" });
  await Promise.all([first, second].map((page) => showsUnread(page, before + 1)));

  await bell(first).click();
  await first.locator("header campanile-bell").getByRole("button", { name: /Seen in one tab/ }).click();
  await Promise.all([first, second].map((page) => showsUnread(page, before)));
  assert.equal(await unread(other), others);
});
