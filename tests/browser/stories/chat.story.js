// Chat: two people, two browsers, and a network that goes away in between.

import assert from "node:assert/strict";
import { test } from "node:test";
import { WIDTHS } from "../lib/browser.js";
import { world } from "../lib/world.js";

const it = world();

const chat = (page) => page.locator("campanile-chat");
const said = (page, text) => chat(page).locator(".bubble", { hasText: text });

/** Somebody's browser with the room of another person open. */
async function talking(who, other, options) {
  const page = await it.signIn(who, { at: "#/chat", ...options });
  await chat(page).getByRole("button", { name: new RegExp(`^${other}`) }).click();
  await chat(page).getByRole("heading", { name: other }).waitFor();
  await chat(page).locator(".bubble").first().waitFor();
  return page;
}

async function write(page, text) {
  await chat(page).getByRole("textbox", { name: "Write a message" }).fill(text);
  await chat(page).getByRole("button", { name: "Send", exact: true }).click();
}

/** What stands in the conversation, in its order. */
const texts = (page) => chat(page).locator(".bubble .lines").allTextContents();

test("two people write to each other and see it, who is writing, and what was read", async () => {
  const [meera, jan] = await Promise.all([talking("hillside/3", "Jan Novak"), talking("hillside/10", "Meera Shah", { size: WIDTHS.phone })]);
  await chat(jan).locator(".person").getByText("Online").waitFor();

  await chat(jan).getByRole("textbox", { name: "Write a message" }).pressSequentially("Is four");
  await chat(meera).getByText("Jan Novak is writing").waitFor();
  await write(jan, "Is four the least?");
  await said(meera, "Is four the least?").waitFor();
  await chat(jan).getByText(/^Read at \d\d:\d\d/).waitFor();
  await write(meera, "Four is <b>enough</b>.");
  await said(jan, "Four is <b>enough</b>.").waitFor();
  assert.equal(await chat(jan).locator(".bubble b", { hasText: "enough" }).count(), 0);
  assert.deepEqual((await texts(jan)).slice(-2), ["Is four the least?", "Four is <b>enough</b>."]);
  assert.deepEqual(await texts(meera), await texts(jan));
  assert.deepEqual([...meera.complaints, ...jan.complaints], []);
});

test("what is mended, answered and deleted changes in the other browser", async () => {
  const [meera, jan] = await Promise.all([talking("hillside/3", "Jan Novak"), talking("hillside/10", "Meera Shah")]);
  await write(meera, "Bring glue on Tuesday.");
  await said(jan, "Bring glue on Tuesday.").waitFor();

  const menu = async (page, text, act) => {
    const line = chat(page).locator(".line", { has: page.locator(".bubble", { hasText: text }) }).last();
    await line.getByRole("button", { name: /What to do/ }).click();
    await line.getByRole("button", { name: act, exact: true }).click();
  };
  await menu(meera, "Bring glue on Tuesday.", "Edit");
  await write(meera, "Bring glue on Wednesday.");
  await said(jan, "Bring glue on Wednesday.").waitFor();
  assert.equal(await said(jan, "Bring glue on Tuesday.").count(), 0);

  await menu(jan, "Bring glue on Wednesday.", "Reply");
  await write(jan, "I shall.");
  await chat(meera).locator(".bubble", { hasText: "I shall." }).locator(".quote", { hasText: "Bring glue on Wednesday." }).waitFor();

  await menu(jan, "I shall.", "Delete");
  await jan.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await said(meera, "This message was deleted.").waitFor();
});

