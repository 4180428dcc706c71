// Importing people from a file: progress, and what is wrong with which row.

import assert from "node:assert/strict";
import { test } from "node:test";
import { world } from "../lib/world.js";

const it = world();

const file = (name, text) => ({ name, mimeType: "text/csv", buffer: Buffer.from(text) });

test("an import shows its progress and the row that is wrong, and brings in the others", async () => {
  const page = await it.signIn("hillside/office", { at: "#/directory/imports" });
  const good = Array.from({ length: 40 }, (_, index) => `new-${index},"Pupil, number ${index}",pupil${index}@pupils.example,student,class:5:student`);
  const rows = ["id,name,email,roles,groups", ...good.slice(0, 20), "bad-1,No Address,not-an-address,student,", ...good.slice(20)];
  await page.getByLabel("File").setInputFiles(file("autumn.csv", `${rows.join("\n")}\n`));
  await page.getByLabel("If rows are not valid").selectOption({ label: "Import the others" });
  await page.getByRole("button", { name: "Upload and import" }).click();

  await page.getByRole("heading", { level: 1, name: "autumn.csv" }).waitFor();
  await page.getByRole("progressbar", { name: "Checked" }).waitFor();
  await page.getByText("Completed").waitFor();
  await page.getByText("Line 22").waitFor();
  const bad = page.getByRole("listitem").filter({ hasText: "Line 22" });
  assert.match(await bad.textContent(), /email: .*Not valid/s);
  const report = page.getByRole("listitem").filter({ hasText: /^Line/ });
  assert.equal(await report.count(), 1, "the rows that are wrong come first");

  await page.evaluate(() => (location.hash = "#/directory"));
  await page.getByRole("searchbox", { name: "Search" }).fill("Pupil, number 7");
  await page.getByRole("link", { name: /Pupil, number 7/ }).click();
  await page.getByText("pupil7@pupils.example").waitFor();
  assert.deepEqual(page.complaints, []);
});

test("a file with a column that is not known is refused before anything is imported", async () => {
  const page = await it.signIn("hillside/office", { at: "#/directory/imports" });
  await page.getByLabel("File").setInputFiles(file("odd.csv", "id,name,shoe_size\nx1,Somebody,42\n"));
  await page.getByRole("button", { name: "Upload and import" }).click();
  await page.getByRole("alert").getByText(/shoe_size: Columns are/).waitFor();
});

test("a large file goes up in parts that end where rows end", async () => {
  const page = await it.signIn("hillside/office", { at: "#/directory/imports" });
  const parts = [];
  page.on("request", (request) => request.method() === "PUT" && parts.push(request.postData()));
  const note = "x".repeat(400);
  const rows = Array.from({ length: 3000 }, (_, index) => `big-${index},"Pupil ${index}","line 1\n""line"" 2 ${note}"`);
  await page.getByLabel("File").setInputFiles(file("large.csv", `id,name,attr.note\n${rows.join("\n")}\n`));
  await page.getByLabel("Only check, change nothing").check();
  await page.getByRole("button", { name: "Upload and import" }).click();
  await page.getByRole("heading", { level: 1, name: "large.csv" }).waitFor();
  await page.getByText("3,000 of 3,000").first().waitFor();
  assert.ok(parts.length > 1, `${parts.length} parts`);
  for (const part of parts.slice(1)) assert.match(part, /^big-\d+,/, "a part begins with a row");
});
