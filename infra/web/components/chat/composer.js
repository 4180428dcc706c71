// <campanile-composer>: where a message is written, answered or mended.

import { CampanileElement, define } from "../../base/element.js";
import { fill, h } from "../../base/h.js";
import { icon } from "../../base/icons.js";
import { sheet } from "../../base/sheet.js";
import { act } from "../../base/states.js";
import { t } from "../../base/texts.js";

const styles = sheet`
:host { display: block; flex: none; border-top: 1px solid var(--line); background: var(--sheet); }
form { display: flex; align-items: flex-end; gap: var(--s2); padding: var(--s2) var(--s3); }
textarea { min-height: 40px; max-height: 9rem; resize: none; field-sizing: content; border-radius: 20px; padding: 8px 14px; line-height: 1.45; }
button.primary { border-radius: 50%; flex: none; }
.about { display: flex; align-items: center; gap: var(--s2); padding: var(--s2) var(--s3) 0 var(--s4); font-size: var(--t-small); color: var(--dim); } .about .icon { width: 16px; height: 16px; }
.wrong { padding: 0 var(--s4) var(--s2); }`;

/** Milliseconds between two words that one is writing, and until one has stopped. */
const TELL = 3_000;
const STOPPED = 4_000;
const MOST = 4_096;

export class CampanileComposer extends CampanileElement {
  static styles = [styles];
  room;
  nameOf;

  start() {
    this.about = h("div", { class: "about", hidden: true });
    this.wrong = h("p", { class: "wrong", role: "alert", hidden: true });
    this.text = h("textarea", { rows: 1, "aria-label": t("chat.write"), placeholder: t("chat.write"), enterkeyhint: "send" });
    this.button = h("button", { class: "primary only", "aria-label": t("act.send"), disabled: true }, icon("send"));
    this.show(this.about, h("form", { onsubmit: (event) => (event.preventDefault(), this.#send()) }, this.text, this.button), this.wrong);
    this.target = null;
    this.told = 0;
    this.listen(this.text, "input", () => this.#typed());
    this.listen(this.text, "keydown", (event) => this.#key(event));
    this.signal.addEventListener("abort", () => this.#typing(false), { once: true });
  }

  reply(message) {
    this.#aim({ mode: "reply", message });
  }

  edit(message) {
    this.#aim({ mode: "edit", message });
    this.text.value = message.text;
    this.#typed();
  }

  #aim(target) {
    if (this.target?.mode === "edit" && target?.mode !== "edit") this.text.value = "";
    this.target = target;
    this.about.hidden = !target;
    this.#say(null);
    if (target) {
      const { mode, message } = target;
      const label = mode === "edit" ? t("chat.editing") : t("chat.answering", { name: this.nameOf(message.author) });
      fill(this.about, icon(mode), h("span", { class: "clip grow" }, h("b", null, label), ` ${message.text.slice(0, 140)}`), h("button", { class: "quiet only", type: "button", "aria-label": t("act.cancel"), onclick: () => this.#aim(null) }, icon("close")));
    }
    this.button.disabled = this.text.value.trim() === "";
    this.text.focus();
  }

  #typed() {
    const written = this.text.value.trim() !== "";
    this.button.disabled = !written;
    this.#say(new TextEncoder().encode(this.text.value).length > MOST ? t("chat.tooLong") : null);
    this.#typing(written && this.target?.mode !== "edit");
  }

  #say(text) {
    this.wrong.hidden = !text;
    this.wrong.textContent = text ?? "";
    if (text) this.text.setAttribute("aria-invalid", "true");
    else this.text.removeAttribute("aria-invalid");
  }

  #typing(typing) {
    clearTimeout(this.stopping);
    const now = Date.now();
    if (typing) this.stopping = setTimeout(() => this.#typing(false), STOPPED);
    if (typing ? now - this.told < TELL : this.told === 0) return;
    this.told = typing ? now : 0;
    this.client.socket.send({ action: "typing", room: this.room.id, typing });
  }

  #key(event) {
    // A phone's Enter makes a line; a keyboard's sends, unless it is composing a letter.
    const sends = event.key === "Enter" && !event.shiftKey && !event.isComposing && matchMedia("(pointer: fine)").matches;
    if (sends) {
      event.preventDefault();
      this.#send();
    } else if (event.key === "Escape" && this.target) {
      event.stopPropagation();
      this.#aim(null);
    } else if (event.key === "ArrowUp" && this.text.value === "") this.#editLast(event);
  }

  #editLast(event) {
    const me = this.client.me.value?.id;
    const last = this.room.messages.value?.findLast((message) => message.author === me && !message.deleted);
    if (!last) return;
    event.preventDefault();
    this.edit(last);
  }

  async #send() {
    const text = this.text.value.trim();
    if (!text || !this.wrong.hidden) return;
    const { target } = this;
    if (target?.mode === "edit") {
      await act(this.button, async () => {
        await this.room.edit(target.message.seq, text);
        this.text.value = "";
        this.#aim(null);
      }, (problem) => this.#say(problem.of("text") ?? problem.message));
      return;
    }
    this.text.value = "";
    this.#aim(null);
    this.#typing(false);
    this.tell("campanile-written");
    this.room.outbox.write(text, target?.message.seq ?? null);
  }
}

define("campanile-composer", CampanileComposer);
