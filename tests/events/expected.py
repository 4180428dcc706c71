"""What each event of events/ must be answered with on the demonstration. An event
that is missing here fails the run."""

import json
from dataclasses import dataclass, field


@dataclass
class Seen:
    """An answer or the words of an error, and the reasons of what the function has
    set aside meanwhile."""

    answer: object = None
    error: str = ""
    letters: list = field(default_factory=list)


def brief(seen):
    return (seen.error or json.dumps(seen.answer))[:300]


def rest(code, **fields):
    """A status, and JSON that has these fields: a value, or anything of a type."""

    def check(seen):
        assert not seen.error and seen.answer["statusCode"] == code, brief(seen)
        body = json.loads(seen.answer["body"])
        for name, wanted in fields.items():
            found = body[name]
            fits = isinstance(found, wanted) if isinstance(wanted, type) else found == wanted
            assert fits, f"{name} is {found!r}"
        return f"{code}, " + " ".join(fields)

    return check


def page(status):
    """HTML for a browser."""

    def check(seen):
        assert not seen.error and seen.answer["statusCode"] == status, brief(seen)
        kind = seen.answer["headers"]["content-type"]
        assert kind.startswith("text/html") and seen.answer["body"], brief(seen)
        return f"{status}, a page"

    return check


def socket(**headers):
    """The handshake, frame or end is taken."""

    def check(seen):
        assert not seen.error and seen.answer["statusCode"] == 200, brief(seen)
        assert seen.answer.get("headers", {}) == headers, brief(seen)
        return "200"

    return check


def taken(*reasons):
    """Every record is acknowledged. What can never be done is in the dead-letter
    queue with its reason; without reasons, nothing is."""

    def check(seen):
        assert seen.answer == {"batchItemFailures": []}, brief(seen)
        assert seen.letters == list(reasons), f"set aside: {seen.letters}"
        return "acknowledged" + "".join(f", set aside: {reason}" for reason in reasons)

    return check


def nobody(reason):
    """Comes in as nobody, which the function behind answers with 401."""

    def check(seen):
        wanted = {"isAuthorized": True, "context": {"reason": reason}}
        assert seen.answer == wanted, brief(seen)
        return f"nobody, {reason}"

    return check


def refused(words):
    """An error of the function, in these words."""

    def check(seen):
        assert words in seen.error, brief(seen)
        return f"refused: {words}"

    return check


def counts(*names):
    def check(seen):
        assert sorted(seen.answer) == sorted(names), brief(seen)
        assert all(isinstance(count, int) for count in seen.answer.values()), brief(seen)
        return json.dumps(seen.answer)

    return check


SEND = "snd_01KJG0Q1C0V4B8N2M6K0J3H7G9"
DECIDED = "approval.approved:01KJM5XV00Q6YRVA2WEMB3X7ZD"
LIST = {"items": list, "page": dict}
# The demonstration has none of the sends, imports and rooms that messages name:
# their ids are made when they are. What is done for ids that exist is in work.py.
EVENTS = {
    "announcements.json": rest(201, status="draft", title="School is closed on Monday"),
    "apply-event.json": taken("the event grade-4711 is not known"),
    "approvals.json": rest(201, status="pending", type="module_access"),
    # The key that signed this token is in no key set.
    "authorize.json": nobody("unknown_key"),
    "carry-out-privacy.json": taken("the operation is gone"),
    "chat.json": rest(200, **LIST),
    "communities.json": rest(201, community="com_rust-101", status="published"),
    "connect.json": socket(**{"Sec-WebSocket-Protocol": "bearer"}),
    "deliver-email.json": taken("send does not exist"),
    "deliver-in-app.json": taken(f"send {SEND} does not exist"),
    "deliver-live.json": taken("there is no such change"),
    "deliver-sms.json": taken("send does not exist"),
    "directory.json": rest(200, id="head", profile=dict, tenant=dict),
    "disconnect.json": socket(),
    # The same event as the first record of apply-event.json.
    "events.json": rest(202, results=[{"event_id": "grade-posted-4711", "result": "known"}]),
    "handshakes/authorize.json": refused("Unauthorized"),
    "health.json": rest(200, status="ok", table="ok"),
    "import-directory.json": taken("the import is gone"),
    "logs.json": rest(200, **LIST),
    "message.json": socket(),
    "messages.json": rest(200, **LIST),
    "notifications.json": rest(200, **LIST),
    "plan-send.json": taken(f"send {SEND} does not exist"),
    "preferences.json": rest(200, effective=list, popups="urgent"),
    "privacy.json": rest(200, **LIST),
    "publish-event.json": taken(f"the event {DECIDED} is not known"),
    "realtime.json": rest(201, ticket=str, url=str),
    # Its signature is not ours, so it says nothing about any e-mail of ours.
    "record-feedback.json": taken(),
    "sends.json": rest(200, people=12, complete=True, channels=dict),
    "sweep.json": counts("completed", "connections", "outbox", "reminded", "sealed", "standing", "started"),
    "templates.json": rest(201, version=1, name="Closed"),
    # Made by somebody else.
    "unsubscribe.json": page(404),
    "web.json": page(200),
}
TASKS = {
    "tasks/apply_event.json": EVENTS["apply-event.json"],
    "tasks/carry_out_privacy.json": EVENTS["carry-out-privacy.json"],
    "tasks/deliver_email.json": EVENTS["deliver-email.json"],
    "tasks/deliver_in_app.json": EVENTS["deliver-in-app.json"],
    "tasks/deliver_live.json": EVENTS["deliver-live.json"],
    "tasks/deliver_sms.json": EVENTS["deliver-sms.json"],
    "tasks/import_directory.json": EVENTS["import-directory.json"],
    "tasks/plan_send.json": EVENTS["plan-send.json"],
    "tasks/publish_event.json": EVENTS["publish-event.json"],
    "tasks/retract_notification.json": EVENTS["deliver-in-app.json"],
}
# Those that clients send, and the types of what comes back. The room is not there.
FRAMES = {
    "frames/message.delete.json": "error",
    "frames/message.edit.json": "error",
    "frames/message.read.request.json": "error",
    "frames/message.send.json": "error",
    "frames/ping.json": "pong",
    "frames/presence.request.json": "presence",
    "frames/resume.json": "resumed",
    "frames/room.leave.json": "room.left",
    "frames/room.sync.json": "error",
    "frames/typing.request.json": "error",
}
# In their order: what is scheduled, then what takes it back.
PLANS = [
    "plans/event.scheduled.json",
    "plans/event.cancelled.json",
    "plans/pathway.updated.json",
    "plans/pathway.closed.json",
    "plans/webinar.scheduled.json",
    "plans/webinar.cancelled.json",
]
