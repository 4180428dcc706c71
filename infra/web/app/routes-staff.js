// The screens of staff, and those that teachers share with them.

export const STAFF = ["staff", "admin"];
const ADMIN = ["admin"];
const WRITERS = ["staff", "admin", "teacher", "instructor"];

const announcements = () => import("../screens/announcements.js");
const edit = () => import("../screens/announcement-edit.js");
const template = () => import("../screens/template.js");
const directory = () => import("../screens/directory.js");
const imports = () => import("../screens/imports.js");
const automation = () => import("../screens/automation.js");

/** @type {import("./routes.js").Route[]} */
export const staffRoutes = [
  { path: "/announcements", element: "screen-my-announcements", load: announcements, title: "menu.announcements", icon: "megaphone" },
  { path: "/announcements/:id", element: "screen-announcement", load: () => import("../screens/announcement.js"), title: "menu.announcements" },

  { path: "/manage/announcements", element: "screen-announcements", load: announcements, title: "menu.manage", icon: "edit", roles: WRITERS },
  { path: "/manage/announcements/new", element: "screen-announcement-edit", load: edit, title: "menu.manage", roles: WRITERS },
  { path: "/manage/announcements/:id", element: "screen-announcement-manage", load: () => import("../screens/announcement-manage.js"), title: "menu.manage", roles: WRITERS },
  { path: "/manage/announcements/:id/edit", element: "screen-announcement-edit", load: edit, title: "menu.manage", roles: WRITERS },

  { path: "/templates", element: "screen-templates", load: () => import("../screens/templates.js"), title: "menu.templates", icon: "template", roles: WRITERS },
  { path: "/templates/new", element: "screen-template", load: template, title: "menu.templates", roles: WRITERS },
  { path: "/templates/:id", element: "screen-template", load: template, title: "menu.templates", roles: WRITERS },
  { path: "/templates/:id/send", element: "screen-template-send", load: () => import("../screens/template-send.js"), title: "menu.templates", roles: WRITERS },

  { path: "/sends", element: "screen-sends", load: () => import("../screens/sends.js"), title: "menu.sends", icon: "send", roles: WRITERS },
  { path: "/sends/:id", element: "screen-send", load: () => import("../screens/send.js"), title: "menu.sends", roles: WRITERS },

  { path: "/notify", element: "screen-notify", load: () => import("../screens/notify.js"), title: "menu.notify", roles: STAFF },
  { path: "/manage/notifications", element: "screen-all-notifications", load: () => import("../screens/all-notifications.js"), title: "menu.notifications", icon: "bell", roles: STAFF },

  { path: "/log", element: "screen-log", load: () => import("../screens/log.js"), title: "menu.log", icon: "log", roles: STAFF },
  { path: "/log/statistics", element: "screen-log-statistics", load: () => import("../screens/log-statistics.js"), title: "menu.log", roles: STAFF },
  { path: "/log/audit", element: "screen-audit", load: () => import("../screens/audit.js"), title: "menu.log", roles: ADMIN },
  { path: "/log/:id", element: "screen-log-entry", load: () => import("../screens/log-entry.js"), title: "menu.log", roles: STAFF },

  { path: "/directory", element: "screen-people", load: directory, title: "menu.directory", icon: "people", roles: STAFF },
  { path: "/directory/groups", element: "screen-groups", load: directory, title: "menu.directory", roles: STAFF },
  { path: "/directory/groups/:id", element: "screen-group", load: () => import("../screens/group.js"), title: "menu.directory", roles: STAFF },
  { path: "/directory/people/:id", element: "screen-person", load: () => import("../screens/person.js"), title: "menu.directory", roles: STAFF },
  { path: "/directory/imports", element: "screen-imports", load: imports, title: "menu.directory", roles: STAFF },
  { path: "/directory/imports/:id", element: "screen-import", load: imports, title: "menu.directory", roles: STAFF },

  { path: "/automations", element: "screen-automations", load: () => import("../screens/automations.js"), title: "menu.automations", icon: "automation", roles: STAFF },
  { path: "/automations/events", element: "screen-events", load: () => import("../screens/events.js"), title: "menu.automations", roles: STAFF },
  { path: "/automations/reminders", element: "screen-reminders", load: () => import("../screens/reminders.js"), title: "menu.automations", roles: STAFF },
  { path: "/automations/new", element: "screen-automation", load: automation, title: "menu.automations", roles: ADMIN },
  { path: "/automations/:id", element: "screen-automation", load: automation, title: "menu.automations", roles: ADMIN },

  { path: "/settings", element: "screen-settings", load: () => import("../screens/settings.js"), title: "menu.settings", icon: "settings", roles: STAFF },
  { path: "/mailbox", element: "screen-mailbox", load: () => import("../screens/mailbox.js"), title: "menu.mailbox", icon: "mailbox", roles: STAFF, local: true },
];
