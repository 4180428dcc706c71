"""What SES reports. The emulator's event destinations deliver nothing, so the
test publishes the report on the topic, as SES would, with the message's own tags."""

import base64
import hashlib
import hmac
import json

from client import eventually
from deployment import SECRET
from job import TENANT


def joined(parts):
    """Each part with its length before it, as `domain::digest` joins them."""
    encoded = [part.encode() for part in parts]
    return b"".join(len(part).to_bytes(8, "big") + part for part in encoded)


def letters(digest, length):
    return base64.b32hexencode(digest).decode().rstrip("=").lower()[:length]


def tags(row, send):
    """The tags that the message carried: SES gives them back with each report."""
    user = row["user_id"]
    chunk = letters(hashlib.sha256(joined([send, "email", user])).digest(), 26)
    parts = joined(["event", TENANT, row["id"], chunk])
    signature = letters(hmac.new(SECRET.encode(), parts, hashlib.sha256).digest(), 26)
    text = lambda value: base64.urlsafe_b64encode(value.encode()).decode().rstrip("=")
    return {
        "tid": [text(TENANT)],
        "did": [row["id"]],
        "uid": [text(user)],
        "chunk": [chunk],
        "sig": [signature],
    }


def report(job, kind, row, send, **more):
    event = {
        "eventType": kind,
        "mail": {
            "messageId": row.get("provider_id") or "",
            "destination": [f"{row['user_id']}@school.example"],
            "tags": tags(row, send),
        },
        **more,
    }
    topic = job.deployment.physical("EmailEventsTopic")
    job.emulator.client("sns").publish(TopicArn=topic, Message=json.dumps(event))


def to_one(job, user):
    """A mail to one person, so that its chunk is known; answers send and row."""
    body = {"recipients": [f"user:{user}"]}
    send = job.head.post(f"/v1/templates/{job.found['email']}/send", body).expect(202)["id"]
    job.completed(send)
    rows = job.all_of(f"/v1/communication-logs?send={send}&channel=email")
    assert len(rows) == 1, rows
    return send, rows[0]


def status_of(job, row):
    return job.head.get(f"/v1/communication-logs/{row['id']}").expect(200)


def becomes(job, row, status):
    eventually(f"{row['id']} is {status}", lambda: status_of(job, row)["status"] == status)


def delivered(job):
    """A report of delivery makes the log's row delivered"""
    send, row = to_one(job, "p2")
    assert row["status"] == "sent", row
    report(job, "Delivery", row, send, delivery={"timestamp": "2026-11-01T12:00:00.000Z"})
    becomes(job, row, "delivered")


def forged(job):
    """A report that we did not sign changes nothing"""
    send, row = to_one(job, "p3")
    other = dict(tags(row, send), sig=["0" * 26])
    event = {"eventType": "Complaint", "mail": {"messageId": "", "tags": other}}
    topic = job.deployment.physical("EmailEventsTopic")
    job.emulator.client("sns").publish(TopicArn=topic, Message=json.dumps(event))
    # What came after it is done, so it was done with too.
    report(job, "Delivery", row, send, delivery={})
    becomes(job, row, "delivered")


def bounced(job):
    """A permanent bounce is recorded with its reason, and the address is not
    written to again"""
    send, row = to_one(job, "p4")
    bounce = {"bounceType": "Permanent", "bounceSubType": "General"}
    report(job, "Bounce", row, send, bounce=bounce)
    becomes(job, row, "bounced")
    assert status_of(job, row)["reason"] == "bounce_permanent_general"
    before = len(job.emails()["p4@school.example"])
    _, again = to_one(job, "p4")
    assert (again["status"], again["reason"]) == ("skipped", "suppressed"), again
    assert len(job.emails()["p4@school.example"]) == before


STEPS = [delivered, forged, bounced]
