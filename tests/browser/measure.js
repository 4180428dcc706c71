// The figures of the web client, as a table: run by tests/browser/measure.

import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { launch, signIn, WIDTHS } from "./lib/browser.js";
import { person, startStack } from "./lib/stack.js";
import { eventually, showsUnread, socketIs, unread } from "./lib/world.js";

const WEB = fileURLToPath(new URL("../../infra/web", import.meta.url));
const MANY = 1000;
const ROUNDS = 15;
/** Not part of the client: types, an example, and what stands in a frame. */
const APART = /\.d\.ts$|^example\.|\.md$/;

const { base, stop } = await startStack();
const browser = await launch();
const head = await person(base, "hillside/head");
const rows = [];
const row = (what, reached, goal) => rows.push([what, reached, goal]);
const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;
const ms = (value) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
const middle = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

async function notify(user, title) {
  await head("POST", "/v1/notifications", { audience: `user:${user}`, title, body: "The coach leaves at eight from the north gate.", redirect_url: "/notifications" });
}

/** Sums what comes over the wire until the list is painted, and when it is. */
async function firstLoad(page, url) {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  let bytes = 0;
  let files = 0;
  session.on("Network.loadingFinished", ({ encodedDataLength }) => {
    bytes += encodedDataLength;
    files += 1;
  });
  await page.goto("about:blank");
  await session.send("Network.clearBrowserCache");
  bytes = files = 0;
  await page.goto(url);
  const painted = await page.waitForFunction(() => window.listPainted).then((handle) => handle.jsonValue());
  await page.waitForLoadState("networkidle");
  await session.detach();
  return { bytes, files, painted };
}

/** Remembers when the first notification of a list stands on the screen. */
const WATCH_LIST = () => {
  const look = () => {
    const deep = (root) => [...root.querySelectorAll("*")].some((one) => one.matches(".note") || (one.shadowRoot && deep(one.shadowRoot)));
    if (document.documentElement && deep(document)) requestAnimationFrame(() => setTimeout(() => (window.listPainted = performance.now())));
    else requestAnimationFrame(look);
  };
  look();
};

/** Remembers when a push comes in, and when the badge is painted after it. */
const WATCH_PUSH = () => {
  const Plain = WebSocket;
  window.WebSocket = class extends Plain {
    constructor(...values) {
      super(...values);
      this.addEventListener("message", ({ data }) => JSON.parse(data).type === "notification.created" && (window.pushed = { at: performance.now(), epoch: Date.now() }));
    }
  };
  window.whenPainted = (count) =>
    new Promise((resolve) => {
      const button = document.querySelector("campanile-shell").shadowRoot.querySelector("header campanile-bell").shadowRoot.querySelector(".bell");
      const look = () => {
        if (!button.textContent.includes(` ${count} unread`)) return;
        watcher.disconnect();
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => resolve({ after: performance.now() - window.pushed.at, epoch: Date.now() });
          port2.postMessage(null);
        });
      };
      const watcher = new MutationObserver(look);
      watcher.observe(button, { subtree: true, childList: true, characterData: true });
    });
};

async function wholeClient() {
  let bytes = 0;
  let files = 0;
  for (const name of readdirSync(WEB, { recursive: true, withFileTypes: true })) {
    const path = `${name.parentPath ?? name.path}/${name.name}`.slice(WEB.length + 1);
    if (!name.isFile() || APART.test(path)) continue;
    const response = await fetch(`${base}/web/any/${path}`, { headers: { "accept-encoding": "br" } });
    const length = response.headers.get("content-length");
    bytes += length ? Number(length) : (await response.arrayBuffer()).byteLength;
    files += 1;
  }
  return { bytes, files };
}

async function loads() {
  const page = await signIn(browser, base, "hillside/10", { prepare: (fresh) => fresh.addInitScript(WATCH_LIST) });
  const cold = [];
  for (let round = 0; round < 5; round += 1) cold.push(await firstLoad(page, `${base}/#/notifications`));
  row(`first load, the centre: transferred, ${cold[0].files} requests`, kib(middle(cold.map((one) => one.bytes))), "≤ 120 KiB");
  const { bytes, files } = await wholeClient();
  row(`all screens, ${files} files, compressed`, kib(bytes), "≤ 120 KiB");
  row("first notification list painted, nothing kept", ms(middle(cold.map((one) => one.painted))), "");
  const warm = [];
  for (let round = 0; round < 5; round += 1) {
    await page.goto("about:blank");
    await page.goto(`${base}/#/notifications`);
    warm.push(await page.waitForFunction(() => window.listPainted).then((handle) => handle.jsonValue()));
  }
  row("… the second time", ms(middle(warm)), "");
  await page.context().close();
}

async function pushes() {
  const page = await signIn(browser, base, "hillside/12", { prepare: (fresh) => fresh.addInitScript(WATCH_PUSH) });
  await socketIs(page, "live");
  const [painted, whole] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    const next = (await unread(page)) + 1;
    const waiting = page.evaluate((count) => window.whenPainted(count), next);
    const begun = Date.now();
    await notify("12", `Push ${round}`);
    const { after, epoch } = await waiting;
    painted.push(after);
    whole.push(epoch - begun);
  }
  row("push to painted badge, median", ms(middle(painted)), "< 100 ms");
  row("… the slowest", ms(Math.max(...painted)), "< 100 ms");
  row("request of the sender to painted badge, median", ms(middle(whole)), "");
  await page.context().close();
}

async function memory() {
  for (let sent = 0; sent < MANY; sent += 1) {
    await notify("11", `Notification ${sent}`);
    // A person may change 300 things a minute.
    if (sent % 250 === 249) await fetch(`${base}/_local/clock/advance`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ seconds: 61 }) });
  }
  const api = await person(base, "hillside/11");
  await eventually(async () => (await api("GET", "/v1/notifications?page_size=1")).items[0]?.title === `Notification ${MANY - 1}`, "all have arrived");
  const page = await signIn(browser, base, "hillside/11", { size: WIDTHS.desk, at: "#/notifications" });
  await showsUnread(page, 100);
  const session = await page.context().newCDPSession(page);
  const heap = async () => {
    await session.send("HeapProfiler.enable");
    await session.send("HeapProfiler.collectGarbage");
    return (await session.send("Runtime.getHeapUsage")).usedSize;
  };
  const few = await heap();
  const more = page.locator("campanile-notifications").getByRole("button", { name: "Show more" });
  const shown = () => page.locator("campanile-notifications .entry").count();
  for (let count = await shown(); await more.isVisible(); count = await shown()) {
    await more.click();
    await eventually(async () => (await shown()) > count || !(await more.isVisible()), "more are shown");
  }
  const count = await shown();
  row(`heap of a page with ${count} notifications on it`, `${((await heap()) / 1e6).toFixed(1)} MB`, "< 10 MB");
  row("… with the first 30", `${(few / 1e6).toFixed(1)} MB`, "");
  await page.context().close();
}

try {
  await loads();
  await pushes();
  await memory();
} finally {
  await browser.close();
  await stop();
}

const widths = [0, 1, 2].map((column) => Math.max(...rows.map((one) => one[column].length), ["figure", "reached", "goal"][column].length));
const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
process.stdout.write(`\n${line(["figure", "reached", "goal"])}\n${line(widths.map((width) => "-".repeat(width)))}\n${rows.map(line).join("\n")}\n`);
