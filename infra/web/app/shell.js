// <campanile-shell>: navigation, header and the place of the open screen.

import "../components/bell.js";
import "../components/popup.js";
import "../components/toasts.js";
import { CampanileElement, define } from "../base/element.js";
import { fill, h } from "../base/h.js";
import { icon } from "../base/icons.js";
import { avatar, badge, empty, failed, loading } from "../base/states.js";
import { number, t } from "../base/texts.js";
import { routes } from "./routes.js";
import { within } from "./router.js";
import { shellStyles } from "./shell-styles.js";

export class CampanileShell extends CampanileElement {
  static styles = [shellStyles];
  /** Given by the app before the element enters the page. */
  router;
  auth;
  config;

  start() {
    this.links = [];
    this.main = h("main", { id: "main", tabindex: "-1" });
    this.drawer = h("nav", { class: "side", id: "side", "aria-label": t("app.main") }, this.#brand(), this.#menu());
    this.shade = h("div", { class: "shade", onclick: () => this.#open(false) });
    this.banner = h("div", { class: "banner", role: "status" });
    const skip = h("a", { class: "skip", href: "#main", onclick: (event) => (event.preventDefault(), this.main.focus()) }, t("app.skip"));
    this.show(skip, this.shade, this.drawer, h("div", { class: "page" }, this.#header(), this.banner, this.main), this.#bottom(), h("campanile-toasts"), h("campanile-popup"));
    this.watch(this.client.socket.state, (state) => this.#paintState(state));
    this.watch(this.router.place, (place) => this.#go(place));
    this.listen(this, "keydown", (event) => event.key === "Escape" && this.#open(false));
    this.listen(this, "campanile-go", (event) => this.router.go(event.detail));
  }

  #brand() {
    return h("a", { class: "brand", href: "#/" }, h("img", { src: new URL("../icon.svg", import.meta.url).href, alt: "", width: 28, height: 28 }), h("span", { class: "clip" }, this.client.me.value?.tenant.name ?? t("app.name")));
  }

  #visible() {
    return routes.filter((route) => route.icon && (!route.roles || this.client.is(...route.roles)) && (!route.local || this.config.mailbox));
  }

  #menu() {
    const entries = this.#visible();
    const [common, forStaff] = [entries.filter((route) => !route.roles), entries.filter((route) => route.roles)];
    return [
      h("ul", null, common.map((route) => h("li", null, this.#link(route)))),
      forStaff.length > 0 && [h("h2", null, t("menu.staff")), h("ul", null, forStaff.map((route) => h("li", null, this.#link(route))))],
    ];
  }

  #link(route) {
    const count = h("span", { class: "count" });
    const link = h("a", { href: `#${route.path}`, onclick: () => this.#open(false) }, icon(route.icon), h("span", { class: "clip grow" }, t(route.title)), count);
    this.links.push({ link, route });
    const signal = { unread: this.client.feed.unread, chat: this.client.badges.chat, mail: this.client.badges.mail }[route.badge];
    if (signal) this.watch(signal, (value) => fill(count, badge(value), value > 0 && h("span", { class: "unseen" }, `, ${number(value)}`)));
    return link;
  }

  #bottom() {
    const places = this.#visible().filter((route) => route.bottom).slice(0, 4);
    const more = h("button", { class: "quiet", "aria-controls": "side", onclick: () => this.#open(true) }, icon("menu"), h("span", null, t("menu.more")));
    return h("nav", { class: "bottom", "aria-label": t("app.menu") }, places.map((route) => this.#link(route)), more);
  }

  #header() {
    const { profile, id } = this.client.me.value ?? {};
    const name = profile?.name ?? id ?? "";
    const out = h("button", { class: "quiet only", "aria-label": t("menu.signOut"), title: t("menu.signOut"), onclick: () => this.auth.end() }, icon("out"));
    const theme = h("button", { class: "quiet only", "aria-label": t("app.theme"), title: t("app.theme"), onclick: () => this.tell("campanile-theme") }, icon("sun"));
    this.heading = h("p", { class: "where clip grow" });
    const open = h("button", { class: "quiet only opens", "aria-label": t("app.menu"), "aria-controls": "side", onclick: () => this.#open(true) }, icon("menu"));
    return h("header", { class: "top" }, open, this.heading, h("campanile-bell"), theme, h("span", { class: "who row" }, avatar(name), h("span", { class: "clip" }, name)), out);
  }

  #open(open) {
    if (this.hasAttribute("menu") === open) return;
    this.toggleAttribute("menu", open);
    if (open) this.opener = this.root.activeElement;
    if (open) this.drawer.querySelector("a")?.focus();
    // Whoever followed a link is taken to the screen instead.
    else if (this.drawer.contains(this.root.activeElement)) this.opener?.focus();
  }

  #paintState(state) {
    const text = { offline: "net.offline", polling: "net.polling" }[state];
    // The first seconds of a page are no reconnecting.
    this.seen ||= state === "live";
    const said = text ?? (state === "connecting" && this.seen ? "net.connecting" : null);
    this.banner.dataset.state = said ? state : "";
    fill(this.banner, said && [icon(state === "offline" ? "offline" : "clock"), h("span", null, t(said))]);
  }

  async #go({ route, params, query, path }) {
    for (const { link, route: entry } of this.links) {
      if (within(entry.path, path)) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    const round = (this.round = {});
    const title = route?.title ? t(route.title) : t("app.name");
    document.title = `${title} · ${t("app.name")}`;
    this.heading.textContent = title;
    if (!route) return void fill(this.main, empty({ icon: "search", title: t("app.notFound"), text: t("app.notFoundText") }));
    if (route.roles && !this.client.is(...route.roles)) return void fill(this.main, empty({ icon: "approve", title: t("app.notYours"), text: t("app.notYoursText") }));
    const slow = setTimeout(() => fill(this.main, loading()), 120);
    try {
      await route.load();
    } catch {
      if (round === this.round) fill(this.main, failed({ status: 0 }, () => location.reload()));
      return;
    } finally {
      clearTimeout(slow);
    }
    if (round !== this.round) return;
    const screen = document.createElement(route.element);
    for (const [name, value] of Object.entries(params)) screen.setAttribute(name, value);
    screen.query = query;
    fill(this.main, screen);
    scrollTo(0, 0);
    if (this.moved) this.main.focus({ preventScroll: true });
    this.moved = true;
  }
}

define("campanile-shell", CampanileShell);
