// The inbox: what is written arrives in the other browser, with its badge.

import assert from "node:assert/strict";
import { test } from "node:test";
import { WIDTHS } from "../lib/browser.js";
import { world } from "../lib/world.js";

const it = world();

const inbox = (page) => page.locator("campanile-inbox");
const menu = (page, count) => page.getByRole("navigation", { name: "Main navigation" }).getByRole("link", { name: count ? `Inbox , ${count}` : "Inbox", exact: true });

async function unread(who) {
  const api = await it.person(who);
  return (await api("GET", "/v1/messages/unread-count")).unread_count;
}

test("a message arrives in another browser's badge and inbox, and its reading is told back", async () => {
  const before = await unread("mercy/trainee-3");
  const [paul, zainab] = await Promise.all([it.signInReading("mercy/coord-1", { at: "#/inbox?compose" }), it.signInReading("mercy/trainee-3")]);

  await inbox(paul).getByRole("combobox", { name: "To" }).pressSequentially("Zai");
  await inbox(paul).getByRole("option", { name: "Zainab Ali" }).click();
  await inbox(paul).getByRole("textbox", { name: "Subject" }).fill("Rotation in January");
  await inbox(paul).getByRole("textbox", { name: "Message" }).fill("Would <i>Oncology</i> suit you?\nPaul");
  await inbox(paul).getByRole("button", { name: "Send", exact: true }).click();
  await inbox(paul).getByRole("heading", { name: "Rotation in January" }).waitFor();

  await menu(zainab, before + 1).click();
  const letter = inbox(zainab).getByRole("button", { name: /Unread: Paul Ngata.*Rotation in January/ });
  await letter.click();
  await inbox(zainab).locator("li.letter .lines", { hasText: "Would <i>Oncology</i> suit you?" }).waitFor();
  await menu(zainab, before).waitFor();

  await inbox(zainab).getByRole("textbox", { name: "Reply to Paul Ngata" }).fill("Very much.");
  await inbox(zainab).getByRole("button", { name: "Reply", exact: true }).click();
  await inbox(paul).locator("li.letter .lines", { hasText: "Very much." }).waitFor();
  await inbox(paul).getByRole("button", { name: "Who has read it" }).first().click();
  await paul.getByRole("dialog").getByText(/^Read /).waitFor();
  assert.deepEqual([...paul.complaints, ...zainab.complaints], []);
});

test("what is missing is told at its place, and nothing is sent", async () => {
  const page = await it.signInReading("mercy/trainee-2", { at: "#/inbox?compose", size: WIDTHS.phone });
  await inbox(page).getByRole("button", { name: "Send", exact: true }).click();
  await inbox(page).getByText("Choose at least one person.").waitFor();
  await inbox(page).getByText("Say in a few words what it is about.").waitFor();
  await inbox(page).getByText("Write something first.").waitFor();
  assert.equal(await page.evaluate(() => window.innerWidth >= document.documentElement.scrollWidth), true);
});

test("staff write to an audience once, and each of them gets it", async () => {
  const before = await unread("mercy/trainee-4");
  const page = await it.signInReading("mercy/director", { at: "#/inbox?compose" });
  await inbox(page).getByRole("button", { name: "An audience" }).click();
  await inbox(page).locator("campanile-audience").evaluate((element) => {
    element.value = ["role:student"];
  });
  await inbox(page).getByRole("textbox", { name: "Subject" }).fill("New badges");
  await inbox(page).getByRole("textbox", { name: "Message" }).fill("Please fetch yours at the desk.");
  await inbox(page).getByRole("button", { name: "Send", exact: true }).click();
  await page.getByText("It is on its way to everybody").waitFor();

  const mark = await it.signInReading("mercy/trainee-4", { at: "#/inbox" });
  await inbox(mark).getByRole("button", { name: /New badges/ }).waitFor();
  await menu(mark, before + 1).waitFor();
});

test("a message is found, marked as unread and deleted", async () => {
  const page = await it.signInReading("mercy/trainee-1", { at: "#/inbox" });
  await inbox(page).getByRole("searchbox").fill("stethoscope");
  await inbox(page).getByRole("button", { name: /Bedside teaching/ }).first().click();
  await inbox(page).getByRole("button", { name: "Mark as unread" }).first().click();
  await inbox(page).getByRole("button", { name: /Unread: Paul Ngata.*Bedside teaching/ }).click();
  await inbox(page).getByRole("button", { name: "Delete" }).first().click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await page.getByText("The message was deleted").waitFor();
  await inbox(page).getByText("Nothing fits.").waitFor();
});

test("a list that was asked for before a message was deleted does not bring it back", async () => {
  const page = await it.signInReading("mercy/trainee-2", { at: "#/inbox" });
  const search = inbox(page).getByRole("searchbox");
  await search.fill("stethoscope");
  const row = inbox(page).getByRole("button", { name: /Bedside teaching/ });
  await row.first().click();
  await inbox(page).getByRole("button", { name: "Delete" }).first().waitFor();

  const deleted = withResolvers();
  const asked = page.waitForRequest(/\/v1\/messages\?.*stethoscop(&|$)/);
  await page.route(/\/v1\/messages\?.*stethoscop(&|$)/, async (route) => {
    const before = await route.fetch();
    await deleted.promise;
    await route.fulfill({ response: before });
  });
  await search.fill("stethoscop");
  await asked;
  await inbox(page).getByRole("button", { name: "Delete" }).first().click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await page.getByText("The message was deleted").waitFor();
  deleted.resolve();
  await inbox(page).getByText("Nothing fits.").waitFor();
});

function withResolvers() {
  const parts = {};
  parts.promise = new Promise((resolve) => (parts.resolve = resolve));
  return parts;
}
