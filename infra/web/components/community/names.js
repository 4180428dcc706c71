// What the people of a community are called: posts and messages name ids.

import { t } from "../../base/texts.js";

/** Members read for their names; who is not among them is called nothing. */
const MOST = 1000;

export class Names {
  members = [];
  #known = new Map();
  #client;

  constructor(client) {
    this.#client = client;
    const me = client.me.value;
    if (me) this.#known.set(me.id, me.profile?.name ?? me.id);
  }

  async load(community, signal) {
    const members = [];
    for await (const member of this.#client.api.items(`/v1/communities/${community}/members`, { page_size: 100 }, { signal })) {
      members.push(member);
      if (members.length >= MOST) break;
    }
    this.members = members;
    for (const member of members) if (member.name) this.#known.set(member.user, member.name);
  }

  of(user) {
    return this.#known.get(user) ?? t("people.left");
  }

  get map() {
    return this.#known;
  }
}
