// <staff-progress send="snd_…">: how far a send is, looked at until it has ended.

import { CampanileElement, define } from "../base/element.js";
import { fill, h } from "../base/h.js";
import { bar, failed, loading } from "../base/states.js";
import { number, t } from "../base/texts.js";
import { moment } from "../base/time.js";
import { channelName, reasonText, said, stateTag } from "./labels.js";
import { staffStyles } from "./styles.js";

const ENDED = new Set(["completed", "cancelled", "failed"]);
const [SOON, LATER, MOST] = [700, 15_000, 6_000];
/** Looks after the end, for what providers report of e-mails that were sent. */
const REPORTS = 10;

class SendProgress extends CampanileElement {
  static styles = [staffStyles];

  start() {
    this.body = h("div", { class: "stack" });
    this.show(this.body);
    fill(this.body, loading(2));
    this.wait = SOON;
    this.reports = REPORTS;
    this.look();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  async look() {
    clearTimeout(this.timer);
    try {
      this.send = await this.api.get(`/v1/sends/${this.getAttribute("send")}`, null, { signal: this.signal });
    } catch (problem) {
      if (problem.name === "AbortError") return;
      if (!this.send) return void fill(this.body, failed(problem, () => this.look()));
      return this.#again();
    }
    this.#paint();
    this.tell("staff-send", this.send);
    if (!ENDED.has(this.send.status) || this.#awaits()) this.#again();
  }

  /** Whether an e-mail that was sent may still be told of as delivered. */
  #awaits() {
    return this.send.progress?.by_channel?.email?.sent > 0 && this.reports-- > 0;
  }

  #again() {
    if (this.signal.aborted) return;
    this.wait = Math.min(MOST, this.wait * 1.25);
    this.timer = setTimeout(() => this.look(), this.send.status === "scheduled" ? LATER : this.wait);
  }

  #paint() {
    const { status, send_at, progress, reason } = this.send;
    const part = (progress?.percent ?? (status === "completed" ? 100 : 0)) / 100;
    const words = status === "scheduled" && send_at ? t("send.goesAt", { at: moment(send_at) }) : progress?.deliveries ? t("send.ended", { ended: progress.ended, all: progress.deliveries }) : t(ENDED.has(status) ? "send.nobody" : "send.planning");
    fill(
      this.body,
      h("div", { class: "spread" }, h("span", { class: "row" }, stateTag(status), reason && h("span", { class: "dim small" }, reasonText(reason))), h("span", { class: "dim small number", role: "status" }, words)),
      bar(part, t("send.progress"), status === "failed" ? "error" : status === "completed" ? "success" : ""),
      this.#channels(progress?.by_channel ?? {}),
    );
  }

  #channels(byChannel) {
    const entries = Object.entries(byChannel).filter(([, statuses]) => Object.keys(statuses).length > 0);
    if (entries.length === 0) return null;
    const counts = (statuses) => Object.entries(statuses).map(([status, count]) => h("span", { class: "row" }, h("b", { class: "number" }, number(count)), h("span", { class: "dim small" }, said(`status.${status}`, status).toLocaleLowerCase())));
    return h("dl", { class: "facts" }, entries.map(([channel, statuses]) => [h("dt", null, channelName(channel)), h("dd", { class: "row" }, counts(statuses))]));
  }
}

define("staff-progress", SendProgress);
