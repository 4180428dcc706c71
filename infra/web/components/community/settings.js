// What owners set, and how a community begins and ends.

import { confirmed, openDialog } from "../../base/dialog.js";
import { h } from "../../base/h.js";
import { act, field, notice } from "../../base/states.js";
import { t } from "../../base/texts.js";

const SWITCHES = ["require_post_approval", "allow_replies", "allow_reactions", "live_chat"];
const FIRST = { require_post_approval: false, allow_replies: true, allow_reactions: true, live_chat: true };

function fieldsOf({ name = "", description = "", settings = FIRST }) {
  const inputs = { name: h("input", { value: name, maxlength: 200 }), description: h("textarea", { rows: 3, value: description }) };
  const boxes = SWITCHES.map((key) => [key, h("input", { type: "checkbox", ".checked": settings[key] })]);
  const fields = { name: field(t("com.name"), inputs.name), description: field(t("com.description"), inputs.description) };
  const read = () => ({ name: inputs.name.value.trim(), description: inputs.description.value.trim(), settings: Object.fromEntries(boxes.map(([key, box]) => [key, box.checked])) });
  return { fields, read, rows: [fields.name, fields.description, h("div", null, boxes.map(([key, box]) => h("label", { class: "check" }, box, t(`com.set.${key}`))))] };
}

function dialogOf(host, title, form, extra, save) {
  const said = h("div");
  const go = h("button", { class: "primary", type: "submit" }, t("act.save"));
  const wrong = (problem) => {
    for (const [name, one] of Object.entries(form.fields)) one.wrong(problem.of(name));
    const told = Object.keys(form.fields).some((name) => problem.of(name));
    said.replaceChildren(...(told ? [] : [notice("error", problem.message)]));
  };
  const submit = (event) => {
    event.preventDefault();
    act(go, async () => {
      await save(form.read());
      dialog.close();
    }, wrong);
  };
  const dialog = openDialog(host.root, { title }, h("form", { class: "stack", onsubmit: submit, novalidate: true }, form.rows, said, h("div", { class: "row apart" }, extra ?? h("span"), go)));
  return dialog;
}

/** Changes a community; `changed` is given it, `deleted` is called when it is gone. */
export function settingsDialog(host, community, { changed, deleted }) {
  const end = h("button", { class: "danger", type: "button", onclick: () => act(end, () => close()) }, t("com.delete"));
  const close = async () => {
    if (!(await confirmed(host.root, { title: t("com.deleteSure", community), text: t("com.deleteText"), act: t("com.delete") }))) return;
    await host.api.delete(`/v1/communities/${community.id}`);
    dialog.close();
    host.tell("campanile-toast", { level: "success", title: t("com.deletedDone") });
    deleted();
  };
  const dialog = dialogOf(host, t("com.settings"), fieldsOf(community), end, async (values) => {
    changed(await host.api.patch(`/v1/communities/${community.id}`, { ...values, version: community.version }));
    host.tell("campanile-toast", { level: "success", title: t("com.savedDone") });
  });
}

/** Opens the community of a course: any for staff, one's own for who teaches. */
export async function createDialog(host, taken, done) {
  const courses = (await coursesOf(host)).filter((course) => !taken.has(course.id));
  if (courses.length === 0) return void host.tell("campanile-toast", { level: "info", title: t("com.noCourse") });
  const form = fieldsOf({ name: courses[0].name });
  const group = h("select", null, courses.map((course) => h("option", { value: course.id }, course.name)));
  form.fields.group = field(t("com.course"), group, { hint: t("com.courseHint") });
  const { read } = form;
  form.rows.unshift(form.fields.group);
  form.read = () => ({ group: group.value, ...read() });
  dialogOf(host, t("com.create"), form, null, async (values) => {
    const made = await host.api.post("/v1/communities", values);
    host.tell("campanile-toast", { level: "success", title: t("com.createdDone") });
    done(made);
  });
}

async function coursesOf({ api, client }) {
  if (!client.is("staff", "admin")) return (client.me.value?.memberships ?? []).filter((one) => one.kind === "course" && one.role !== "student").map((one) => ({ id: one.group, name: one.name }));
  const courses = [];
  for await (const group of api.items("/v1/groups", { kind: "course", page_size: 100 })) courses.push(group);
  return courses;
}
