// What happens when the network, the socket or the service goes away.

import assert from "node:assert/strict";
import { test } from "node:test";
import { bell, eventually, showsUnread, socketIs, unread, world } from "../lib/world.js";

const it = world();
const TICKETS = "**/v1/realtime/tickets";
const banner = (page) => page.locator("campanile-shell .banner");
const withClock = (page) => page.clock.install();

test("network off and on again loses nothing, and shows nothing twice", async () => {
  const page = await it.signIn("hillside/10");
  await socketIs(page, "live");
  const before = await unread(page);
  const mark = Date.now();
  await page.context().setOffline(true);
  await banner(page).getByText("You are offline").waitFor();
  for (const title of ["One", "Two", "Three"]) await it.notify("10", { title: `${title} while away ${mark}` });
  assert.equal(await unread(page), before);

  await page.context().setOffline(false);
  await showsUnread(page, before + 3);
  await banner(page).getByText("offline").waitFor({ state: "detached" });
  await bell(page).click();
  for (const title of ["One", "Two", "Three"]) {
    assert.equal(await page.locator("header campanile-bell").getByRole("button", { name: new RegExp(`${title} while away ${mark}`) }).count(), 1);
  }
});

test("a socket that went deaf is found by the heartbeat, and what it swallowed is asked for", async () => {
  const sockets = [];
  const page = await it.signIn("hillside/11", {
    prepare: async (fresh) => {
      await withClock(fresh);
      await fresh.routeWebSocket(/\/live\?/, (socket) => {
        const wire = { deaf: false, sent: [], heard: [] };
        sockets.push(wire);
        const server = socket.connectToServer();
        socket.onMessage((text) => (wire.sent.push(text), wire.deaf || server.send(text)));
        server.onMessage((text) => {
          if (wire.deaf) return;
          wire.heard.push(JSON.parse(text).type);
          socket.send(text);
        });
      });
    },
  });
  await socketIs(page, "live");
  const before = await unread(page);
  const [first] = sockets;
  await page.clock.fastForward("06:00");
  await eventually(() => first.heard.includes("pong"), "it keeps itself alive");

  first.deaf = true;
  await it.notify("11", { title: "Into the void" });
  assert.equal(await unread(page), before);
  await page.clock.fastForward("05:00");
  await page.clock.fastForward("00:11");
  await showsUnread(page, before + 1);
  assert.equal(sockets.length, 2);
});

for (const [what, broken] of [
  ["no ticket can be had", (route) => route.abort()],
  ["the service is overloaded", (route) => route.fulfill({ status: 503, json: { code: "unavailable", title: "Away", status: 503 } })],
]) {
  test(`while ${what}, the page asks every half minute, and goes live again by itself`, async () => {
    const prepare = (fresh) => Promise.all([withClock(fresh), fresh.route(TICKETS, broken)]);
    const page = await it.signIn("hillside/12", { prepare });
    await page.clock.runFor(10_000);
    await socketIs(page, "polling");
    await banner(page).getByText("looking every half minute").waitFor();
    const before = await unread(page);
    await it.notify("12", { title: "By the slow way" });
    await page.clock.runFor(31_000);
    await showsUnread(page, before + 1);

    await page.unroute(TICKETS);
    await page.clock.runFor(30_000);
    await socketIs(page, "live");
    await banner(page).getByText("half minute").waitFor({ state: "detached" });
    await it.notify("12", { title: "By the quick way" });
    await showsUnread(page, before + 2);
  });
}

test("a socket that the service cuts is opened again", async () => {
  const page = await it.signIn("hillside/13");
  await socketIs(page, "live");
  const before = await unread(page);
  await fetch(`${it.base}/_local/sockets/cut`, { method: "POST" });
  await it.notify("13", { title: "After the cut" });
  await showsUnread(page, before + 1);
  await socketIs(page, "live");
});

test("waits are random parts of a window that doubles, as the service tells", async () => {
  const page = await it.signIn("hillside/13");
  const waits = await page.evaluate(async () => {
    const { Waits } = await import("/web/any/lib/waits.js");
    const of = (told, random) => {
      const waits = new Waits();
      waits.told(told);
      return Array.from({ length: 6 }, () => waits.next(() => random) / 1000);
    };
    const told = { min_seconds: 5, max_seconds: 60 };
    return { most: of(undefined, 1), none: of(undefined, 0), half: of(undefined, 0.5), told: of(told, 1) };
  });
  assert.deepEqual(waits.most, [3, 6, 12, 24, 24, 24]);
  assert.deepEqual(waits.none, [0, 0, 0, 0, 0, 0]);
  assert.deepEqual(waits.half, [1.5, 3, 6, 12, 12, 12]);
  assert.deepEqual(waits.told, [5, 10, 20, 40, 60, 60]);
});

test("all components of a page share one socket, and ask for one list", async () => {
  const sockets = [];
  const lists = [];
  const page = await it.signIn("hillside/20", {
    at: "#/notifications",
    prepare: async (fresh) => {
      fresh.on("websocket", (socket) => sockets.push(socket.url()));
      fresh.on("request", (request) => request.url().includes("page_size=20") && lists.push(request.url()));
    },
  });
  await socketIs(page, "live");
  await page.evaluate(() => document.body.append(document.createElement("campanile-bell"), document.createElement("campanile-notifications")));
  await page.locator("body > campanile-notifications").getByRole("group").waitFor();
  const before = await unread(page);
  await it.notify("20", { title: "To both bells" });
  await showsUnread(page, before + 1);
  await page.locator("body > campanile-bell").getByRole("button", { name: `Notifications, ${before + 1} unread` }).waitFor();
  assert.equal(sockets.filter((url) => url.includes("/live")).length, 1);
  assert.equal(lists.length, 1);
});
