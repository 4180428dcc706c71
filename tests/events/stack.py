"""The local stack as a process, and what is asked of it from outside."""

import json
import shlex
import subprocess
import time
import urllib.error
import urllib.request

# Debug builds on a busy machine take some seconds to write the demonstration.
PATIENCE = 120


def logical(crate):
    """`plan-send` is `PlanSend` in the template."""
    return "".join(word.capitalize() for word in crate.split("-"))


class Stack:
    """Free ports, nothing kept, the demonstration in it; nobody works on queues
    but this test."""

    def __init__(self, folder, logs):
        self.command = [folder / "campanile", "--port", "0", "--by-hand"]
        self.log = logs / "stack.log"

    def __enter__(self):
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log)
        end = time.monotonic() + PATIENCE
        while "Ctrl-C stops it." not in (told := self.log.read_text(encoding="utf-8")):
            if self.process.poll() is not None or time.monotonic() > end:
                self.__exit__()
                raise SystemExit(f"The local stack does not start:\n{told}")
            time.sleep(0.05)
        lines = [line.split() for line in told.splitlines()]
        self.url = next(line[1] for line in lines if line[:1] == ["Web"]).rstrip("/")
        self.aws = self.settings("health")["AWS_ENDPOINT_URL"]
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def get(self, path):
        with urllib.request.urlopen(self.url + path) as answer:
            return answer.read().decode()

    def see(self, path):
        return json.loads(self.get(path))

    def settings(self, crate):
        """What the template gives a function, and no more."""
        lines = self.get(f"/_local/settings/{logical(crate)}").splitlines()
        return dict(shlex.split(line)[0].split("=", 1) for line in lines)

    def token(self, user, tenant="hillside"):
        body = {"tenant": tenant, "user": user, "password": "campanile"}
        return self.post(f"{self.url}/login", body)["access_token"]

    def dead_letters(self, crate):
        """Reasons by the messages that a function has set aside."""
        letters = self.see(f"/_local/queues/{logical(crate)}")
        return [letter["attributes"]["reason"]["StringValue"] for letter in letters]

    def mailbox(self):
        return self.see("/_local/mailbox/counts")

    def receive(self, crate):
        """Messages that wait for a function, as its event source takes them."""
        told = self.sqs("ReceiveMessage", crate, MaxNumberOfMessages=10, AttributeNames=["All"])
        return told.get("Messages", [])

    def delete(self, crate, message):
        self.sqs("DeleteMessage", crate, ReceiptHandle=message["ReceiptHandle"])

    def sqs(self, action, crate, **fields):
        url = f"{self.aws}/000000000000/{logical(crate)}Queue"
        headers = {"Content-Type": "application/x-amz-json-1.0"}
        headers["X-Amz-Target"] = f"AmazonSQS.{action}"
        return self.post(f"{self.aws}/", {"QueueUrl": url, **fields}, headers)

    def post(self, url, body, headers=None):
        headers = {"Content-Type": "application/json", **(headers or {})}
        request = urllib.request.Request(url, json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request) as answer:
                return json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{url}: {error.code} {error.read().decode()[:300]}") from error
