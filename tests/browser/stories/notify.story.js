// Notifications by staff: sent to an audience, found again, and taken back.

import assert from "node:assert/strict";
import { test } from "node:test";
import { showsUnread, unread, world } from "../lib/world.js";

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
