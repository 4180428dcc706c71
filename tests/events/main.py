"""Runs every event of events/ through the real binary of its function, on the local
stack with its demonstration, and checks each answer."""

import argparse
import datetime
import json
import os
import signal
import sys
import time
from pathlib import Path

import binaries
import expected
import samples
import work
from expected import rest, taken
from functions import Binaries, CargoLambda
from job import ROOT, Job
from listener import Listener
from stack import Stack

# Who may look at what became of an event.
ADMINS = {
    "beacon": "producer",
    "hillside": "head",
    "lumen": "ops",
    "mercy": "director",
    "northwind": "cio",
}


def options():
    parser = argparse.ArgumentParser(prog="tests/events/run", description=__doc__)
    parser.add_argument("--profile", default="dev", help="cargo's profile of the binaries")
    parser.add_argument("--no-build", action="store_true", help="take the binaries as they are")
    parser.add_argument(
        "--bootstraps",
        type=Path,
        metavar="FOLDER",
        help="take functions from here, as `cargo lambda build` leaves them in target/lambda"
        " and `sam build` in .aws-sam/build",
    )
    parser.add_argument(
        "--cargo-lambda",
        action="store_true",
        help="through `cargo lambda watch` and `cargo lambda invoke`, which takes the dev profile",
    )
    asked = parser.parse_args()
    if asked.cargo_lambda and (asked.profile != "dev" or asked.bootstraps):
        parser.error("--cargo-lambda builds functions itself, in the dev profile")
    return asked


def build(asked):
    """Where the binaries are; the same ones as tests/deploy takes."""
    crates = [path.parent.name for path in ROOT.glob("functions/**/Cargo.toml")]
    if not asked.no_build:
        return binaries.build(ROOT, {*crates, "operate", "local"}, asked.profile)
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    return target / ("debug" if asked.profile == "dev" else asked.profile)


def nothing_is_left_out(job):
    """Every event has an expectation"""
    frames = [name for name in samples.names("frames") if "action" in samples.load(name)]
    for folder, known in (
        ("", [name for name in expected.EVENTS if "/" not in name]),
        ("handshakes", [name for name in expected.EVENTS if name.startswith("handshakes/")]),
        ("tasks", expected.TASKS),
        ("plans", expected.PLANS),
    ):
        assert samples.names(folder) == sorted(known), set(samples.names(folder)) ^ set(known)
    assert frames == sorted(expected.FRAMES), set(frames) ^ set(expected.FRAMES)
    folders = {path.name for path in samples.EVENTS.iterdir() if path.is_dir()}
    assert folders == {"frames", "handshakes", "plans", "tasks", "types"}, folders


def event(name, check):
    """The file itself, as it is."""
    crate = Path(name).stem
    return name, lambda job: check(job.invoke(crate, samples.EVENTS / name))


def task(name, check):
    """As the only record of a batch."""
    crate = Path(name).stem.replace("_", "-")
    crate = {"retract-notification": "deliver-in-app"}.get(crate, crate)
    return name, lambda job: check(job.invoke(crate, samples.records(crate, samples.load(name))))


def domain_event(name, result):
    """Applied, and its rules tell people or plan it. Dates are moved before us."""

    def check(job):
        text = (samples.EVENTS / name).read_text(encoding="utf-8")
        soon = (datetime.date.today() + datetime.timedelta(days=30)).isoformat()
        event = json.loads(text.replace("2026-04-14", soon).replace("2026-04-30", soon))
        taken()(job.invoke("apply-event", samples.records("apply-event", event)))
        who = {"tenant": event["tenant"], "user": ADMINS[event["tenant"]], "roles": "admin"}
        asked = samples.request("events", "GET", "/v1/events/{id}", **who, id=event["event_id"])
        seen = job.invoke("events", asked)
        rest(200, status="applied", rules=list)(seen)
        rules = json.loads(seen.answer["body"])["rules"]
        assert rules and all(rule["result"] == result for rule in rules), rules
        return f"{result} by {', '.join(rule['automation'] for rule in rules)}"

    return name, check


def frames(job):
    """Frames of a client are answered on its socket"""
    ticket = job.request("realtime", "POST", "/v1/realtime/tickets")
    socket = Listener(ticket["url"])
    event = samples.load("message.json")
    [event["requestContext"]["connectionId"]] = job.stack.see("/_local/sockets")["ids"]
    for name, wanted in expected.FRAMES.items():
        event["body"] = json.dumps(samples.load(name))
        expected.socket()(job.invoke("message", event))
        frame = socket.frame()
        assert frame["type"] == wanted, f"{name}: {frame}"
    socket.close()
    return " ".join(expected.FRAMES.values())


def steps():
    yield nothing_is_left_out.__doc__, nothing_is_left_out
    yield from (event(*one) for one in expected.EVENTS.items())
    yield from (task(*one) for one in expected.TASKS.items())
    yield from (domain_event(name, "sent") for name in samples.names("types"))
    yield from (domain_event(name, "planned") for name in expected.PLANS)
    for step in [frames, *work.STEPS]:
        yield step.__doc__, step


def run(job):
    passed = failed = 0
    for title, step in steps():
        begun = time.monotonic()
        try:
            told = step(job)
            passed += 1
            seconds = time.monotonic() - begun
            print(f"pass  {title}{f': {told}' if told else ''} ({seconds:.1f} s)", flush=True)
        except Exception as error:  # An event that fails does not hide the next one.
            failed += 1
            print(f"FAIL  {title}: {type(error).__name__} {str(error)[:600]}", flush=True)
    print(f"\n{passed} passed, {failed} failed")
    return failed


def main():
    asked = options()
    # Whoever ends the test ends what it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = build(asked)
    logs = folder.parent / "events"
    logs.mkdir(parents=True, exist_ok=True)
    with Stack(folder, logs) as stack:
        if asked.cargo_lambda:
            way = CargoLambda(ROOT, stack, logs)
        else:
            way = Binaries(asked.bootstraps or folder, stack, logs)
        with way as functions:
            failed = run(Job(stack, functions))
    if failed:
        print(f"Logs: {logs}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
