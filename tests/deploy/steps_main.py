"""The main job: an organisation, its people, one announcement, every channel."""

from websockets.exceptions import InvalidStatus

from client import Api, eventually
from deployment import ORIGIN, SENDER
from emulator import REGION
from job_names import CHUNKS, CLASS, CLASSMATES, PEOPLE, TEXTED


def health(job):
    """The health route answers without a credential"""
    answer = Api(job.url).get("/v1/health").expect(200)
    # The sender is not verified yet, nor has the sweeper surely run.
    assert answer["status"] == "degraded" and answer["table"] == "ok", answer
    assert all(check["sentence"] for check in answer["checks"]), answer


def browsers(job):
    """Pages of the allowed origin may call the API with their headers, others may
    not"""
    ask = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "if-match"}
    api = Api(job.url)
    ours = api.call("OPTIONS", "/v1/users/me", headers={"Origin": ORIGIN, **ask}).headers
    assert ours.get("Access-Control-Allow-Origin") == ORIGIN, dict(ours)
    assert "if-match" in ours.get("Access-Control-Allow-Headers", "").lower(), dict(ours)
    assert "PATCH" in ours.get("Access-Control-Allow-Methods", ""), dict(ours)
    theirs = api.call("OPTIONS", "/v1/users/me", headers={"Origin": "https://else.example", **ask})
    assert theirs.headers.get("Access-Control-Allow-Origin") is None, dict(theirs.headers)


def founded(job):
    """The operations tool makes a tenant with its first administrator, after a
    dry run that changes nothing"""
    wanted = ["tenant", "create", "school", "--name", "Hill School", "--admin", "head"]
    wanted += ["--admin-name", "Harriet Head", "--admin-email", "head@school.example"]
    assert job.operate(*wanted)["applied"] is False
    assert job.operate("tenant", "list") == []
    assert job.operate(*wanted, "--apply")["applied"] is True
    assert [tenant["id"] for tenant in job.operate("tenant", "list")] == ["school"]


def healthy(job):
    """The health route and the operations tool say in a sentence that the sender is
    not verified, and the tool that all is well once it is"""
    job.sweep()
    told = Api(job.url).get("/v1/health").expect(200)
    wrong = [check for check in told["checks"] if not check["well"]]
    assert [check["about"] for check in wrong] == ["e-mail sender"], told
    assert REGION in wrong[0]["sentence"], wrong
    # The tool knows the sender from the deployment itself.
    told = job.operate("health", expect=1)
    wrong = [check for check in told["checks"] if not check["well"]]
    assert [check["about"] for check in wrong] == ["e-mail sender"], wrong
    assert "verified" in wrong[0]["sentence"], wrong
    domain = SENDER.split("@")[1]
    job.emulator.client("sesv2").create_email_identity(EmailIdentity=domain)
    told = job.operate("health")
    assert told["well"] is True, told


def signed_in(job):
    """A signed token signs in; one of a foreign key and none at all are refused
    with 401"""
    me = job.head.get("/v1/users/me").expect(200)
    assert "admin" in me["user"]["roles"] if "user" in me else "admin" in me["roles"], me
    forged = Api(job.url, job.provider.forged("school", "head"))
    forged.get("/v1/users/me").expect(401)
    assert Api(job.url).get("/v1/users/me").status == 401


def imported(job):
    """A directory of people and a class is imported by the queue"""
    rows = ["id,name,email,phone,roles,groups"]
    for number in range(PEOPLE):
        group = f"{CLASS}:student" if number < CLASSMATES else ""
        phone = f"+4477009{number:05}" if number < TEXTED else ""
        rows.append(f"p{number},Pupil {number},p{number}@school.example,{phone},student,{group}")
    job.head.post("/v1/groups", {"id": "5", "kind": "class", "name": "Class 5"}).expect(201)
    answer = job.head.post("/v1/directory/imports", "\n".join(rows), content_type="text/csv")
    found = answer.expect(202)

    def ended():
        now = job.head.get(f"/v1/directory/imports/{found['id']}").expect(200)
        assert now["status"] != "failed", now
        return now if now["status"] == "completed" else None

    done = eventually("the import", ended)
    assert done["counts"]["created"] == PEOPLE, done


def templates_made(job):
    """Templates for e-mail and text are saved; a wrong one is refused with its
    place"""
    email = {
        "channel": "email",
        "name": "Closed",
        "subject": "{{ school_name }} is closed",
        "html": "<p>Dear {{ recipient_name }}, school is closed.</p>",
    }
    job.found["email"] = job.head.post("/v1/templates", email).expect(201)["id"]
    text = {"channel": "sms", "name": "Closed", "body": "{{ school_name }} is closed."}
    job.found["sms"] = job.head.post("/v1/templates", text).expect(201)["id"]
    wrong = {"channel": "sms", "name": "Wrong", "body": "{{ nobody_knows }}"}
    problem = job.head.post("/v1/templates", wrong).expect(422)
    assert problem["errors"], problem


