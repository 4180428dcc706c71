// Notifications by staff: sent to an audience, found again, and taken back.

import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, showsUnread, unread, world } from "../lib/world.js";

const it = world();

test("staff notify a person, find the notification by its words, and take it back", async () => {
  const [office, student] = await Promise.all([it.signIn("hillside/office", { at: "#/notify" }), it.signIn("hillside/11")]);
  const before = await unread(student);
  await office.getByLabel("Title").fill("Your scarf was found");
  await office.getByLabel("Text", { exact: true }).fill("It is in the office.");
  await office.getByLabel("Kind of recipient").selectOption({ label: "Person" });
  await office.getByRole("combobox", { name: "Person" }).fill("Ewa");
  await office.getByRole("option", { name: /Ewa Novak/ }).click();
  await office.getByRole("button", { name: "Dry run" }).click();
  await office.getByText("person in the audience").waitFor();
  await office.getByRole("button", { name: "Send", exact: true }).click();
  await showsUnread(student, before + 1);

  await office.evaluate(() => (location.hash = "#/manage/notifications"));
  await office.getByRole("searchbox", { name: "Words in title or text" }).fill("scarf");
  const found = office.getByRole("button", { name: /Your scarf was found/ });
  await found.first().click();
  await office.getByRole("dialog").getByRole("button", { name: "Take back" }).click();
  await office.getByRole("alertdialog").getByRole("button", { name: "Take back" }).click();
  await office.getByRole("dialog").waitFor({ state: "detached" });

  const again = await it.signIn("hillside/11", { at: "#/notifications" });
  await again.getByRole("heading", { level: 1, name: "Notifications" }).waitFor();
  await showsUnread(again, before);
  assert.equal(await again.getByRole("button", { name: /Your scarf was found/ }).count(), 0);
});

test("staff ask why a person did not get something by e-mail, after the school has switched e-mail off", async () => {
  const page = await it.signIn("hillside/head", { at: "#/settings" });
  const head = await it.person("hillside/head");
  const rules = page.locator("section").filter({ has: page.getByRole("heading", { name: "Preferences" }) });
  await rules.getByRole("button", { name: "Add a rule" }).click();
  await rules.getByLabel("Kind of rule").last().selectOption({ label: "Locked" });
  await rules.getByPlaceholder("every category").last().fill("announcements");
  await rules.getByLabel("On or off").last().selectOption({ label: "Off" });
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Settings are saved").waitFor();
  assert.deepEqual((await head("GET", "/v1/settings")).preferences.locks, [{ category: "announcements", channel: "email", allowed: false }]);

  const { id } = await head("POST", "/v1/announcements", { title: "Choir", body: "At four.", audience: "user:3", channels: ["email"] });
  const { send_id: send } = await head("POST", `/v1/announcements/${id}/publish`);
  await eventually(async () => (await head("GET", `/v1/sends/${send}`)).status === "completed", "it is out");
  await page.evaluate((to) => (location.hash = to), `#/sends/${send}`);
  await page.getByRole("combobox", { name: "Person" }).fill("Meera");
  await page.getByRole("option", { name: /Meera Shah/ }).click();
  const { channels } = await head("GET", `/v1/notifications/${send}/explain?user=3`);
  const email = channels.find(({ channel }) => channel === "email");
  assert.equal(email.outcome, "skipped");
  await page.getByRole("listitem").getByText(email.text).waitFor();
  await head("PATCH", "/v1/settings", { preferences: { locks: [] } });
});
