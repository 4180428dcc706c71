// Templates: a fault is shown at its line, a preview follows the typing, and
// what is sent arrives as it was previewed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { world } from "../lib/world.js";

const it = world();

test("a template with a fault is marked at its line, corrected, previewed, sent, and found in the mailbox", async () => {
  const page = await it.signIn("hillside/office", { at: "#/templates/new" });
  await page.getByLabel("Name", { exact: true }).fill("Welcome");
  await page.getByLabel("Subject").fill("Welcome to {{ school_name }}");
  await page.getByLabel("HTML", { exact: true }).fill("<p>Dear {{ recipient_name }},</p>\n<p>your place at {{ schol_name }} is waiting.</p>");

  const fault = page.getByRole("button", { name: /^line 2, column \d+: `schol_name` is not a declared variable/ });
  await fault.waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  await fault.waitFor();
  assert.equal(new URL(page.url()).hash, "#/templates/new", "a faulty template is not saved");
  await fault.click();
  const html = page.getByLabel("HTML", { exact: true });
  assert.equal(await html.evaluate((area) => area.value.slice(area.selectionStart, area.selectionEnd)), "schol_name");

  await page.keyboard.type("school_name");
  await fault.waitFor({ state: "detached" });
  const shown = page.frameLocator('iframe[title="HTML"]');
  await shown.getByText("your place at Northfield School is waiting.").waitFor();
  await page.getByText("Sample values stand for recipient_name, school_name.").waitFor();
  await page.getByRole("button", { name: "Text", exact: true }).click();
  await page.locator("pre").getByText("your place at Northfield School is waiting.").waitFor();
  await page.getByRole("combobox", { name: "As this person gets it" }).fill("Meera");
  await page.getByRole("option", { name: /Meera Shah/ }).click();
  await page.locator("pre").getByText("Dear Meera Shah").waitFor();

  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { level: 1, name: "Welcome" }).waitFor();
  await page.getByRole("link", { name: "Send …" }).click();
  await page.getByLabel("Kind of recipient").selectOption({ label: "Person" });
  await page.getByRole("combobox", { name: "Person" }).fill("Meera");
  await page.getByRole("option", { name: /Meera Shah/ }).click();
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.getByText("Completed").waitFor();
  await page.getByRole("listitem").filter({ hasText: "Meera Shah" }).getByText("Delivered").waitFor();

  await page.getByRole("link", { name: "Mailbox" }).click();
  await page.getByRole("button", { name: /Welcome to Hillside School/ }).first().click();
  await page.frameLocator('iframe[title="HTML"]').getByText("Dear Meera Shah").waitFor();
  const unexpected = page.complaints.filter((complaint) => !complaint.includes("422"));
  assert.deepEqual(unexpected, []);
});

test("a click on a variable writes it where the cursor is", async () => {
  const page = await it.signIn("hillside/office", { at: "#/templates/new?channel=sms" });
  const text = page.getByLabel("Text", { exact: true });
  await text.fill("Dear , come.");
  await text.evaluate((area) => area.setSelectionRange(5, 5));
  await page.getByRole("searchbox", { name: "Find a variable" }).fill("recipient_name");
  await page.getByRole("button", { name: /^recipient_name/ }).click();
  assert.equal(await text.inputValue(), "Dear {{ recipient_name }}, come.");
  await page.getByText("1 segment").waitFor();
});

test("the HTML of a template has no power over the page", async () => {
  const page = await it.signIn("hillside/office", { at: "#/templates/new" });
  await page.getByLabel("Subject").fill("Hello");
  await page.getByLabel("HTML", { exact: true }).fill("<p onclick='parent.document.title=1'>Hello</p><script>parent.document.title = 1</script>");
  const frame = page.locator('iframe[title="HTML"]');
  await page.frameLocator('iframe[title="HTML"]').getByText("Hello").waitFor();
  const inside = await page.frameLocator('iframe[title="HTML"]').locator("body").evaluate((body) => body.innerHTML);
  assert.equal(inside.trim(), "<p>Hello</p>", "what runs is taken away");
  assert.equal(await frame.getAttribute("sandbox"), "allow-scripts");
  assert.equal(await frame.evaluate((element) => element.contentDocument), null, "the frame is of another origin");
});