def refused_sockets(job):
    """A handshake without a credential, or with a forged one, is refused"""
    for query in ("", f"?token={job.provider.forged('school', 'p0')}"):
        try:
            job.open(query).close()
        except InvalidStatus as refused:
            # 401 in AWS; the emulator makes 500 of the authorizer's word for it.
            assert refused.response.status_code in (401, 500), refused
        else:
            raise AssertionError("the socket was opened")


def connected(job):
    """A pupil opens a socket with a single-use ticket, and it answers a ping"""
    ticket = job.user("p0").post("/v1/realtime/tickets").expect(201)
    job.socket = job.open("?" + ticket["url"].split("?", 1)[1])
    job.socket.send(action="ping", id="1")
    job.socket.next_of("pong")


def published(job):
    """An announcement to a class is published; the same key again changes
    nothing"""
    wanted = {
        "title": "Snow",
        "body": "School is closed.",
        "type": "urgent",
        "audience": f"{CLASS}",
        "channels": ["email", "sms"],
        "email_template": job.found["email"],
        "sms_template": job.found["sms"],
    }
    announcement = job.head.post("/v1/announcements", wanted).expect(201)["id"]
    path = f"/v1/announcements/{announcement}/publish"
    key = {"Idempotency-Key": "snow"}
    first = job.head.post(path, headers=key)
    send = first.expect(202)["send_id"]
    again = job.head.post(path, headers=key)
    assert again.expect(202)["send_id"] == send
    assert again.headers.get("Idempotent-Replayed") == "true", dict(again.headers)
    job.found["send"] = send


def pushed(job):
    """The push arrives at the open socket, with the unread count"""
    frame = job.socket.next_of("notification.created")
    assert frame["notification"]["title"] == "Snow", frame
    assert frame["unread_count"] == 1, frame


def delivered(job):
    """The send is completed with the right figures, and the feed has the item"""
    done = job.completed(job.found["send"])
    figures = done["progress"]["by_channel"]
    assert sum(figures["email"].values()) == CLASSMATES, figures
    assert figures["sms"]["sent"] == TEXTED, figures
    feed = job.user("p0").get("/v1/notifications").expect(200)["items"]
    assert [item["title"] for item in feed] == ["Snow"], feed
    assert job.user(f"p{PEOPLE - 1}").get("/v1/notifications").expect(200)["items"] == []


def left(job):
    """SES took one e-mail for each pupil of the class, SNS one text for each
    number"""
    emails, texts = job.emails(), job.texts()
    wanted = {f"p{number}@school.example" for number in range(CLASSMATES)}
    assert set(emails) == wanted, sorted(set(emails) ^ wanted)[:5]
    assert all(len(found) == 1 for found in emails.values())
    mail = emails["p0@school.example"][0]
    assert mail["Subject"] == "Hill School is closed", mail
    assert "Pupil 0" in mail["BodyHtml"], mail
    assert set(texts) == {f"+4477009{number:05}" for number in range(TEXTED)}, sorted(texts)


def logged(job):
    """The communication log lists every e-mail and text, and the statistics
    count them"""
    log = job.all_of(f"/v1/communication-logs?send={job.found['send']}&page_size=100")
    by_channel = {name: [row for row in log if row["channel"] == name] for name in CHUNKS}
    assert len(by_channel["email"]) == CLASSMATES, len(by_channel["email"])
    sent = [row for row in by_channel["sms"] if row["status"] == "sent"]
    assert len(sent) == TEXTED, len(sent)
    job.found["rows"] = by_channel["email"]
    figures = job.head.get("/v1/communication-logs/statistics").expect(200)
    assert figures["overall"]["total_sent"] == CLASSMATES + TEXTED, figures


def of_other_systems(job):
    """An event on the bus becomes a notification by its rule"""
    detail = '{"tenant":"school","event_id":"grade-1","data":{"grade_id":"g-1","student_id":"p1",'
    detail += '"grade_subject":"Music","grade_marks":48,"grade_total_marks":50}}'
    bus = job.deployment.outputs["EventBusName"]
    entry = {"EventBusName": bus, "Source": "erp", "DetailType": "grade.posted", "Detail": detail}
    answer = job.emulator.client("events").put_events(Entries=[entry])
    assert answer["FailedEntryCount"] == 0, answer
    feed = job.user("p1")
    eventually(
        "the notification of the grade",
        lambda: len(feed.get("/v1/notifications").expect(200)["items"]) == 2,
    )


STEPS = [
    health,
    browsers,
    founded,
    healthy,
    signed_in,
    imported,
    templates_made,
    refused_sockets,
    connected,
    published,
    pushed,
    delivered,
    left,
    logged,
    of_other_systems,
]
