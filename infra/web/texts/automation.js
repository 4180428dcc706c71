// English: automations, events, notifications by staff, and the mailbox.

import { sending } from "./sending.js";

export const automation = {
  ...sending,
  "auto.rules": "Rules", "auto.events": "Events", "auto.new": "New rule", "auto.none": "No rules", "auto.noneText": "A rule says who hears of an event, and how.", "auto.event": "Event", "auto.switch": "Rule “{name}”",
  "auto.as": "Edit as", "auto.as.form": "Form", "auto.as.json": "JSON", "auto.asJson": "The whole rule", "auto.override": "Save as your own version", "auto.restore": "Back to the built-in rule", "auto.restoreSure": "Go back to the built-in “{name}”?", "auto.deleteSure": "Delete “{name}”?", "auto.saved": "The rule is saved",
  "auto.enabled": "Switched on", "auto.popup": "Blocking pop-up", "auto.link": "Leads to", "auto.data": "What the event carries", "auto.optional": "optional", "auto.target": "Recipients {number}", "auto.addTarget": "Add recipients", "auto.removeTarget": "Remove “{name}”", "auto.audienceHint": "Such as students-of:class:{{class_id}}, role:admin", "auto.usesTemplate": "Uses the template {id}.",
  "auto.tryTitle": "Try it", "auto.tryText": "Shows who would get what for a sample event, with the rule as it stands here. Nothing is sent.", "auto.sample": "Data of the sample event", "auto.try": "Try it", "auto.applies": "Applies", "auto.appliesNot": "Does not apply", "auto.noRule": "No rule is for this event.", "auto.people": { one: "{count} person", other: "{count} people" }, "auto.unknown": "Not found: {names}",
  "auto.eventId": "Event id", "auto.look": "Look up", "auto.eventNone": "Look up an event", "auto.eventText": "Its id is the one that the sending system gave it.", "auto.noEvent": "There is no event of this id.", "auto.source": "Source", "auto.received": "Received", "auto.note": "Note", "auto.send": "Send", "auto.conflicts": { one: "Once, something else came with the same id.", other: "{count} times, something else came with the same id." },
  "json.wrong": "This is not valid JSON.", "json.title": "{label}: not valid JSON",
  "ntf.heading": "Title", "ntf.body": "Text", "ntf.urgentHint": "Urgent ones open as a pop-up and pass preferences.", "ntf.linkHint": "A page of this client or an https address", "ntf.noneText": "What is told to anybody is listed here.", "ntf.words": "Words in title or text", "ntf.readState": "Read", "ntf.anyRead": "Read or not", "ntf.read": "Read", "ntf.retract": "Take back", "ntf.retractOne": "Take back from this person", "ntf.retractSure": "Take this notification back?", "ntf.retractText": "It disappears for everybody who has it.", "ntf.retractOneText": "It disappears for this person.",
  "ann.type": "Type",
  "mbx.text": "What left the system on this machine. Nothing here was really sent.", "mbx.choose": "Choose something to read", "mbx.none": "The mailbox is empty", "mbx.noneText": "What is e-mailed or texted appears here by itself.", "mbx.to": "To", "mbx.toHint": "Address or number", "mbx.from": "From", "mbx.clear": "Empty the mailbox", "mbx.headers": "Headers and tags",
};
