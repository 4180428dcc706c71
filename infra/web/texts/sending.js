// English: templates, sends, the log and the audit trail.

export const sending = {
  "tpl.new": "New template", "tpl.none": "No templates", "tpl.noneText": "A template is a text with places for names and dates, for e-mail, text messages or the app.",
  "tpl.name": "Name", "tpl.description": "Description", "tpl.category": "Category", "tpl.categoryHint": "What people's preferences decide about, such as general or fees.", "tpl.version": "Version {version}", "tpl.versions": "Versions", "tpl.by": "{at}, {by}", "tpl.oldVersion": "This is version {version}. Saving makes it the newest one.",
  "tpl.part.subject": "Subject", "tpl.part.html": "HTML", "tpl.part.text": "Plain text (made from the HTML if empty)", "tpl.part.body": "Text", "tpl.part.title": "Title",
  "tpl.preview": "Preview", "tpl.blank": "As soon as there is something to read, it appears here.", "tpl.person": "As this person gets it", "tpl.samples": "Sample values stand for {names}.", "tpl.seeLine": "See the marked lines.", "tpl.goThere": "Go to this place", "tpl.saved": "Saved as version {version}",
  "tpl.variables": "Variables", "tpl.variablesText": "A click writes the variable where the cursor is.", "tpl.findVariable": "Find a variable", "tpl.newVariable": "New variable", "tpl.variableName": "Name", "tpl.variableNameHint": "Small letters and _, such as bus_stop", "tpl.kind": "Kind", "tpl.sample": "Sample value", "kind.text": "Text", "kind.number": "Number", "kind.date": "Date", "kind.boolean": "Yes or no",
  "tpl.deleteSure": "Delete “{name}”?", "tpl.deleteText": "What was sent with it stays in the log.",
  "tpl.send": "Send …", "tpl.sendTitle": "Send “{name}”", "tpl.values": "Values", "tpl.listHint": "A list as JSON, such as [{\"name\": \"…\"}].", "tpl.dedupe": "One message to people who share an address or number",
  "cat.student": "Student", "cat.teacher": "Teacher", "cat.parent": "Parent", "cat.school": "School", "cat.assignment": "Assignment", "cat.grade": "Grade", "cat.general": "General",
  "ann.status": "State", "ann.reschedule": "Change the time", "ann.publishAt": "Goes out at",
  "send.none": "No sends", "send.noneText": "Whatever reaches anybody is listed here.", "send.at": "Send at", "send.atHint": "At once if empty. Time in {zone}.", "send.origin": "From", "send.channels": "Channels", "send.template": "Template", "send.created": "Made",
  "send.nobodyYet": "Nobody yet", "send.nobodyText": "Recipients appear here as soon as it is known who is meant.", "send.cancel": "Cancel the send", "send.cancelSure": "Cancel this send?", "send.cancelText": "Whoever has it already keeps it; nobody else gets it.",
  "origin.template": "Template", "origin.announcement": "Announcement", "origin.notification": "Notification", "origin.automation": "Automation", "origin.broadcast": "Broadcast",
  "why.title": "Why did somebody (not) get this?", "why.who": "Person",
  "log.title": "Communication log", "log.none": "Nothing in the log", "log.noneText": "Every e-mail and text message to every recipient is listed here.", "log.entries": "Entries", "log.statistics": "Statistics", "log.audit": "Audit trail",
  "log.from": "From", "log.to": "To", "log.recipient": "Recipient", "log.recipientHint": "Address or number, or how it begins", "log.send": "Send", "log.attempts": { one: "{count} attempt", other: "{count} attempts" },
  "log.provider": "Provider's id", "log.reason": "Reason", "log.subject": "Subject", "log.person": "Person", "log.at": "At", "log.updated": "Last change", "log.tries": "Attempts", "log.twice": "It may have gone out twice: the provider's answer was lost.",
  "log.totalSent": "sent", "log.totalFailed": "failed", "log.rate": "success", "log.rateOf": "Success: {channel}", "log.byChannel": "By channel", "log.byDay": "By day", "log.sent": "Sent", "log.failed": "Failed",
  "audit.none": "No entries", "audit.noneText": "Publishing, sending, approving and changes of roles are recorded here.", "audit.act": "Act", "audit.any": "Any act", "audit.actor": "Who", "audit.by": "by {name}",
};
