"""The emulator: a process of its own on a free port of this machine."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import boto3
from botocore.config import Config

REGION = "us-east-1"
# The account of callers without a key, such as those of the APIs.
ACCOUNT = "000000000000"
PATIENCE = 60


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Emulator:
    """Runs while it is entered; its log is kept in `folder`."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.port = free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.process = None

    def __enter__(self):
        scratch = self.folder / "emulator"
        scratch.mkdir(parents=True, exist_ok=True)
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(scratch),
            "TMPDIR": str(scratch),
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_HOST": "localhost",
            "MINISTACK_REGION": REGION,
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            # Functions inherit this, and find no AWS but the emulator.
            "AWS_ENDPOINT_URL": self.endpoint,
            "S3_DATA_DIR": str(scratch / "s3"),
        }
        log = open(self.folder / "emulator.log", "w", encoding="utf-8")
        program = Path(sys.executable).parent / "ministack"
        self.process = subprocess.Popen(
            [program],
            cwd=scratch,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.wait()
        return self

    def wait(self):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise SystemExit(f"The emulator ended: see {self.folder}/emulator.log.")
            try:
                urllib.request.urlopen(f"{self.endpoint}/_ministack/health", timeout=2).read()
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("The emulator does not answer.")

    def __exit__(self, *_):
        # The functions are its children: the group that was started for it ends.
        for sign in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, sign)
                self.process.wait(timeout=10)
                break
            except subprocess.TimeoutExpired:
                continue
            except ProcessLookupError:
                break
        # The unpacked code of every function is large and of no further use.
        shutil.rmtree(self.folder / "emulator", ignore_errors=True)

    def client(self, service):
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=ACCOUNT,
            aws_secret_access_key="emulator",
            config=Config(retries={"max_attempts": 2}),
        )

    def environment(self):
        """For programs that are to reach the emulator as AWS."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": "emulator",
        }
