// Times as the person reads them: in their own zone and language.

import { lang } from "./texts.js";

let zone;
const formats = new Map();

/** Called once it is known who is signed in. */
export function setZone(name) {
  try {
    new Intl.DateTimeFormat(undefined, { timeZone: name });
    zone = name;
  } catch {
    zone = undefined;
  }
  formats.clear();
}

/** The person's zone, or the device's while nobody is signed in. */
export function zoneName() {
  return zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function format(options) {
  const key = lang() + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(lang(), { timeZone: zone, ...options }));
  return formats.get(key);
}

/** `14:30` */
export const clock = (iso) => format({ hour: "2-digit", minute: "2-digit" }).format(new Date(iso));
/** `Mon, 2 Mar 2026` */
export const day = (iso) => format({ weekday: "short", day: "numeric", month: "short", year: "numeric" }).format(new Date(iso));
/** `2 Mar 2026, 14:30` */
export const moment = (iso) => format({ dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));
/** `2026-03-02` in the person's zone: what belongs to one day. */
export const dayKey = (iso) => new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(new Date(iso));

/** `3 minutes ago`, `14:30`, `2 Mar`: as exact as it matters. */
export function ago(iso, now = Date.now()) {
  const then = new Date(iso);
  const seconds = Math.round((now - then) / 1000);
  const relative = new Intl.RelativeTimeFormat(lang(), { numeric: "auto", style: "short" });
  if (seconds < 60) return relative.format(0, "second");
  if (seconds < 3600) return relative.format(-Math.round(seconds / 60), "minute");
  if (dayKey(iso) === dayKey(now)) return clock(iso);
  if (seconds < 6 * 86400) return format({ weekday: "short", hour: "2-digit", minute: "2-digit" }).format(then);
  const sameYear = dayKey(iso).slice(0, 4) === dayKey(now).slice(0, 4);
  return format({ day: "numeric", month: "short", ...(sameYear ? {} : { year: "numeric" }) }).format(then);
}

/** `Today`, `Yesterday` or the day. */
export function dayName(iso, now = Date.now()) {
  const relative = new Intl.RelativeTimeFormat(lang(), { numeric: "auto" });
  const capital = (text) => text.charAt(0).toLocaleUpperCase(lang()) + text.slice(1);
  if (dayKey(iso) === dayKey(now)) return capital(relative.format(0, "day"));
  if (dayKey(iso) === dayKey(now - 86400_000)) return capital(relative.format(-1, "day"));
  return day(iso);
}
