// The inbox: the component fills the screen, and the address follows it. A
// notification names a message; its thread opens.

import "../components/inbox.js";
import { CampanileElement, define } from "../base/element.js";
import { h } from "../base/h.js";
import { failed, loading } from "../base/states.js";
import { t } from "../base/texts.js";
import { fullStyles } from "../components/panes.js";

class InboxScreen extends CampanileElement {
  static styles = [fullStyles];

  async start() {
    this.heading = h("h1", { class: "unseen" }, t("inbox.title"));
    const message = this.getAttribute("message");
    if (!message) return this.#place(this.getAttribute("thread"));
    this.show(this.heading, loading());
    try {
      const { thread } = await this.api.get(`/v1/messages/${message}`, {}, { signal: this.signal });
      history.replaceState(null, "", `#/inbox/${thread}`);
      return this.#place(thread);
    } catch (problem) {
      if (problem.status !== undefined) this.show(this.heading, failed(problem, () => this.start()));
      return undefined;
    }
  }

  #place(thread) {
    const inbox = h("campanile-inbox", { class: "whole", thread, folder: this.query?.get("folder"), compose: this.query?.has("compose") ?? false });
    this.show(this.heading, inbox);
    this.listen(inbox, "campanile-open", ({ detail: { thread, compose } }) => history.pushState(null, "", thread ? `#/inbox/${thread}` : compose ? "#/inbox?compose" : "#/inbox"));
    // The router does not see what was pushed: back, and the menu, come here.
    this.listen(window, "hashchange", () => {
      const [found, open] = /^#\/inbox(?:\/(thr_[^/?]+))?$/.exec(location.hash) ?? [];
      if (found) inbox.open(open ?? null, false);
      else if (location.hash === "#/inbox?compose") inbox.compose(false);
    });
  }
}

define("screen-inbox", InboxScreen);
