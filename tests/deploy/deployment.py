"""What `sam deploy` does, with boto3: uploads the zips, creates the stack, waits,
and reads its outputs and resources."""

import json
import time

import bends
import template as templates
from binaries import ARCHITECTURE
from emulator import REGION

STACK = "campanile-test"
BUCKET = "campanile-code"
SECRET = "a secret for this emulator and nothing else"
SENDER = "office@campanile.example"
ORIGIN = "https://www.campanile.example"
PATIENCE = 300


def upload(emulator, crates, packed):
    """Puts the zips where the template can name them."""
    s3 = emulator.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    for crate in sorted(set(crates.values())):
        s3.put_object(Bucket=BUCKET, Key=f"{crate}.zip", Body=packed[crate].read_bytes())


def bent(path, crates, endpoint):
    """The template as it is deployed, and what it was bent by."""
    template = templates.load(path)
    for name, crate in crates.items():
        # What `sam package` does, which is no bend.
        code = {"Bucket": BUCKET, "Key": f"{crate}.zip"}
        template["Resources"][name]["Properties"]["CodeUri"] = code
    expanded = templates.expanded(template, REGION)
    for bend in bends.ALL:
        bend(expanded, endpoint)
    return expanded


def parameters(provider, audience):
    return {
        "Stage": "dev",
        "Architecture": ARCHITECTURE,
        "Secret": SECRET,
        "JwksUrl": provider.jwks_url,
        "JwtIssuer": provider.issuer,
        "JwtAudience": audience,
        "EmailFrom": SENDER,
        "WebOrigins": ORIGIN,
        "LogLevel": "info",
        # Alarms and the dashboard are deployed too.
        "AlarmEmail": "operator@campanile.example",
    }


class Deployment:
    """A stack on the emulator."""

    def __init__(self, emulator):
        self.emulator = emulator
        self.formation = emulator.client("cloudformation")
        self.outputs = {}
        self.resources = {}

    def create(self, template, values):
        # Like `sam deploy`: it is too long to be sent with the call.
        s3 = self.emulator.client("s3")
        s3.put_object(Bucket=BUCKET, Key="template.json", Body=json.dumps(template).encode())
        self.formation.create_stack(
            StackName=STACK,
            TemplateURL=f"{self.emulator.endpoint}/{BUCKET}/template.json",
            Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in values.items()],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
        status = self.wait()
        if status != "CREATE_COMPLETE":
            raise AssertionError(f"the stack is {status}: {self.why()}")
        self.read()

    def stack(self):
        return self.formation.describe_stacks(StackName=STACK)["Stacks"][0]

    def wait(self):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            status = self.stack()["StackStatus"]
            if not status.endswith("IN_PROGRESS"):
                return status
            time.sleep(0.5)
        return "still in progress"

    def why(self):
        events = self.formation.describe_stack_events(StackName=STACK)["StackEvents"]
        failed = [event for event in events if event["ResourceStatus"].endswith("FAILED")]
        said = [
            f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
            for event in failed
        ]
        return "; ".join(said[-5:]) or self.stack().get("StackStatusReason", "no reason")

    def read(self):
        outputs = self.stack().get("Outputs", [])
        self.outputs = {each["OutputKey"]: each["OutputValue"] for each in outputs}
        pages = self.formation.get_paginator("list_stack_resources")
        for page in pages.paginate(StackName=STACK):
            for each in page["StackResourceSummaries"]:
                self.resources[each["LogicalResourceId"]] = each

    def physical(self, name):
        return self.resources[name]["PhysicalResourceId"]

    def of_type(self, kind):
        return [n for n, each in self.resources.items() if each["ResourceType"] == kind]

    def listing(self, path):
        """The file that the operations tool takes as `--resources`."""
        kept = ["LogicalResourceId", "PhysicalResourceId", "ResourceType"]
        summaries = [{key: each[key] for key in kept} for each in self.resources.values()]
        path.write_text(json.dumps({"StackResourceSummaries": summaries}), encoding="utf-8")
        return path
