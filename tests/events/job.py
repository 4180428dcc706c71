"""What the checks work with: the functions, the stack, and their messages."""

import json
from pathlib import Path

import samples
from expected import Seen, brief
from functions import Refused

ROOT = Path(__file__).resolve().parents[2]
QUEUED = [path.parent.name for path in sorted(ROOT.glob("functions/queue/*/Cargo.toml"))]


class Job:
    def __init__(self, stack, functions):
        self.stack, self.functions = stack, functions
        # The last event that each function of a queue was woken with.
        self.last = {}

    def invoke(self, crate, event):
        """What a function answers, and what it has set aside meanwhile."""
        before = len(self.stack.dead_letters(crate)) if crate in QUEUED else 0
        seen = Seen()
        try:
            seen.answer = self.functions.invoke(crate, event)
        except Refused as refused:
            seen.error = str(refused)
        if crate in QUEUED:
            seen.letters = self.stack.dead_letters(crate)[before:]
        return seen

    def request(self, crate, method, route, user="head", roles="admin,staff", **more):
        """The JSON that a request is answered with, which must succeed."""
        seen = self.invoke(crate, samples.request(crate, method, route, user, roles, **more))
        assert not seen.error and seen.answer["statusCode"] in (200, 201, 202), brief(seen)
        return json.loads(seen.answer["body"])

    def batches(self):
        """What waits for each function."""
        received = {crate: self.stack.receive(crate) for crate in QUEUED}
        return {crate: batch for crate, batch in received.items() if batch}

    def work(self):
        """Gives every message that waits to its function, as event sources do, until
        none is left. Answers how many messages each function had."""
        had = dict.fromkeys(QUEUED, 0)
        while batches := self.batches():
            for crate, batch in batches.items():
                self.last[crate] = samples.records(crate, *batch)
                seen = self.invoke(crate, self.last[crate])
                assert seen.answer == {"batchItemFailures": []}, f"{crate}: {brief(seen)}"
                assert not seen.letters, f"{crate} has set aside: {seen.letters}"
                for message in batch:
                    self.stack.delete(crate, message)
                had[crate] += len(batch)
        return {crate: count for crate, count in had.items() if count}
