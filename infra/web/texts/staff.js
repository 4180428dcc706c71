// English: words that the staff's screens share.

export const staff = {
  "status.any": "Any state",
  "status.draft": "Draft", "status.scheduled": "Scheduled", "status.published": "Published", "status.unpublished": "Unpublished",
  "status.queued": "Waiting", "status.sending": "Sending", "status.completed": "Completed", "status.cancelled": "Cancelled", "status.failed": "Failed",
  "status.pending": "Pending", "status.skipped": "Skipped", "status.unknown": "Unknown", "status.sent": "Sent", "status.delivered": "Delivered", "status.bounced": "Bounced", "status.complained": "Complained",
  "status.uploading": "Uploading", "status.checking": "Checking", "status.applying": "Applying", "status.rejected": "Rejected",
  "status.created": "Created", "status.updated": "Updated", "status.unchanged": "Unchanged", "status.invalid": "Not valid",
  "status.active": "Active", "status.suspended": "Suspended", "status.applied": "Applied", "status.received": "Received",
  "status.built_in": "Built in", "status.override": "Changed", "status.own": "Your own", "status.on": "On", "status.off": "Off", "status.not_used": "Not used", "status.waiting": "Waiting", "status.fired": "Reminded", "status.passed": "Passed", "status.not_reached": "Not reached", "status.in_feed": "In the feed", "status.removed": "Removed", "status.nobody": "Nobody",

  "channel.any": "Any channel",
  "channel.in_app": "In the app", "channel.live": "Live", "channel.email": "E-mail", "channel.sms": "Text message",

  "type.any": "Any type",
  "type.general": "General", "type.urgent": "Urgent", "type.event": "Event", "type.holiday": "Holiday", "type.exam": "Exam", "type.fee": "Fee",

  "reason.cancelled": "the send was cancelled", "reason.unknown_user": "the person is not in the directory", "reason.suspended": "the person is suspended", "reason.no_address": "no address or number",
  "reason.suppressed": "the address bounced or complained before", "reason.opted_out": "switched off by the person", "reason.duplicate_address": "somebody else with this address gets it",
  "reason.rate_capped": "the number had its texts of the hour", "reason.country_not_allowed": "texts to this country are not allowed", "reason.premium_number": "a number that costs extra",
  "reason.missing_variable": "the template lacks a value for this person",

  "role.student": "Students", "role.teacher": "Teachers", "role.parent": "Parents", "role.staff": "Staff", "role.admin": "Admins", "role.instructor": "Instructors", "role.coordinator": "Coordinators", "role.patient": "Patients",

  "find.none": "Nothing found",
  "list.noneFits": "Nothing fits these filters.",

  "aud.to": "Who gets it", "aud.except": "Who does not", "aud.side": "Add to", "aud.side.include": "Gets it", "aud.side.except": "Left out", "aud.without": "Not:",
  "aud.kind": "Kind of recipient", "aud.kind.all": "Everybody", "aud.kind.role": "Role", "aud.kind.group": "Group", "aud.kind.students": "Students of …", "aud.kind.guardians": "Guardians of a group", "aud.kind.person": "Person", "aud.kind.guardians-person": "Guardians of a person", "aud.kind.address": "Address or number",
  "aud.add": "Add", "aud.addAll": "Add everybody", "aud.findPerson": "Name or id", "aud.findGroup": "Name of a class, course …", "aud.remove": "Remove {name}",
  "aud.all": "Everybody", "aud.role": "All {name}", "aud.guardians": "Guardians of {name}", "aud.students": "Students of {name}", "aud.but": "{main}, but not {except}",

  "reach.title": "Who would get it", "reach.table": "Reach by channel", "reach.why": "A dry run counts whom this reaches on each channel, and shows what they would read. Nothing is sent.", "reach.stale": "Something changed. Run it again to see whom it reaches now.", "reach.run": "Dry run",
  "reach.people": { one: "person in the audience", other: "people in the audience" }, "reach.part": "The audience is large; these are the figures of its first part.",
  "reach.reachable": "Reached", "reach.unreachable": "No address", "reach.opted_out": "Opted out", "reach.suppressed": "Suppressed", "reach.duplicates": "Duplicates", "reach.not_allowed": "Not allowed", "reach.segments": "Segments",
  "reach.failing": { one: "{channel}: {count} would fail, because {reason}.", other: "{channel}: {count} would fail, because {reason}." }, "reach.samples": "Samples", "reach.sample": "{channel} to {name}", "reach.address": "address",

  "send.channel": "Channel", "send.progress": "Progress", "send.ended": { one: "{ended} of {all} done", other: "{ended} of {all} done" }, "send.planning": "Finding out who is meant …", "send.nobody": "Nobody to send to", "send.goesAt": "Goes at {at}", "send.results": "Results",

  "form.which": "Form", "form.html": "HTML", "form.text": "Text", "sms.segments": { one: "{count} segment", other: "{count} segments" }, "sms.size": { one: "{count} character, {encoding}", other: "{count} characters, {encoding}" },
  "time.zone": "Time in {zone}", "time.needed": "Say when.", "time.past": "This time has passed.",
  "chart.day": "Day", "chart.table": "As a table", "chart.none": "Nothing was sent on these days.", "chart.top": { one: "top line: {count}", other: "top line: {count}" },
};
