// Everything can be reached and done without a pointer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { WIDTHS } from "../lib/browser.js";
import { bell, showsUnread, unread, world } from "../lib/world.js";

const it = world();

/** The menu's entry, with or without a badge; the bell says "unread". */
const MENU = /^Notifications(?!, \d+ unread)/;

/** What has the focus, through all shadow roots, by its name. */
const focused = (page) =>
  page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element?.getAttribute("aria-label") ?? element?.textContent.trim() ?? "";
  });

const mainHasFocus = (page) => page.waitForFunction(() => document.querySelector("campanile-shell").shadowRoot.activeElement?.id === "main");

async function tabTo(page, name, most = 200) {
  for (let steps = 0; steps < most; steps += 1) {
    if (name.test(await focused(page))) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`${name} has not the focus after ${most} steps`);
}

test("from the first key to a notification that is read", async () => {
  await it.notify("10", { title: "By keyboard" });
  const page = await it.signIn("hillside/10");
  await page.keyboard.press("Tab");
  assert.equal(await focused(page), "Skip to the content");
  await page.keyboard.press("Enter");
  await mainHasFocus(page);

  await page.reload();
  await bell(page).waitFor();
  await tabTo(page, MENU);
  await page.keyboard.press("Enter");
  await page.waitForURL(/#\/notifications$/);
  // The focus moves to the screen once it is there, and would be taken from the bell.
  await mainHasFocus(page);
  await page.locator("campanile-notifications").getByText("By keyboard").waitFor();

  await tabTo(page, /^Notifications, \d+ unread/);
  const count = await unread(page);
  await page.keyboard.press("Enter");
  await tabTo(page, /By keyboard/);
  await page.keyboard.press("Enter");
  await showsUnread(page, count - 1);
});

test("Escape closes the bell's list and gives the focus back", async () => {
  const page = await it.signIn("hillside/10");
  await bell(page).focus();
  await page.keyboard.press("Enter");
  await page.locator("campanile-bell .panel").waitFor();
  await page.keyboard.press("Escape");
  await page.locator("campanile-bell .panel").waitFor({ state: "hidden" });
  assert.match(await focused(page), /^Notifications, \d+ unread/);
});

test("on a phone the menu opens with the focus in it and gives it back", async () => {
  const page = await it.signIn("hillside/10", { size: WIDTHS.phone });
  await page.getByRole("button", { name: "More" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("navigation", { name: "Main navigation" }).getByRole("link", { name: "Notifications" }).waitFor();
  await tabTo(page, MENU, 6);
  await page.keyboard.press("Escape");
  await page.getByRole("navigation", { name: "Main navigation" }).waitFor({ state: "hidden" });
  assert.equal(await focused(page), "More");
});

test("what has the focus can be seen", async () => {
  const page = await it.signIn("hillside/10", { at: "#/notifications" });
  await page.locator("campanile-notifications").getByRole("group").waitFor();
  for (let steps = 0; steps < 25; steps += 1) {
    await page.keyboard.press("Tab");
    const seen = await page.evaluate(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      if (!element || element === document.body) return { ok: true };
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      return { ok: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && box.width > 0 && box.height > 0, what: element.outerHTML.slice(0, 120) };
    });
    assert.ok(seen.ok, seen.what);
  }
});
