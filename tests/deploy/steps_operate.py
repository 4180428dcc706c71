"""Looking after it: what was given up and the way back, keys, the schedule."""

import datetime
import json
import time

from client import Api, eventually
from deployment import STACK


def depth(job, queue):
    url = job.deployment.physical(queue)
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    sqs = job.emulator.client("sqs")
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)
    return sum(int(count) for count in found["Attributes"].values())


def poisoned(job):
    """A message that can never succeed goes to the dead letters with its reason,
    and comes there again when it is given back"""
    queue = job.deployment.physical("DeliverEmailQueue")
    job.emulator.client("sqs").send_message(QueueUrl=queue, MessageBody="this is no task")
    eventually("the dead letter", lambda: depth(job, "DeliverEmailDeadLetters") == 1)
    listed = job.operate("dead-letters", "list", expect=1)
    assert list(listed) == ["deliver-email"], listed
    letter = listed["deliver-email"][0]
    assert "malformed" in letter["reason"], letter
    shown = job.operate("dead-letters", "show", "deliver-email", letter["id"])
    assert shown["body"] == "this is no task", shown
    again = ["dead-letters", "redrive", "deliver-email", "--id", letter["id"]]
    assert job.operate(*again)["applied"] is False
    assert depth(job, "DeliverEmailDeadLetters") == 1, "a dry run changes nothing"
    assert job.operate(*again, "--apply")["applied"] is True

    def returned():
        if depth(job, "DeliverEmailQueue") + depth(job, "DeliverEmailDeadLetters") != 1:
            return None
        found = job.operate("dead-letters", "list", "deliver-email", expect=None)
        found = found.get("deliver-email", [])
        return found and found[0]["id"] != letter["id"]

    eventually("it is given up again", returned)
    dead = job.deployment.physical("DeliverEmailDeadLetters")
    job.emulator.client("sqs").purge_queue(QueueUrl=dead)


def mapping_of(job, queue):
    """The event source that takes messages from a queue."""
    arn = f":{job.deployment.physical(queue).rsplit('/', 1)[1]}"
    for each in job.emulator.client("lambda").list_event_source_mappings()["EventSourceMappings"]:
        if each["EventSourceArn"].endswith(arn):
            return each["UUID"]
    raise AssertionError(f"nothing takes messages from {queue}")


def taken_up_again(job):
    """A task that came five times is moved by SQS itself; given back by the
    operations tool, its send is completed"""
    functions, sqs = job.emulator.client("lambda"), job.emulator.client("sqs")
    source = mapping_of(job, "PlanSendQueue")
    functions.update_event_source_mapping(UUID=source, Enabled=False)
    eventually(
        "the event source is off",
        lambda: functions.get_event_source_mapping(UUID=source)["State"] == "Disabled",
    )
    body = {"recipients": ["user:p7"]}
    path = f"/v1/templates/{job.found['email']}/send"
    send = job.head.post(path, body).expect(202)["id"]
    queue = job.deployment.physical("PlanSendQueue")

    def moved():
        # What five functions that die in the middle of it do.
        sqs.receive_message(QueueUrl=queue, VisibilityTimeout=0)
        return depth(job, "PlanSendDeadLetters") == 1

    eventually("SQS moves it", moved)
    told = job.operate("send", "reconcile", "school", send, expect=1)
    assert (told["status"], told["remedy"]) == ("queued", "plan"), told
    functions.update_event_source_mapping(UUID=source, Enabled=True)
    letters = job.operate("dead-letters", "list", "plan-send", expect=1)["plan-send"]
    assert "moved by SQS" in letters[0]["reason"], letters
    assert job.operate("dead-letters", "redrive", "plan-send", "--all", "--apply")["applied"]
    job.completed(send)
    told = job.operate("send", "reconcile", "school", send)
    assert told["remedy"] in ("complete", "nothing"), told
    assert depth(job, "PlanSendDeadLetters") == 0