test("network off and on again loses nothing and says nothing twice", async () => {
  const [anna, meera] = await Promise.all([talking("hillside/20", "Meera Shah"), talking("hillside/3", "Anna Novak")]);
  const before = (await texts(anna)).length;
  await anna.context().setOffline(true);
  await anna.getByText("You are offline").waitFor();

  await write(anna, "First, without a network.");
  await write(anna, "Second, without a network.");
  await chat(anna).getByText("Waits for a connection").first().waitFor();
  await write(meera, "Written meanwhile.");
  await said(meera, "Written meanwhile.").waitFor();
  await anna.context().setOffline(false);

  for (const page of [anna, meera]) {
    for (const text of ["First, without a network.", "Second, without a network.", "Written meanwhile."]) await said(page, text).waitFor();
  }
  await chat(anna).getByText("Waits for a connection").waitFor({ state: "detached" });
  const [own, other] = [await texts(anna), await texts(meera)];
  assert.deepEqual(own, other);
  assert.equal(own.length, before + 3);
  assert.equal(own.indexOf("First, without a network.") + 1, own.indexOf("Second, without a network."));
});

test("somebody asks to chat, and the other accepts", async () => {
  const jan = await it.signIn("hillside/10", { at: "#/chat" });
  const asks = chat(jan).getByRole("listitem").filter({ hasText: "Luc Martin would like to chat" });
  await asks.getByRole("button", { name: "Accept" }).click();
  await chat(jan).getByRole("heading", { name: "Luc Martin" }).waitFor();
  await write(jan, "When does the bus leave?");
  await said(jan, "When does the bus leave?").waitFor();

  const luc = await it.person("hillside/4");
  const { items } = await luc("GET", "/v1/chat/rooms");
  const room = items.find((one) => one.participants[0].user === "10");
  assert.equal(room.last.text, "When does the bus leave?");
});

test("a person is found by name and asked", async () => {
  const noa = await it.signIn("hillside/13", { at: "#/chat" });
  await chat(noa).getByRole("button", { name: "New chat" }).click();
  const who = noa.getByRole("dialog").getByRole("combobox", { name: "Who" });
  await who.pressSequentially("Mee");
  await noa.getByRole("option", { name: "Meera Shah" }).waitFor();
  await who.press("Enter");
  await noa.getByRole("dialog").getByRole("button", { name: "Ask to chat" }).click();
  await noa.getByText("You have asked Meera Shah to chat").waitFor();

  const meera = await it.signIn("hillside/3", { at: "#/chat" });
  await chat(meera).getByText("Noa Levy would like to chat").waitFor();
});

test("a message is answered with the keyboard alone", async () => {
  const meera = await it.person("hillside/3");
  const { items } = await meera("GET", "/v1/chat/rooms");
  const room = items.find((one) => one.participants[0].user === "10");
  await meera("POST", `/v1/chat/rooms/${room.id}/messages`, { text: "Do you hear me?", client_msg_id: "keyboard-1" });
  const jan = await it.signIn("hillside/10", { at: `#/chat/${room.id}` });
  await said(jan, "Do you hear me?").waitFor();
  await chat(jan).getByRole("region", { name: /What was said/ }).focus();
  for (const key of ["ArrowUp", "Enter", "Enter"]) await jan.keyboard.press(key);
  await chat(jan).getByText("Reply to Meera Shah").waitFor();
  await jan.keyboard.type("Loud and clear.");
  await jan.keyboard.press("Enter");
  await chat(jan).locator(".bubble", { hasText: "Loud and clear." }).locator(".quote", { hasText: "Do you hear me?" }).waitFor();
});

test("back, and the menu, lead from a room to the list and to the room again", async () => {
  const jan = await talking("hillside/10", "Meera Shah", { size: WIDTHS.phone });
  const row = chat(jan).getByRole("button", { name: /^Meera Shah/ });
  await jan.getByRole("navigation", { name: "Menu" }).getByRole("link", { name: /^Chat/ }).click();
  await row.waitFor();
  await jan.goBack();
  await chat(jan).locator(".bubble").first().waitFor();
  await chat(jan).getByRole("button", { name: "Back" }).click();
  await row.waitFor();
  assert.equal(new URL(jan.url()).hash, "#/chat");
});
