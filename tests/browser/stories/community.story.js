// Communities: posts and their moderation, replies, reactions, and the live chat.

import assert from "node:assert/strict";
import { test } from "node:test";
import { world } from "../lib/world.js";

const it = world();

const community = (page) => page.locator("campanile-community");
const open = (who, id) => it.signIn(who, { at: `#/communities/${id}` });

test("a post waits for a moderator, comes back with notes, and is published in the end", async () => {
  const author = await open("lumen/l5", "com_data-201");
  await community(author).getByRole("button", { name: "Write a post" }).click();
  const form = author.getByRole("dialog");
  await form.getByRole("textbox", { name: "Title" }).fill("How large must a sample be?");
  await form.getByRole("textbox", { name: "Text" }).fill("It says <b>thirty</b>. Why?");
  await form.getByRole("button", { name: "Send for approval" }).click();
  await author.getByText("Your post waits for a moderator").waitFor();

  const ada = await open("lumen/data-teacher", "com_data-201");
  await community(ada).getByRole("tab", { name: "To approve" }).click();
  const waiting = () => community(ada).getByRole("listitem").filter({ hasText: "How large must a sample be?" });
  await waiting().getByRole("button", { name: "Send back" }).click();
  await ada.getByRole("dialog").getByRole("textbox", { name: "Notes for the author" }).fill("Which chapter do you mean?");
  await ada.getByRole("dialog").getByRole("button", { name: "Send back" }).click();
  await waiting().waitFor({ state: "detached" });

  await community(author).getByRole("button", { name: "My drafts" }).click();
  await community(author).getByText("A moderator sent it back: Which chapter do you mean?").waitFor();
  await community(author).getByRole("button", { name: "Edit" }).click();
  await community(author).getByRole("textbox", { name: "Text" }).fill("Chapter 3 says <b>thirty</b>. Why?");
  await community(author).getByRole("button", { name: "Save" }).click();
  await community(author).getByText("Chapter 3 says <b>thirty</b>. Why?").waitFor();
  await community(author).getByRole("button", { name: "Send for approval" }).click();

  await waiting().getByRole("button", { name: "Approve" }).click();
  await waiting().waitFor({ state: "detached" });
  const reader = await open("lumen/l4", "com_data-201");
  await community(reader).getByRole("heading", { name: "How large must a sample be?" }).waitFor();
  assert.deepEqual([...author.complaints, ...ada.complaints], []);
});

test("people answer below one another, react once, and see it", async () => {
  const page = await open("lumen/l2", "com_rust-101");
  await community(page).getByRole("button", { name: "When does a borrow end?" }).click();
  await community(page).getByRole("heading", { name: "When does a borrow end?" }).waitFor();
  const reply = community(page).locator(".below > li").filter({ hasText: "A borrow ends at its last use" });
  await reply.getByRole("button", { name: "Reply" }).click();
  await reply.getByRole("textbox").fill("That surprised me, too.");
  await reply.getByRole("button", { name: "Reply", exact: true }).last().click();
  const own = community(page).locator(".below > li").filter({ hasText: "That surprised me, too." });
  await own.waitFor();
  assert.equal(await own.evaluate((element) => element.style.getPropertyValue("--level")), "1");

  await own.getByRole("button", { name: "React", exact: true }).click();
  await own.getByRole("button", { name: "Insightful, 0" }).click();
  await own.getByRole("button", { name: "Insightful, 1", pressed: true }).click();
  await own.getByRole("button", { name: "Insightful, 1" }).waitFor({ state: "detached" });
});

test("members talk in the live chat, and each sees the other's words", async () => {
  const [ferris, sofia] = await Promise.all([open("lumen/rust-teacher", "com_rust-101"), open("lumen/l1", "com_rust-101")]);
  for (const page of [ferris, sofia]) await community(page).getByRole("tab", { name: "Live chat" }).click();
  const write = async (page, text) => {
    await community(page).getByRole("textbox", { name: "Write a message" }).fill(text);
    await community(page).getByRole("button", { name: "Send", exact: true }).click();
  };
  await write(sofia, "Is anybody here?");
  await community(ferris).locator(".bubble", { hasText: "Sofia Rossi" }).filter({ hasText: "Is anybody here?" }).waitFor();
  await write(ferris, "I am.");
  await community(sofia).locator(".bubble", { hasText: "I am." }).waitFor();
  await community(sofia).getByText("Read by 1").waitFor();
});

test("who is not in is told why, and what to do", async () => {
  const page = await open("lumen/l8", "com_rust-101");
  await page.getByRole("heading", { name: "This community is for a course in which you are not enrolled" }).waitFor();
  await page.context().close();

  const enrolled = await open("lumen/l6", "com_data-201");
  await community(enrolled).getByRole("heading", { name: "You have not joined yet" }).waitFor();
  await community(enrolled).getByRole("button", { name: "Join", exact: true }).last().click();
  await community(enrolled).getByRole("button", { name: "Write a post" }).waitFor();
  await community(enrolled).getByRole("tab", { name: "Members" }).click();
  await community(enrolled).getByText("Omar Aziz (you)").waitFor();

  const ada = await it.person("lumen/data-teacher");
  const { items } = await ada("GET", "/v1/communities/com_data-201/members?page_size=100");
  assert.equal(items.some((member) => member.user === "l6"), true);
});
