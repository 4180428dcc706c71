// The stack that the stories run against: the one in BASE, or one of their own.

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const PATIENCE = 120_000;

/**
 * Starts a stack with the demonstration in it, on a free port.
 * @param {string[]} options further options of its command line; such a stack is always one of its own
 * @returns {Promise<{base: string, stop: () => Promise<void>}>}
 */
export async function startStack(...options) {
  if (process.env.BASE && options.length === 0) return { base: process.env.BASE, stop: async () => {} };
  const program = process.env.CAMPANILE ?? `${ROOT}target/debug/campanile`;
  const child = spawn(program, ["--port", "0", ...options], { stdio: ["ignore", "pipe", "inherit"] });
  const base = await new Promise((resolve, reject) => {
    let said = "";
    const late = setTimeout(() => reject(new Error(`The stack did not start:\n${said}`)), PATIENCE);
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`The stack ended with ${code}:\n${said}`)));
    child.stdout.on("data", (data) => {
      said += data;
      const found = /Web +(http:\/\/[^/\s]+)\//.exec(said);
      if (!found || !said.includes("Ctrl-C")) return;
      clearTimeout(late);
      resolve(found[1]);
    });
  });
  const stop = () =>
    new Promise((resolve) => {
      child.removeAllListeners("exit");
      child.on("exit", () => resolve());
      child.kill("SIGTERM");
    });
  return { base, stop };
}

/** A person's access token. */
export async function tokenOf(base, who) {
  const [tenant, user] = who.split("/");
  const login = { tenant, user, password: "campanile" };
  const answer = await fetch(`${base}/login`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(login) });
  return (await answer.json()).access_token;
}

/** The API as a person uses it without a browser. */
export async function person(base, who) {
  const token = await tokenOf(base, who);
  return async (method, path, body, type = "application/json") => {
    const headers = { authorization: `Bearer ${token}`, "content-type": type };
    const response = await fetch(`${base}${path}`, { method, headers, body: typeof body === "object" ? JSON.stringify(body) : body });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : null;
  };
}
