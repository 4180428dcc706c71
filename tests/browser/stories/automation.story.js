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
  await page.getByText(/^\d+ people$/).waitFor();
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

test("staff who are no admins look up what became of an event", async () => {
  const head = await it.person("hillside/head");
  await head("POST", "/v1/events", { events: [{ event_id: "homework-7", type: "assignment.created", data: { assignment_id: "a7", assignment_title: "Rivers", class_id: "5" } }] });
  await eventually(async () => (await head("GET", "/v1/events/homework-7")).status === "applied", "the event is applied");
  const page = await it.signIn("hillside/office", { at: "#/automations" });
  await page.getByLabel("Event id").fill("homework-7");
  await page.getByRole("button", { name: "Look up" }).click();
  await page.getByRole("heading", { level: 2, name: "assignment.created" }).waitFor();
  await page.getByRole("listitem").filter({ hasText: "students" }).getByText(/^\d+ people$/).first().waitFor();
  assert.equal(await page.getByRole("link", { name: "Rules" }).count(), 0, "rules are for admins");
});
