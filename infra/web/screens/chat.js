// Chat: the component fills the screen, and the address follows what is open.

import "../components/chat.js";
import { CampanileElement, define } from "../base/element.js";
import { h } from "../base/h.js";
import { t } from "../base/texts.js";
import { fullStyles } from "../components/panes.js";

class ChatScreen extends CampanileElement {
  static styles = [fullStyles];

  start() {
    // A notification about an invitation leads to the list, where it is answered.
    const chat = h("campanile-chat", { class: "whole", room: this.getAttribute("room") });
    this.show(h("h1", { class: "unseen" }, t("chat.title")), chat);
    this.listen(chat, "campanile-open", ({ detail: { room } }) => history.pushState(null, "", room ? `#/chat/${room}` : "#/chat"));
    // The router does not see what was pushed: back, and the menu, come here.
    this.listen(window, "hashchange", () => {
      const [, room] = /^#\/chat\/(rom_[^/?]+)$/.exec(location.hash) ?? [];
      if (room) chat.setAttribute("room", room);
      else if (location.hash === "#/chat") chat.removeAttribute("room");
    });
  }
}

define("screen-chat", ChatScreen);
