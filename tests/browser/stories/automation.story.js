// Automations: tried with a sample event before they are kept, switched off and on.

import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, world } from "../lib/world.js";

const it = world();

test("a built-in rule is tried as it was changed, and nothing is sent", async () => {
  const page = await it.signIn("hillside/head", { at: "#/automations/assignment.created" });
  const head = await it.person("hillside/head");
  const newest = async () => (await head("GET", "/v1/sends?page_size=1")).items[0]?.id;
  const before = await newest();
  await page.getByLabel("Title", { exact: true }).fill("Homework: {{ assignment_title }}");
  await page.getByLabel("Data of the sample event").fill(JSON.stringify({ assignment_id: "a1", assignment_title: "Rivers", class_id: "5" }));
  await page.getByRole("button", { name: "Try it" }).click();
  await page.getByText("3 people").waitFor();
  await page.getByRole("button", { name: "Jan Novak" }).click();
  await page.getByRole("dialog").getByText("Homework: Rivers").waitFor();
  await page.keyboard.press("Escape");
  assert.equal(await newest(), before, "trying sends nothing");
});

test("JSON that is not valid is marked at its line", async () => {
  const page = await it.signIn("hillside/head", { at: "#/automations/assignment.created" });
  await page.getByLabel("Data of the sample event").fill('{\n  "assignment_id": "a1",\n  "class_id" "5"\n}');
  await page.getByRole("button", { name: "Try it" }).click();
  await page.getByRole("button", { name: /^line 3, column \d+: This is not valid JSON/ }).waitFor();
});

test("a rule is switched off and on again", async () => {
  const page = await it.signIn("hillside/head", { at: "#/automations" });
  const head = await it.person("hillside/head");
  const toggle = page.getByRole("switch", { name: "Rule “Password reset”" });
  for (const on of [false, true]) {
    await toggle.click();
    await toggle.and(page.locator(`[aria-checked="${on}"]`)).waitFor();
    await eventually(async () => (await head("GET", "/v1/automations/password.reset")).enabled === on, "the rule is switched");
  }
});
