"""Work that begins with a request and goes through queues, every part of it done by
the real binaries: the shapes of the events, with ids that exist."""

import json

import samples
from expected import brief, taken

ROOM = "/v1/chat/rooms"
PEOPLE = "id,name,email,roles\nnew-1,Nia New,nia@pupils.hillside.example,student\n"


def told(had):
    return ", ".join(f"{crate} {count}" for crate, count in had.items())


def what_the_events_set_off(job):
    """What the events before have set off is worked on"""
    had = job.work()
    assert {"plan-send", "deliver-email", "deliver-in-app", "publish-event"} <= set(had), had
    return told(had)


def an_announcement(job):
    """An announcement reaches everybody but its author, as many as the dry run tells"""
    dry = {**json.loads(samples.load("sends.json")["body"]), "except": ["user:head"]}
    reach = job.request("sends", "POST", "/v1/sends/dry-run", body=dry)["channels"]
    wanted = {"emails": reach["email"]["reachable"], "texts": reach["sms"]["reachable"]}
    assert all(wanted.values()), wanted
    before = job.stack.mailbox()
    made = json.loads(job.invoke("announcements", samples.load("announcements.json")).answer["body"])
    publish = "/v1/announcements/{id}/publish"
    send = job.request("announcements", "POST", publish, id=made["id"])["send_id"]
    had = job.work()
    after = job.stack.mailbox()
    assert {kind: after[kind] - before[kind] for kind in after} == wanted, (before, after, wanted)
    # The sweeper keeps the figures of what has ended.
    job.invoke("sweep", samples.load("sweep.json"))
    status = job.request("sends", "GET", "/v1/sends/{id}", id=send)["status"]
    assert status == "completed", status
    assert had["record-feedback"], had
    return told(had)


def everything_twice(job):
    """The same messages once more reach nobody twice"""
    before = job.stack.mailbox()
    for crate in ("plan-send", "deliver-in-app", "deliver-email", "deliver-sms", "record-feedback"):
        seen = job.invoke(crate, job.last[crate])
        taken()(seen)
    had = job.work()
    assert job.stack.mailbox() == before, (before, job.stack.mailbox())
    return told(had)


def an_import(job):
    """A CSV file is imported"""
    made = job.request(
        "directory", "POST", "/v1/directory/imports", body=PEOPLE, content="text/csv"
    )
    had = job.work()
    done = job.request("directory", "GET", "/v1/directory/imports/{id}", id=made["id"])
    assert done["status"] == "completed", done
    person = job.request("directory", "GET", "/v1/users/{id}", id="new-1")
    assert person["name"] == "Nia New", person
    return told(had)


def an_export(job):
    """Somebody's data are exported"""
    made = job.request("privacy", "POST", "/v1/users/{id}/export", id="10")
    had = job.work()
    done = job.request("privacy", "GET", "/v1/privacy/operations/{id}", id=made["id"])
    assert done["status"] == "completed", done
    return told(had)


def an_approval(job):
    """What is approved is told to the person and to other systems"""
    body = {"type": "module_access", "reason": "I like it.", "details": {"module": "robotics"}}
    made = job.request("approvals", "POST", "/v1/approvals", user="10", roles="student", body=body)
    job.request("approvals", "POST", "/v1/approvals/{id}/approve", id=made["id"])
    had = job.work()
    assert {"apply-event", "publish-event", "plan-send"} <= set(had), had
    person = job.request("directory", "GET", "/v1/users/{id}", id="10")
    assert person["attributes"]["modules"] == "robotics", person["attributes"]
    return told(had)


def a_conversation(job):
    """A message in a room is told to its sockets"""
    who = {"user": "10", "roles": "student"}
    room = job.request("chat", "GET", ROOM, **who)["items"][0]["id"]
    body = {"client_msg_id": "tests-events-1", "text": "May I bring two sketches?"}
    made = job.request("chat", "POST", f"{ROOM}/{{id}}/messages", id=room, body=body, **who)
    had = job.work()
    assert had["deliver-live"], had
    last = job.request("chat", "GET", f"{ROOM}/{{id}}/messages", id=room, **who)["items"]
    assert made["text"] in [message["text"] for message in last], last
    return told(had)


def the_end_of_a_subscription(job):
    """The link in an e-mail shows what it would end"""
    mails = job.stack.see("/_local/mailbox/emails")
    headers = [header for mail in mails for header in mail["headers"]]
    link = next(value for name, value in headers if name == "List-Unsubscribe")
    token = link.strip("<>").rsplit("/", 1)[1]
    event = samples.load("unsubscribe.json")
    event["pathParameters"]["token"] = token
    event["rawPath"] = event["requestContext"]["http"]["path"] = f"/v1/unsubscribe/{token}"
    seen = job.invoke("unsubscribe", event)
    assert seen.answer["statusCode"] == 200 and "<form" in seen.answer["body"], brief(seen)


def a_good_token(job):
    """The authorizer lets a good token in, for requests and for sockets"""
    token = job.stack.token("head")
    event = samples.load("authorize.json")
    event["headers"]["authorization"] = event["identitySource"][0] = f"Bearer {token}"
    seen = job.invoke("authorize", event)
    context = seen.answer["context"]
    assert (context["tenant"], context["user"], context["roles"]) == ("hillside", "head", "admin,staff")
    handshake = samples.load("handshakes/authorize.json")
    protocols = f"bearer, {token}"
    handshake["headers"]["Sec-WebSocket-Protocol"] = protocols
    handshake["multiValueHeaders"]["Sec-WebSocket-Protocol"] = [protocols]
    seen = job.invoke("authorize", handshake)
    [statement] = seen.answer["policyDocument"]["Statement"]
    wanted = ("Allow", handshake["methodArn"])
    assert (statement["Effect"], statement["Resource"]) == wanted, brief(seen)


STEPS = [
    what_the_events_set_off,
    an_announcement,
    everything_twice,
    an_import,
    an_export,
    an_approval,
    a_conversation,
    the_end_of_a_subscription,
    a_good_token,
]
