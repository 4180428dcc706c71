"""The events of events/, and events of their shape with other contents."""

import copy
import json
from pathlib import Path

EVENTS = Path(__file__).resolve().parents[2] / "events"


def load(name):
    return json.loads((EVENTS / name).read_text(encoding="utf-8"))


def names(folder=""):
    return sorted(path.relative_to(EVENTS).as_posix() for path in (EVENTS / folder).glob("*.json"))


def records(crate, *messages):
    """Messages that were received from a queue, or bodies, as SQS wakes a
    function with them."""
    event = load(f"{crate}.json")
    pattern = event["Records"][0]
    event["Records"] = []
    for number, message in enumerate(messages):
        record = copy.deepcopy(pattern)
        if "Body" in message:
            record["body"], record["messageId"] = message["Body"], message["MessageId"]
            record["receiptHandle"] = message["ReceiptHandle"]
            record["attributes"].update(message["Attributes"])
        else:
            record["body"], record["messageId"] = json.dumps(message), f"{crate}-{number}"
        event["Records"].append(record)
    return event


def request(
    crate,
    method,
    route,
    user,
    roles,
    tenant="hillside",
    body=None,
    content="application/json",
    **path,
):
    """A request as the HTTP API passes it on; `path` are the parameters of the route."""
    event = load(f"{crate}.json")
    route_key, raw = f"{method} {route}", route.format(**path)
    event["routeKey"] = event["requestContext"]["routeKey"] = route_key
    event["rawPath"] = event["requestContext"]["http"]["path"] = raw
    event["requestContext"]["http"]["method"] = method
    event["pathParameters"] = path
    event["rawQueryString"] = ""
    event.pop("queryStringParameters", None)
    event["headers"]["content-type"] = content
    caller = {"tenant": tenant, "user": user, "roles": roles}
    caller |= {"credential": "token", "expires_at": "4102444800"}
    event["requestContext"]["authorizer"] = {"lambda": caller}
    event["body"] = body if isinstance(body, str) else json.dumps(body or {})
    event["headers"]["content-length"] = str(len(event["body"].encode()))
    return event
