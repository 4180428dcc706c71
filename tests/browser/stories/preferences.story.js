// How people say what reaches them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { world } from "../lib/world.js";

const it = world();
const AT = "#/notifications/preferences";
const form = (page) => page.locator("campanile-preferences");
const saved = (page) => page.waitForResponse((response) => response.url().endsWith("/v1/preferences") && response.request().method() === "PATCH");

test("a switch is saved as it is moved, and can be taken back", async () => {
  const api = await it.person("hillside/10");
  const page = await it.signIn("hillside/10", { at: AT });
  const [first] = (await api("GET", "/v1/preferences")).effective.filter(({ channels }) => !channels.email.locked);
  const control = form(page).getByRole("switch", { name: `${first.name}: E-mail` });
  const before = await control.isChecked();

  await Promise.all([saved(page), control.click()]);
  assert.deepEqual((await api("GET", "/v1/preferences")).categories[first.category], { email: !before });
  await page.reload();
  await control.waitFor();
  assert.equal(await control.isChecked(), !before);

  const reset = form(page).getByRole("button", { name: `Undo my choices for ${first.name}` });
  await Promise.all([saved(page), reset.click()]);
  await reset.waitFor({ state: "detached" });
  assert.equal(await control.isChecked(), before);
  assert.deepEqual(page.complaints, []);
});

test("a channel is switched off for everything at once", async () => {
  const api = await it.person("hillside/11");
  const page = await it.signIn("hillside/11", { at: AT });
  await Promise.all([saved(page), form(page).getByLabel("Text", { exact: true }).selectOption("Off")]);
  const { effective } = await api("GET", "/v1/preferences");
  for (const { name, channels } of effective.filter((row) => !row.channels.sms.locked)) {
    assert.equal(channels.sms.allowed, false, name);
    assert.equal(await form(page).getByRole("switch", { name: `${name}: Text` }).isChecked(), false, name);
  }
});

test("what the organisation has settled is shown, explained, and cannot be moved", async () => {
  const head = await it.person("hillside/head");
  const { version } = await head("GET", "/v1/settings");
  await head("PATCH", "/v1/settings", { version, preferences: { locks: [{ category: "messages", channel: "email", allowed: true }] } });
  const page = await it.signIn("hillside/12", { at: AT });
  const row = form(page).getByRole("row", { name: /^Messages/ });
  await row.getByText("E-mail: switched on by your organisation.").waitFor();
  assert.ok(await row.getByRole("switch", { name: "Messages: E-mail" }).isDisabled());
  assert.ok(await row.getByRole("switch", { name: "Messages: E-mail" }).isChecked());
  assert.ok(await row.getByRole("switch", { name: "Messages: In the app" }).isEnabled());
});

test("pop-ups come as one has chosen, and what is urgent comes in any case", async () => {
  const page = await it.signIn("hillside/13", { at: AT });
  const choose = (text) => Promise.all([saved(page), form(page).getByLabel("Pop-ups").selectOption(text)]);
  const popup = (title) => page.locator("campanile-popup dialog").filter({ hasText: title });
  const toast = (title) => page.locator("campanile-toasts li").filter({ hasText: title });

  await it.notify("13", { title: "As usual" });
  await toast("As usual").waitFor();
  assert.equal(await popup("As usual").count(), 0);

  await choose("Every notification that arrives");
  await it.notify("13", { title: "In front" });
  await popup("In front").getByRole("button", { name: "I have read this" }).click();
  assert.equal(await toast("In front").count(), 0);

  await choose("Only what is urgent");
  await it.notify("13", { title: "Quietly" });
  await toast("Quietly").waitFor();
  assert.equal(await popup("Quietly").count(), 0);
  await it.notify("13", { title: "Fire", priority: 4, level: "error" });
  await popup("Fire").getByRole("button", { name: "I have read this" }).click();
});
