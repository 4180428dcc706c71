"""Each function by itself: the event in `events/` that AWS would send it."""

import json
from pathlib import Path

from job import TENANT

EVENTS = Path(__file__).resolve().parents[2] / "events"


def answered(folder, answer):
    """Whether a function answers as its trigger expects, whatever it thinks of
    the ids in the event."""
    if folder.startswith(("functions/rest/", "functions/socket/")):
        status = answer["statusCode"]
        return 200 <= status < 500 and status not in (400, 401, 405, 415, 422)
    if folder.startswith("functions/queue/"):
        return answer["batchItemFailures"] == []
    return True


def every_event(job):
    """Every function takes the event that is kept for it, invoked one by one"""
    client = job.emulator.client("lambda")
    wrong = []
    for name, folder in job.functions.items():
        event = (EVENTS / f"{Path(folder).name}.json").read_text(encoding="utf-8")
        # The school of the demonstration is not here, but one like it.
        event = event.replace("hillside", TENANT)
        given = client.invoke(FunctionName=job.deployment.physical(name), Payload=event)
        answer = given["Payload"].read().decode()
        failed = "FunctionError" in given
        if failed or not answered(folder, json.loads(answer)):
            wrong.append(f"{name}: {answer[:200]}")
    assert not wrong, wrong


STEPS = [every_event]
