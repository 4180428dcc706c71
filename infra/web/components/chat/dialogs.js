// What is done about people rather than in a room: asking somebody to chat,
// taking it back, and not hearing from somebody.

import { confirmed, openDialog } from "../../base/dialog.js";
import { fill, h } from "../../base/h.js";
import { act, avatar, empty, failed, field, loading, tag } from "../../base/states.js";
import { t } from "../../base/texts.js";
import { ago } from "../../base/time.js";
import "../people-picker.js";

const toast = (host, title) => host.tell("campanile-toast", { level: "success", title });

/** Finds a person and asks them to chat. */
export function askToChat(host, done) {
  const who = h("campanile-people", { ".single": true, label: t("chat.who"), placeholder: t("people.search") });
  const words = h("textarea", { rows: 2, maxlength: 500 });
  const person = h("div", { class: "field" }, h("span", { class: "label" }, t("chat.who")), who, h("p", { class: "hint" }, t("chat.whoHint")));
  const said = h("p", { class: "wrong", role: "alert" });
  const message = field(t("chat.words"), words, { hint: t("chat.wordsHint") });
  const send = h("button", { class: "primary", type: "submit" }, t("chat.ask"));
  const submit = (event) => {
    event.preventDefault();
    said.textContent = who.value.length === 0 ? t("chat.nobody") : "";
    message.wrong(null);
    if (who.value.length === 0) return who.focus();
    return act(send, async () => {
      const [{ id, name }] = who.value;
      const invitation = await host.api.post("/v1/chat/invitations", { user: id, ...(words.value.trim() ? { message: words.value.trim() } : {}) });
      dialog.close();
      toast(host, t("chat.asked", { name: name ?? id }));
      if (invitation.room) host.choose(invitation.room);
      done();
    }, (problem) => {
      message.wrong(problem.of("message"));
      said.textContent = problem.of("message") ? "" : (problem.of("user") ?? problem.message);
    });
  };
  const form = h("form", { class: "stack", onsubmit: submit }, person, message, said, h("div", { class: "actions" }, send));
  const dialog = openDialog(host.root, { title: t("chat.invite") }, form);
  requestAnimationFrame(() => who.focus());
}

/** A list in a dialog, read when it opens. */
async function listDialog(host, title, path, query, none, rowOf) {
  const body = h("div", null, loading(3));
  openDialog(host.root, { title }, body);
  const load = async () => {
    try {
      const items = [];
      for await (const item of host.api.items(path, { ...query, page_size: 50 })) items.push(item);
      fill(body, items.length === 0 ? empty({ icon: "people", title: none }) : h("ul", { class: "list" }, items.map((item) => rowOf(item, load))));
    } catch (problem) {
      fill(body, failed(problem, load));
    }
  };
  await load();
}

/** Whom one has asked, and what came of it. */
export function showSent(host) {
  const LEVELS = { accepted: "success", pending: "info", rejected: "warning" };
  return listDialog(host, t("chat.sentAsks"), "/v1/chat/invitations", { direction: "outgoing" }, t("chat.noAsks"), (one, load) => {
    const name = one.to.name ?? one.to.id;
    const back = h("button", { onclick: () => act(back, async () => (await host.api.delete(`/v1/chat/invitations/${one.id}`), load())) }, t("chat.takeBack"));
    return h("li", { class: "item person-row" }, avatar(name), h("div", { class: "grow" }, h("p", { class: "clip strong" }, name), h("p", { class: "dim small" }, ago(one.created_at))), tag(t(`chat.ask.${one.status}`), LEVELS[one.status]), one.status === "pending" && back);
  });
}

/** Whom one does not want to hear from. */
export function showBlocked(host) {
  return listDialog(host, t("chat.blockedPeople"), "/v1/chat/blocks", {}, t("chat.noBlocks"), (one, load) => {
    const name = one.user.name ?? one.user.id;
    const lift = h("button", { onclick: () => act(lift, async () => (await host.api.delete(`/v1/chat/blocks/${encodeURIComponent(one.user.id)}`), host.tell("campanile-room-changed"), load())) }, t("chat.unblock"));
    return h("li", { class: "item person-row" }, avatar(name), h("div", { class: "grow" }, h("p", { class: "clip strong" }, name), h("p", { class: "dim small" }, ago(one.since))), lift);
  });
}

/** Blocks somebody after asking, or lifts it. */
export async function blockPerson(host, { id, name }, blocked, done) {
  const title = t(blocked ? "chat.unblockSure" : "chat.blockSure", { name });
  const sure = await confirmed(host.root, { title, text: t(blocked ? "chat.unblockText" : "chat.blockText"), act: t(blocked ? "chat.unblock" : "chat.block"), danger: !blocked });
  if (!sure) return;
  try {
    if (blocked) await host.api.delete(`/v1/chat/blocks/${encodeURIComponent(id)}`);
    else await host.api.post("/v1/chat/blocks", { user: id });
    done();
  } catch (problem) {
    host.tell("campanile-toast", { level: "error", title: problem.title, text: problem.detail });
  }
}
