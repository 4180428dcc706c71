// What states, channels and audiences are called, and their colours.

import { tag } from "../base/states.js";
import { addTexts, t } from "../base/texts.js";
import { staff } from "../texts/staff.js";
addTexts(staff);

const LEVELS = {
  published: "success", delivered: "success", completed: "success", applied: "success", active: "success", created: "success", on: "success", in_feed: "success", fired: "success",
  sent: "info", sending: "info", queued: "info", scheduled: "info", applying: "info", checking: "info", updated: "info", received: "info",
  pending: "warning", waiting: "warning", not_reached: "warning", unknown: "warning", skipped: "warning", suspended: "warning", uploading: "warning", override: "warning",
  failed: "error", bounced: "error", complained: "error", rejected: "error", invalid: "error",
};

/** A state as a tag. */
export const stateTag = (status) => tag(said(`status.${status}`, status), LEVELS[status] ?? "");
export const channelName = (channel) => said(`channel.${channel}`, channel);
export const typeName = (type) => said(`type.${type}`, type);
/** Why somebody did not get something. */
export const reasonText = (reason) => said(`reason.${reason.toLowerCase()}`, reason.replaceAll("_", " ").toLowerCase());

/** A text by its name, or what the API says if it has none yet. */
export function said(name, instead) {
  const text = t(name);
  return text === name ? instead : text;
}

const names = new Map();

/** The name of a person or a group, once asked. */
function nameOf(api, path) {
  if (!names.has(path)) {
    const asked = api.get(path).then(({ name }) => name);
    names.set(path, asked);
    // A refusal stays one; what the network lost is asked for again.
    asked.catch((problem) => problem.passing && names.delete(path));
  }
  return names.get(path);
}

const PEOPLE = new Set(["user", "student", "teacher", "parent"]);

/** An expression in words: `guardians-of:class:5` is "Guardians of Class 5A". */
export async function audienceName(api, expression) {
  const [kind, ...rest] = expression.split(":");
  const id = rest.at(-1);
  try {
    if (kind === "all") return t("aud.all");
    if (kind === "role") return t("aud.role", { name: said(`role.${id}`, id) });
    if (kind === "email" || kind === "phone" || kind === "name") return rest.join(":");
    if (kind === "guardians-of" && PEOPLE.has(rest[0])) return t("aud.guardians", { name: await nameOf(api, `/v1/users/${encodeURIComponent(id)}`) });
    if (kind === "guardians-of" || kind === "students-of") return t(kind === "guardians-of" ? "aud.guardians" : "aud.students", { name: await nameOf(api, `/v1/groups/${encodeURIComponent(id)}`) });
    if (!id) return kind;
    return await nameOf(api, `/v1/${PEOPLE.has(kind) ? "users" : "groups"}/${encodeURIComponent(id)}`);
  } catch {
    return expression;
  }
}

/** The words that an announcement may use instead of expressions. */
const WORDS = { students: "role:student", teachers: "role:teacher", parents: "role:parent", staff: "role:staff" };

/** To whom an announcement goes, as expressions whichever way it was written. */
export function addressed({ audience, class_ids: classes = [] }) {
  if (audience === "class_specific") return classes.map((id) => `class:${id}`);
  return WORDS[audience] ?? audience ?? [];
}

/** What an announcement or a send is addressed to, as its parts. */
export function audienceParts(audience) {
  if (typeof audience === "string") return { include: [audience], except: [] };
  if (Array.isArray(audience)) return { include: audience, except: [] };
  return { include: audience?.include ?? [], except: audience?.except ?? [] };
}

/** The whole audience in one sentence. */
export async function audienceText(api, audience) {
  const { include, except } = audienceParts(audience);
  const say = async (list) => (await Promise.all(list.slice(0, 6).map((one) => audienceName(api, one)))).concat(list.length > 6 ? ["…"] : []).join(", ");
  const main = await say(include);
  return except.length > 0 ? t("aud.but", { main, except: await say(except) }) : main;
}
