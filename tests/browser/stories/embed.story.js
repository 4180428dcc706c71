// A page of somebody else with components in it.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { person, startStack, tokenOf } from "../lib/stack.js";
import { world } from "../lib/world.js";

const it = world();

test("the bell, the list, toasts and pop-ups work in another page, with its colours and one socket", async () => {
  const page = await (await it.browser.newContext({ locale: "en-GB" })).newPage();
  const sockets = [];
  const complaints = [];
  page.on("websocket", (socket) => sockets.push(socket.url()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await page.goto(`${it.base}/web/any/example.html`);
  await page.locator('button[name=person][value="hillside/22"]').click();
  await page.waitForURL(/example\.html$/);

  const bell = page.locator("campanile-bell").getByRole("button", { name: /unread/ });
  await bell.waitFor();
  const list = page.locator("campanile-notifications");
  await list.getByRole("group").waitFor();
  const before = Number(/\d+/.exec(await bell.textContent())[0]);
  await it.notify("22", { title: "Into a page of your own", level: "success" });
  await page.locator("campanile-toasts").getByText("Into a page of your own").waitFor();
  await list.getByRole("button", { name: /^Unread: Into a page of your own/ }).first().waitFor();
  await page.getByRole("button", { name: `Notifications, ${before + 1} unread` }).waitFor();

  const accent = await page.locator("campanile-bell .bell .badge").evaluate((badge) => getComputedStyle(badge).backgroundColor);
  assert.equal(accent, "rgb(156, 47, 92)");
  assert.equal(sockets.filter((url) => url.includes("/live")).length, 1);
  assert.deepEqual(complaints, []);
});

/** The page of the README, on a site of its own whose server knows who is there. */
const PAGE = (base) => `<!doctype html>
<title>Your page</title>
<campanile-bell></campanile-bell>
<campanile-toasts></campanile-toasts>
<script type="module">
  import { connect } from "${base}/web/latest/campanile.js";
  connect({ api: "${base}", token: async () => (await fetch("/my-token")).text() }).start();
</script>`;

/** A site on another origin; `base` and `token` are told once they are known. */
async function otherSite() {
  const site = { base: "", token: "" };
  const answers = { "/": () => ["text/html", PAGE(site.base)], "/my-token": () => ["text/plain", site.token] };
  const server = createServer((request, response) => {
    const answer = answers[request.url];
    if (!answer) return response.writeHead(204).end();
    const [type, body] = answer();
    response.writeHead(200, { "content-type": type }).end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  site.origin = `http://localhost:${server.address().port}`;
  site.close = () => server.close();
  return site;
}

test("the ten lines of the README work on a site of another origin, and on no site that is not named", async () => {
  const site = await otherSite();
  const stack = await startStack("--parameter", `WebOrigins=${site.origin}`);
  try {
    site.base = stack.base;
    site.token = await tokenOf(stack.base, "hillside/22");
    const page = await (await it.browser.newContext({ locale: "en-GB" })).newPage();
    const complaints = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    await page.goto(site.origin);
    const bell = page.getByRole("button", { name: /unread/ });
    await bell.waitFor();
    await page.waitForFunction(() => document.querySelector("campanile-bell").client.socket.state.value === "live");
    const head = await person(stack.base, "hillside/head");
    await head("POST", "/v1/notifications", { audience: "user:22", title: "Across origins" });
    await page.locator("campanile-toasts").getByText("Across origins").waitFor();
    assert.deepEqual(complaints, []);

    const stranger = await (await it.browser.newContext({ locale: "en-GB" })).newPage();
    await stranger.goto(site.origin.replace("localhost", "127.0.0.1"));
    await stranger.waitForFunction(() => document.readyState === "complete");
    assert.equal(await stranger.evaluate((url) => import(url).then(() => "taken", () => "refused"), `${stack.base}/web/latest/campanile.js`), "refused");
  } finally {
    await stack.stop();
    site.close();
  }
});
