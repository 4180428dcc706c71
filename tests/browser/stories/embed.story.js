// A page of somebody else with components in it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { world } from "../lib/world.js";

const it = world();

test("the bell, the list, toasts and pop-ups work in another page, with its colours and one socket", async () => {
  const page = await (await it.browser.newContext({ locale: "en-GB" })).newPage();
  const sockets = [];
  const complaints = [];
  page.on("websocket", (socket) => sockets.push(socket.url()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await page.goto(`${it.base}/web/any/example.html`);
  await page.locator('button[name=person][value="hillside/22"]').click();
  await page.waitForURL(/example\.html$/);

  const bell = page.locator("campanile-bell").getByRole("button", { name: /unread/ });
  await bell.waitFor();
  const list = page.locator("campanile-notifications");
  await list.getByRole("group").waitFor();
  const before = Number(/\d+/.exec(await bell.textContent())[0]);
  await it.notify("22", { title: "Into a page of your own", level: "success" });
  await page.locator("campanile-toasts").getByText("Into a page of your own").waitFor();
  await list.getByRole("button", { name: /^Unread: Into a page of your own/ }).first().waitFor();
  await page.getByRole("button", { name: `Notifications, ${before + 1} unread` }).waitFor();

  const accent = await page.locator("campanile-bell .bell .badge").evaluate((badge) => getComputedStyle(badge).backgroundColor);
  assert.equal(accent, "rgb(156, 47, 92)");
  assert.equal(sockets.filter((url) => url.includes("/live")).length, 1);
  assert.deepEqual(complaints, []);
});
