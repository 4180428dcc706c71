// Every screen of the client, taken from its own list, with somebody who sees it.

import { person } from "./stack.js";
import { eventually } from "./world.js";

const first = async (api, list) => (await api("GET", `${list}?page_size=1`)).items[0];
const announcement = async (api, status) => (await api("GET", "/v1/announcements")).items.find((one) => one.status === status);

/**
 * For addresses with a part that varies: one that exists, found as that person.
 * @type {Record<string, (api: Function) => Promise<string>>}
 */
const EXAMPLES = {
  "/chat/:room": async (api) => `/chat/${(await first(api, "/v1/chat/rooms")).id}`,
  "/chat/invitations/:invitation": async (api) => `/chat/invitations/${(await first(api, "/v1/chat/invitations")).id}`,
  "/inbox/:thread": async (api) => `/inbox/${(await first(api, "/v1/messages")).thread}`,
  "/messages/:message": async (api) => `/messages/${(await first(api, "/v1/messages")).id}`,
  "/requests/:id": async (api) => `/requests/${(await first(api, "/v1/approvals")).id}`,
  "/approvals/:id": async (api) => `/approvals/${(await first(api, "/v1/approvals")).id}`,
  "/communities/:community": async (api) => `/communities/${(await first(api, "/v1/communities")).id}`,
  "/communities/:community/posts/:post": async (api) => {
    const { id } = await first(api, "/v1/communities");
    return `/communities/${id}/posts/${(await first(api, `/v1/communities/${id}/posts`)).id}`;
  },
  "/announcements/:id": async (api) => `/announcements/${(await first(api, "/v1/announcements/mine")).id}`,
  "/manage/announcements/:id": async (api) => `/manage/announcements/${(await announcement(api, "published")).id}`,
  "/manage/announcements/:id/edit": async (api) => `/manage/announcements/${(await announcement(api, "draft")).id}/edit`,
  "/templates/:id": async (api) => `/templates/${(await first(api, "/v1/templates")).id}`,
  "/templates/:id/send": async (api) => `/templates/${(await first(api, "/v1/templates")).id}/send`,
  "/sends/:id": async (api) => `/sends/${(await first(api, "/v1/sends")).id}`,
  "/log/:id": async (api) => `/log/${(await first(api, "/v1/communication-logs")).id}`,
  "/directory/groups/:id": async (api) => `/directory/groups/${(await first(api, "/v1/groups")).id}`,
  "/directory/people/:id": async () => "/directory/people/10",
  "/directory/imports/:id": async (api) => `/directory/imports/${(await first(api, "/v1/directory/imports")).id}`,
  "/automations/:id": async (api) => `/automations/${(await first(api, "/v1/automations")).id}`,
};

/** So that there is something on every screen: done once for each stack. */
export async function furnish(base) {
  const [head, teacher] = await Promise.all([person(base, "hillside/head"), person(base, "hillside/3")]);
  if (await first(head, "/v1/templates")) return;
  const student = await person(base, "hillside/10");
  await student("POST", "/v1/approvals", { type: "custom", title: "A locker by the window", reason: "Mine is broken.", details: { corridor: "North" } });
  await teacher("POST", "/v1/messages", { to: ["10"], subject: "The museum trip", body: "We meet at eight at the north gate.\nBring lunch and a sketch book." });
  const template = await head("POST", "/v1/templates", { channel: "email", name: "Closed", subject: "{{ school_name }} is closed", html: "<p>Dear {{ recipient_name }},</p><p>school is closed on <b>Monday</b>.</p>" });
  await head("POST", "/v1/templates", { channel: "sms", name: "Closed, in short", body: "{{ school_name }} is closed on Monday." });
  await head("POST", `/v1/templates/${template.id}/send`, { recipients: ["all"] });
  const text = { title: "School is closed on Monday", body: "The heating is being repaired.", type: "urgent", audience: "all", priority: 3, channels: ["email"] };
  const { id } = await head("POST", "/v1/announcements", text);
  await head("POST", `/v1/announcements/${id}/publish`);
  await head("POST", "/v1/announcements", { ...text, title: "Sports day", type: "general" });
  await head("POST", "/v1/directory/imports", "id,name,email,roles\ns1,Ada Archer,ada@pupils.example,student\ns2,,broken,student\n", "text/csv");
  // The request comes as a pop-up, which would stand before every screen.
  const told = async () => (await head("GET", "/v1/notifications")).items.some((one) => one.title.includes("A locker"));
  await eventually(told, "the head has been told of the request");
  await head("POST", "/v1/notifications/read-all");
  await eventually(async () => (await head("GET", "/v1/communication-logs?page_size=1")).items.length > 0, "e-mails are in the log");
}

/**
 * @param {import("playwright-core").Page} page Of somebody who is signed in.
 * @returns {Promise<{name: string, who: string, at: string, element: string}[]>}
 */
export async function screens(page, base) {
  const routes = await page.evaluate(async () => {
    const { routes } = await import("/web/any/app/routes.js");
    return routes.map(({ path, roles, element }) => ({ path, roles, element }));
  });
  return Promise.all(routes.map(({ path, roles, element }) => example(base, path, roles, element)));
}

async function example(base, path, roles, element) {
  const who = path.startsWith("/communities") ? "lumen/l1" : roles ? "hillside/head" : "hillside/10";
  const name = path.slice(1).replaceAll("/:", "-one-").replaceAll("/", "-") || "home";
  if (!path.includes(":")) return { name, who, element, at: path };
  const find = EXAMPLES[path];
  if (!find) throw new Error(`Name an example for ${path} in tests/browser/lib/screens.js.`);
  return { name, who, element, at: await find(await person(base, who)) };
}

/** Opens a screen and waits until nothing of it is loading. */
export async function open(page, { at, element }) {
  await page.evaluate((to) => (location.hash = `#${to}`), at);
  await page.locator(`campanile-shell main > ${element}`).waitFor({ timeout: 10_000 });
  await page.waitForFunction(() => {
    const busy = (root) => [...root.querySelectorAll("*")].some((one) => one.matches("[role=status][aria-busy=true]") || (one.shadowRoot && busy(one.shadowRoot)));
    return !busy(document);
  });
  await page.waitForLoadState("networkidle");
}
