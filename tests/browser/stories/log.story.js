// The log: found by its filters, counted, and honest when it cannot be read.

import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, world } from "../lib/world.js";

const it = world();

/** E-mails to a class in which one person has no address. */
async function mailed(head) {
  const template = await head("POST", "/v1/templates", { channel: "email", name: "Trip", subject: "The trip", text: "Dear {{ recipient_name }}, bring lunch." });
  const send = await head("POST", `/v1/templates/${template.id}/send`, { recipients: ["class:5"] });
  await eventually(async () => (await head("GET", `/v1/sends/${send.id}`)).status === "completed", "the e-mails are out");
  return send;
}

test("entries are found by state and recipient, and lead to their person and send", async () => {
  const head = await it.person("hillside/head");
  await mailed(head);
  const page = await it.signIn("hillside/office", { at: "#/log" });
  const entries = page.locator("screen-log").getByRole("listitem");
  await entries.first().waitFor();
  await page.getByLabel("State").selectOption({ label: "Skipped" });
  await page.getByText("no address or number").first().waitFor();
  assert.deepEqual([...new Set(await entries.getByText(/Delivered|Sent|Failed/).allTextContents())], [], "only what was skipped is listed");

  await page.getByLabel("State").selectOption({ label: "Any state" });
  await page.getByLabel("Recipient").fill("jan@");
  await eventually(async () => (await entries.count()) === 1 && /Jan Novak/.test(await entries.first().textContent()), "only Jan's is listed");
  await entries.first().getByRole("link").click();
  await page.getByRole("heading", { level: 1, name: "Jan Novak" }).waitFor();
  await page.getByRole("link", { name: "Jan Novak" }).waitFor();
  assert.deepEqual(page.complaints, []);
});

test("statistics are drawn, and stand in a table as well", async () => {
  const head = await it.person("hillside/head");
  await mailed(head);
  const page = await it.signIn("hillside/office", { at: "#/log/statistics" });
  const { overall, daily } = await head("GET", "/v1/communication-logs/statistics");
  await page.locator(".figure").filter({ hasText: "sent" }).getByText(String(overall.total_sent), { exact: true }).waitFor();
  await page.getByText("As a table").click();
  const rows = page.getByRole("table", { name: "By day" }).locator("tbody").getByRole("row");
  assert.equal(await rows.count(), daily.filter((day) => day.total_sent + day.total_failed > 0).length);
  assert.equal(await rows.last().getByRole("cell").first().textContent(), String(daily.at(-1).total_sent));
});

test("what cannot be read says so, and is there once it is tried again", async () => {
  const page = await it.signIn("hillside/head");
  await page.route("**/v1/audit*", (route) => route.abort());
  await page.evaluate(() => (location.hash = "#/log/audit"));
  await page.getByRole("alert").getByText("There is no connection").waitFor();
  await page.unroute("**/v1/audit*");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.locator("screen-audit").getByRole("listitem").first().waitFor();
});