def watched(job):
    """Every queue has its alarms, each of a metric of this stack, and the
    dashboard is there"""
    watch = job.emulator.client("cloudwatch")
    alarms = watch.describe_alarms(MaxRecords=100)["MetricAlarms"]
    seen = {
        each["Value"] for alarm in alarms for each in alarm["Dimensions"] if each["Name"] == "QueueName"
    }
    queues = job.deployment.of_type("AWS::SQS::Queue")
    names = {job.deployment.physical(queue).rsplit("/", 1)[1] for queue in queues}
    assert seen == names, seen ^ names
    topic = job.deployment.physical("AlarmTopic")
    assert all(alarm["AlarmActions"] == [topic] for alarm in alarms), alarms
    body = watch.get_dashboard(DashboardName=STACK)["DashboardBody"]
    assert len(json.loads(body)["widgets"]) == 8, body


def keys(job):
    """A service's key signs in until it is revoked"""
    make = ["api-key", "create", "school", "svc_erp", "--role", "staff"]
    assert job.operate(*make)["applied"] is False
    kept, ended = job.operate(*make, "--apply"), job.operate(*make, "--apply")
    Api(job.url, kept["secret"]).get("/v1/templates").expect(200)
    job.operate("api-key", "revoke", "school", ended["hash"], "--apply")
    assert Api(job.url, ended["secret"]).get("/v1/templates").status == 401
    rotated = job.operate("api-key", "rotate", "school", kept["hash"], "--apply")
    for key in (kept, rotated):
        Api(job.url, key["secret"]).get("/v1/templates").expect(200)
    found = job.operate("api-key", "list", "school", by_file=True)
    listed = {key["hash"]: key["disabled"] for key in found}
    expected = {kept["hash"]: False, rotated["hash"]: False, ended["hash"]: True}
    assert listed == expected, listed


def scheduled(job):
    """A scheduled send goes when the sweeper runs after its time"""
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=3)
    body = {"recipients": ["user:p8"], "send_at": at.strftime("%Y-%m-%dT%H:%M:%SZ")}
    path = f"/v1/templates/{job.found['email']}/send"
    send = job.head.post(path, body).expect(202)
    assert send["status"] == "scheduled", send
    while datetime.datetime.now(datetime.timezone.utc) < at:
        time.sleep(0.2)
    job.sweep()
    job.completed(send["id"])


def sealed(job):
    """The audit trail is sealed and verified; an entry that is taken away in the
    table is named until it is there again"""
    job.sweep()
    [told] = job.operate("audit", "verify", "school")
    trail = told["trail"]
    assert trail["intact"] > 0 and trail["unsealed"] == 0 and trail["flaws"] == [], told
    head = f"{trail['head']['number']}:{trail['head']['hash']}"
    job.operate("audit", "verify", "school", "--head", head)
    entry = job.head.get("/v1/audit?page_size=1").expect(200)["items"][0]["id"]
    month = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m")
    key = {"pk": {"S": f"T#school#AUDIT#{month}"}, "sk": {"S": entry}}
    table, dynamo = job.deployment.physical("Table"), job.emulator.client("dynamodb")
    kept = dynamo.get_item(TableName=table, Key=key)["Item"]
    dynamo.delete_item(TableName=table, Key=key)
    [told] = job.operate("audit", "verify", "school", expect=1)
    assert told["trail"]["flaws"] == [{"flaw": "missing", "id": entry}], told
    dynamo.put_item(TableName=table, Item=kept)
    job.operate("audit", "verify", "school")


def renewed(job):
    """The deployment gets a new secret by its stack; a cursor and the seals that
    the old one made stay good"""
    rotate = ["secret", "rotate"]
    assert job.operate(*rotate)["applied"] is False
    page = job.head.get("/v1/users?page_size=2").expect(200)
    functions, sweeper = job.emulator.client("lambda"), job.deployment.physical("Sweep")

    def variables():
        said = functions.get_function_configuration(FunctionName=sweeper)
        return said["Environment"]["Variables"]

    before = variables()["SECRET"]
    assert job.operate(*rotate, "--apply")["applied"] is True
    after = variables()
    assert after["SECRET"] != before and after["PREVIOUS_SECRETS"] == before, "not rotated"
    job.head.get(f"/v1/users?page_size=2&after={page['page']['after']}").expect(200)
    made = {"id": "late", "name": "Late Comer", "roles": ["student"]}
    job.head.post("/v1/users", made).expect(201)
    job.sweep()
    [told] = job.operate("audit", "verify", "school")
    assert told["trail"]["seals"] > 1, told


STEPS = [poisoned, taken_up_again, watched, keys, scheduled, sealed, renewed]
