// English: announcements.

export const publish = {
  "ann.title": "Announcements", "ann.manage": "Publishing", "ann.openManage": "Edit, figures and progress", "ann.new": "New announcement", "ann.edit": "Edit announcement",
  "ann.none": "No announcements", "ann.noneText": "What you write appears here, from its draft on.", "ann.noneMine": "No announcements", "ann.noneMineText": "What is announced to you appears here.",
  "ann.status": "State", "ann.type": "Type", "ann.heading": "Title", "ann.body": "Text", "ann.audience": "Audience", "ann.channels": "Channels", "ann.inApp": "In the app and live", "ann.eventDate": "Day of the event", "ann.optional": "If there is one", "ann.on": "On {day}",
  "ann.ownText": "The announcement's own text", "ann.emailTemplate": "E-mail template", "ann.smsTemplate": "Text message template", "ann.dedupe": "One e-mail to people who share an address",
  "ann.saveDraft": "Save draft", "ann.publish": "Publish …", "ann.publishNow": "Publish now", "ann.publishSure": "Publish “{title}”?", "ann.publishText": "It goes out at once to everybody below, except you.", "ann.isPublished": "Published",
  "ann.schedule": "Schedule", "ann.reschedule": "Change the time", "ann.publishAt": "Goes out at", "ann.publishedAt": "Published", "ann.unschedule": "Do not send", "ann.unscheduleSure": "Take it off the schedule?", "ann.unscheduleText": "It goes back to being unpublished; nothing has been sent.",
  "ann.unpublish": "Unpublish", "ann.unpublishSure": "Unpublish this announcement?", "ann.unpublishText": "It is no longer seen. What was e-mailed or texted stays where it is.", "ann.deleteSure": "Delete “{title}”?",
  "ann.statistics": "Figures", "ann.count": { one: "announcement in 30 days", other: "announcements in 30 days" }, "ann.reached": "people reached", "ann.readRate": "read", "ann.people": "People", "ann.read": "Read", "ann.deliveredBy": "Delivered: {channel}",
};
