// Announcements: written with an audience, tried without sending, published,
// and read by those whom they are for.

import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, showsUnread, unread, world } from "../lib/world.js";

const it = world();

/** Adds a part of an audience as one does by keyboard. */
async function addToAudience(page, kind, name) {
  await page.getByLabel("Kind of recipient").selectOption({ label: kind });
  const find = page.getByRole("combobox", { name: kind });
  await find.fill(name);
  await page.getByRole("option", { name: new RegExp(name) }).first().waitFor();
  await find.press("Enter");
}

/** A day in the next July, and a winter's morning, both within a year. */
function seasons(now = new Date()) {
  const next = (month) => now.getUTCFullYear() + (now.getUTCMonth() + 1 >= month ? 1 : 0);
  return { summer: `${next(7)}-07-01`, later: `${next(2)}-02-01T09:00` };
}

const cell = (page, row, column) => page.getByRole("row", { name: row }).getByRole("cell").nth(column);

test("an announcement with an audience is tried, published with its progress, and appears in another browser's bell", async () => {
  const [office, student, left] = await Promise.all([it.signIn("hillside/office", { at: "#/manage/announcements/new" }), it.signIn("hillside/12"), it.signIn("hillside/10")]);
  const [before, beforeLeft] = await Promise.all([unread(student), unread(left)]);

  await office.getByLabel("Title").fill("The bus leaves at eight");
  await office.getByLabel("Text", { exact: true }).fill("From the north gate. Bring lunch.");
  await office.getByLabel("E-mail", { exact: true }).check();
  await addToAudience(office, "Students of …", "Class 5A");
  await addToAudience(office, "Guardians of a group", "Class 5A");
  await office.getByRole("button", { name: "Left out" }).click();
  await addToAudience(office, "Person", "Jan Novak");
  await office.getByRole("listitem").filter({ hasText: "Students of Class 5A" }).waitFor();
  await office.getByRole("listitem").filter({ hasText: "Not: Jan Novak" }).waitFor();

  await office.getByRole("button", { name: "Dry run" }).click();
  const reach = office.getByRole("region", { name: "Reach by channel" });
  await reach.waitFor();
  const people = Number(await cell(reach, /^Reached/, 0).textContent());
  assert.ok(people > 2, `${people} people are reached in the app`);
  assert.equal(await cell(reach, /^No address/, 1).textContent(), "1", "Noa has no e-mail address");
  await office.getByRole("region", { name: "Who would get it" }).getByRole("button", { name: "Chidi Okafor" }).first().click();
  await office.getByRole("dialog").getByText("From the north gate. Bring lunch.").waitFor();
  await office.keyboard.press("Escape");

  await office.getByRole("button", { name: "Save draft" }).click();
  await office.getByRole("heading", { level: 1, name: "The bus leaves at eight" }).waitFor();
  assert.equal(await unread(student), before, "a draft reaches nobody");
  await office.getByRole("button", { name: "Publish …" }).click();
  await office.getByRole("dialog").getByText("people in the audience").waitFor();
  await office.getByRole("button", { name: "Publish now" }).click();

  await showsUnread(student, before + 1);
  await office.getByRole("progressbar", { name: "Progress" }).and(office.locator('[aria-valuenow="100"]')).waitFor();
  await office.getByText("Completed").waitFor();
  assert.equal(await unread(left), beforeLeft, "who is left out gets nothing");

  await student.evaluate(() => (location.hash = "#/announcements"));
  const entry = student.getByRole("link", { name: /The bus leaves at eight/ }).first();
  await entry.getByText("Unread").waitFor();
  await entry.click();
  await student.getByRole("heading", { level: 1, name: "The bus leaves at eight" }).waitFor();
  await student.getByRole("link", { name: "Announcements" }).last().click();
  await entry.waitFor();
  assert.equal(await entry.getByText("Unread").count(), 0, "it is marked as read");
  assert.deepEqual([...office.complaints, ...student.complaints], []);
});

test("what is missing is said at its field, and nothing is saved", async () => {
  const page = await it.signIn("hillside/office", { at: "#/manage/announcements/new" });
  await page.getByLabel("Text", { exact: true }).fill("Something");
  await page.getByRole("button", { name: "Save draft" }).click();
  const title = page.getByLabel("Title");
  await page.locator('input[aria-invalid="true"]').first().waitFor();
  assert.equal(await title.getAttribute("aria-invalid"), "true");
  assert.equal(new URL(page.url()).hash, "#/manage/announcements/new");
});

test("an announcement goes on the schedule in the tenant's zone, and off again", async () => {
  const head = await it.person("hillside/head");
  const { summer, later } = seasons();
  const { id } = await head("POST", "/v1/announcements", { title: "Summer fair", body: "On the lawn.", audience: "all" });
  const page = await it.signIn("hillside/office", { at: `#/manage/announcements/${id}` });
  await page.getByRole("button", { name: "Schedule" }).click();
  // In July, London is an hour ahead of UTC.
  await page.getByLabel("Goes out at").fill(`${summer}T09:00`);
  await page.getByRole("dialog").getByRole("button", { name: "Schedule" }).click();
  const planned = page.getByText("Scheduled").first();
  await planned.waitFor();
  assert.equal((await head("GET", `/v1/announcements/${id}`)).published_at, `${summer}T08:00:00Z`);
  await page.getByRole("button", { name: "Change the time" }).click();
  assert.equal(await page.getByLabel("Goes out at").inputValue(), `${summer}T09:00`);
  await page.getByLabel("Goes out at").fill("2099-07-01T09:00");
  await page.getByRole("dialog").getByRole("button", { name: "Schedule" }).click();
  await page.getByText("At most 366 days ahead.").waitFor();
  assert.equal((await head("GET", `/v1/announcements/${id}`)).published_at, `${summer}T08:00:00Z`, "it keeps its time");
  await page.getByLabel("Goes out at").fill(later);
  await page.getByRole("dialog").getByRole("button", { name: "Schedule" }).click();
  await eventually(async () => (await head("GET", `/v1/announcements/${id}`)).published_at === `${later}:00Z`, "it has the new time");

  await page.getByRole("button", { name: "Do not send" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Do not send" }).click();
  await planned.waitFor({ state: "detached" });
  assert.notEqual((await head("GET", `/v1/announcements/${id}`)).status, "scheduled");
});
