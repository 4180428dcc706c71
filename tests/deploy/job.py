"""What the steps share: who is who, and where things are looked up."""

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import bends
from client import Api, Socket, eventually
from deployment import SENDER, STACK
from emulator import ACCOUNT

TENANT = "school"


class Job:
    def __init__(self, deployment, provider, operate, functions, logs):
        self.deployment = deployment
        self.emulator = deployment.emulator
        self.provider = provider
        self.program = operate
        self.functions = functions
        self.logs = logs
        self.listing = deployment.listing(logs / "resources.json")
        self.url = bends.http_url(self.emulator.endpoint)
        self.head = self.user("head")
        self.failures = logs / "failures.log"
        self.failures.write_text("", encoding="utf-8")
        self.socket = None
        self.found = {}

    def user(self, name):
        return Api(self.url, self.provider.token(TENANT, name))

    def open(self, query="", headers=None):
        return Socket(self.deployment.outputs["SocketUrl"] + query, headers)

    def operate(self, *arguments, expect=0, by_file=False):
        """The operations tool's answer; it reaches the emulator as it would AWS,
        by the name of the stack and the AWS command line of this environment, or
        by a file with the stack's resources."""
        where = ["--resources", str(self.listing)] if by_file else ["--stack", STACK]
        place = [*where, "--api", self.url, "--json"]
        programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        environment = {"PATH": programs, **self.emulator.environment()}
        done = subprocess.run(
            [self.program, *place, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        said = done.stderr.strip() or done.stdout.strip()
        wanted = (0, 1) if expect is None else (expect,)
        assert done.returncode in wanted, f"operate {arguments[0]} ended with {done.returncode}: {said}"
        return json.loads(done.stdout) if done.stdout else None

    def sweep(self):
        """The schedule runs every minute and cannot be fired by hand: the sweeper
        is invoked with its event."""
        name = self.deployment.physical("Sweep")
        event = json.dumps({"source": "aws.events"})
        answer = self.emulator.client("lambda").invoke(FunctionName=name, Payload=event)
        assert "FunctionError" not in answer, answer["Payload"].read()

    def inspect(self, path):
        url = f"{self.emulator.endpoint}/_ministack/{path}?account={ACCOUNT}"
        with urllib.request.urlopen(url, timeout=30) as answer:
            return json.load(answer)

    def emails(self):
        """Address → the e-mails that SES took for it."""
        by_address = {}
        for message in self.inspect("ses/messages")["messages"].get(ACCOUNT, []):
            assert SENDER in message["Source"], message["Source"]
            for address in message["To"]:
                by_address.setdefault(address, []).append(message)
        return by_address

    def texts(self):
        """Number → the texts that SNS took for it."""
        return self.inspect("sns/sms-messages")["sms_messages"]

    def all_of(self, path):
        """Every item of a list, page by page."""
        items, after = [], None
        joint = "&" if "?" in path else "?"
        while True:
            page = path + (f"{joint}after={after}" if after else "")
            answer = self.head.get(page).expect(200)
            items += answer["items"]
            after = answer["page"].get("after")
            if not after:
                return items

    def completed(self, send):
        def ask():
            found = self.head.get(f"/v1/sends/{send}").expect(200)
            return found if found["status"] == "completed" else None

        return eventually(f"send {send} is completed", ask)

    def note(self, text):
        with open(self.failures, "a", encoding="utf-8") as file:
            file.write(text + "\n")

    def keep_logs(self):
        """What the functions logged, beside the emulator's own log."""
        logs = self.emulator.client("logs")
        with open(self.logs / "functions.log", "w", encoding="utf-8") as file:
            for group in logs.describe_log_groups()["logGroups"]:
                name = group["logGroupName"]
                for event in logs.filter_log_events(logGroupName=name)["events"]:
                    file.write(f"{name} {event['message'].rstrip()}\n")
        if self.socket:
            self.socket.close()
