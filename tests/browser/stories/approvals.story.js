// Requests: somebody asks, somebody else decides, and the directory follows.

import assert from "node:assert/strict";
import { test } from "node:test";
import { WIDTHS } from "../lib/browser.js";
import { world } from "../lib/world.js";

const it = world();

const asks = (page) => page.locator("campanile-requests");
const decisions = (page) => page.locator("campanile-decisions");
const card = (part, text) => part.getByRole("listitem").filter({ hasText: text });

test("an approval changes the tier of whoever asked, and tells them", async () => {
  const mark = await it.signInReading("mercy/trainee-4", { at: "#/requests", size: WIDTHS.phone });
  await asks(mark).getByRole("button", { name: "New request" }).click();
  const form = asks(mark).getByRole("dialog");
  await form.getByRole("button", { name: "Send request" }).click();
  await form.locator(".wrong:not([hidden])").first().waitFor();
  await form.getByRole("textbox", { name: "Tier" }).fill("gold");
  await form.getByRole("textbox", { name: "Amount" }).fill("20.00");
  await form.getByRole("textbox", { name: "Currency" }).fill("GBP");
  await form.getByRole("textbox", { name: "Reason" }).fill("For the <b>simulator</b>.");
  await form.getByRole("button", { name: "Send request" }).click();
  await mark.getByText("Your request was sent").waitFor();
  await card(asks(mark), "For the <b>simulator</b>.").getByText("Waiting").waitFor();

  const director = await it.signInReading("mercy/director", { at: "#/approvals" });
  const waiting = card(decisions(director), "For the <b>simulator</b>.");
  await waiting.getByText("Mark Jensen").waitFor();
  await waiting.getByRole("button", { name: "Approve" }).click();
  const dialog = decisions(director).getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Comment" }).fill("Enjoy it.");
  await dialog.getByRole("button", { name: "Approve" }).click();
  await waiting.getByText("Approved", { exact: true }).waitFor();

  const api = await it.person("mercy/trainee-4");
  assert.equal((await api("GET", "/v1/users/me")).profile.attributes.tier, "gold");
  await card(asks(mark), "Enjoy it.").getByText("Approved", { exact: true }).waitFor();
});

test("a request is rejected with a reason, and another is withdrawn", async () => {
  const api = await it.person("mercy/tutor-2");
  for (const title of ["A quiet room", "A second screen"]) await api("POST", "/v1/approvals", { type: "custom", title, details: { floor: "2" } });
  const emma = await it.signInReading("mercy/tutor-2", { at: "#/requests" });
  await card(asks(emma), "A second screen").getByRole("button", { name: "Withdraw" }).click();
  await asks(emma).getByRole("alertdialog").getByRole("button", { name: "Withdraw" }).click();
  await card(asks(emma), "A second screen").getByText("Withdrawn", { exact: true }).waitFor();

  const director = await it.signInReading("mercy/director", { at: "#/approvals" });
  await card(decisions(director), "A quiet room").getByRole("button", { name: "Reject" }).click();
  await decisions(director).getByRole("dialog").getByRole("button", { name: "Reject" }).click();
  await decisions(director).getByRole("dialog").getByText("Say why.").waitFor();
  await decisions(director).getByRole("dialog").getByRole("textbox").fill("All rooms are taken until June.");
  await decisions(director).getByRole("dialog").getByRole("button", { name: "Reject" }).click();
  await card(asks(emma), "All rooms are taken until June.").getByText("Rejected", { exact: true }).waitFor();
});

test("several are approved at once, and each tells what became of it", async () => {
  const api = await it.person("mercy/tutor-2");
  const [first, second] = [await api("POST", "/v1/approvals", { type: "custom", title: "Chalk", details: {} }), await api("POST", "/v1/approvals", { type: "custom", title: "A sponge", details: {} })];
  const director = await it.signInReading("mercy/director", { at: "#/approvals" });
  await decisions(director).getByRole("checkbox", { name: "Select Chalk of Dr Emma Frost" }).check();
  await decisions(director).getByRole("checkbox", { name: "Select A sponge of Dr Emma Frost" }).check();
  // Somebody withdraws one of them meanwhile.
  await api("POST", `/v1/approvals/${second.id}/withdraw`, {});
  await decisions(director).getByRole("button", { name: "Approve selected" }).click();
  await decisions(director).getByRole("dialog").getByRole("button", { name: "Approve" }).click();
  await director.getByText("1 of 2 approved").waitFor();
  assert.equal((await api("GET", `/v1/approvals/${first.id}`)).status, "approved");
});
