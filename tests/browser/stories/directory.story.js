// The directory and the tenant's settings, as the office keeps them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, world } from "../lib/world.js";

const it = world();

test("the office adds a person, puts them in a class until a day, and names a guardian", async () => {
  const page = await it.signIn("hillside/office", { at: "#/directory" });
  const head = await it.person("hillside/head");
  await page.getByRole("button", { name: "New person" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Iris Vale");
  await dialog.getByLabel("E-mail").fill("not an address");
  await dialog.getByLabel("Roles").fill("student");
  await dialog.getByLabel("Id").fill("iris");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.locator('[aria-invalid="true"]').waitFor();
  assert.equal(await dialog.getByLabel("E-mail").getAttribute("aria-invalid"), "true", "what is wrong is said at its field");
  await dialog.getByLabel("E-mail").fill("iris@pupils.hillside.example");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { level: 1, name: "Iris Vale" }).waitFor();

  await page.getByRole("combobox", { name: "Add a guardian" }).fill("Grace");
  await page.getByRole("option", { name: /Grace Okafor/ }).click();
  await page.getByRole("link", { name: "Grace Okafor" }).waitFor();
  assert.deepEqual((await head("GET", "/v1/users/iris/guardians")).items.map(({ name }) => name), ["Grace Okafor"]);

  await page.evaluate(() => (location.hash = "#/directory/groups/5"));
  await page.getByRole("button", { name: "Add a member" }).click();
  await dialog.getByRole("combobox", { name: "Person" }).fill("Iris");
  await page.getByRole("option", { name: /Iris Vale/ }).click();
  await dialog.getByLabel("Until").fill("2099-07-01");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByRole("listitem").filter({ hasText: "Iris Vale" }).getByText("until Wed, 1 Jul 2099").waitFor();
  const member = (await head("GET", "/v1/groups/5/members?page_size=100")).items.find(({ user }) => user === "iris");
  assert.equal(member.expires_at, "2099-07-01T22:59:00Z", "the day ends as it does where the school is");
});

test("settings are saved field by field, and who may chat is a list of rules", async () => {
  const page = await it.signIn("hillside/head", { at: "#/settings" });
  const head = await it.person("hillside/head");
  const before = await head("GET", "/v1/settings");
  await page.getByLabel("Academic year").fill("2030/31");
  await page.getByLabel("Countries that get texts").fill("GB, IE");
  await page.getByRole("button", { name: "Remove this rule" }).last().click();
  await page.getByRole("button", { name: "Save" }).click();
  await eventually(async () => (await head("GET", "/v1/settings")).academic_year === "2030/31", "the settings are saved");
  const after = await head("GET", "/v1/settings");
  assert.deepEqual(after.sms_countries, ["GB", "IE"]);
  assert.deepEqual(after.chat.invite_rules, before.chat.invite_rules.slice(0, -1));
  assert.equal(after.reply_to, before.reply_to, "what was not touched stays");

  await page.getByLabel("Time zone").fill("Mars/Olympus");
  await page.getByRole("button", { name: "Save" }).click();
  await page.locator('[aria-invalid="true"]').waitFor();
  assert.equal(await page.getByLabel("Time zone").getAttribute("aria-invalid"), "true");
});
