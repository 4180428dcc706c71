"""Two ways to the real binaries: through the Lambda Runtime API as Lambda starts
them, and through cargo-lambda as a developer does."""

import json
import os
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from runtime_api import RuntimeApi
from stack import logical

# Longer than any event takes, with cargo looking whether there is something to build.
PATIENCE = 120


class Refused(Exception):
    """The function answered with an error."""


# Both take an event as it is in a file, or made up.
class Binaries:
    """Each binary once, with its own settings and nothing else of the environment."""

    def __init__(self, folder, stack, logs):
        self.folder, self.stack, self.logs = folder, stack, logs
        self.running = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process, api in self.running.values():
            process.kill()
            process.wait()
            api.stop()

    def binary(self, crate):
        """Where cargo, `cargo lambda build` or `sam build` has put it."""
        places = [crate, f"{crate}/bootstrap", f"{logical(crate)}/bootstrap"]
        found = [self.folder / place for place in places if (self.folder / place).is_file()]
        assert found, f"{self.folder} has no binary of {crate}"
        return found[0]

    def start(self, crate):
        api = RuntimeApi()
        environment = {
            **self.stack.settings(crate),
            "AWS_LAMBDA_RUNTIME_API": api.address,
            "AWS_LAMBDA_FUNCTION_NAME": crate,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        }
        command = [self.binary(crate)]
        with (self.logs / f"{crate}.log").open("wb") as log:
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        return process, api

    def invoke(self, crate, event):
        if crate not in self.running:
            self.running[crate] = self.start(crate)
        process, api = self.running[crate]
        api.give(event.read_bytes() if isinstance(event, Path) else json.dumps(event).encode())
        given = api.answered(PATIENCE)
        if given is None:
            raise AssertionError(f"{crate} does not answer; its exit code is {process.poll()}")
        fine, body = given
        if not fine:
            raise Refused(json.loads(body)["errorMessage"])
        return json.loads(body)


class CargoLambda:
    """`cargo lambda watch` with the settings of all functions, and
    `cargo lambda invoke` for each event."""

    def __init__(self, root, stack, logs):
        self.root, self.stack, self.logs = root, stack, logs

    def __enter__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = ["--invoke-address", "127.0.0.1", "--invoke-port", str(port)]
        settings = self.logs / "settings.env"
        settings.write_text(self.stack.get("/_local/settings"), encoding="utf-8")
        watch = ["cargo", "lambda", "watch", "--locked", "--ignore-changes"]
        watch += ["--env-file", settings, *self.address]
        with (self.logs / "watch.log").open("wb") as log:
            # A group of its own, so that what it starts ends with it.
            self.process = subprocess.Popen(
                watch, cwd=self.root, stdout=log, stderr=log, start_new_session=True
            )
        end = time.monotonic() + PATIENCE
        while socket.socket().connect_ex(("127.0.0.1", port)):
            if self.process.poll() is not None or time.monotonic() > end:
                self.__exit__()
                raise SystemExit((self.logs / "watch.log").read_text(encoding="utf-8"))
            time.sleep(0.05)
        return self

    def __exit__(self, *_):
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
        self.process.wait()

    def invoke(self, crate, event):
        if isinstance(event, Path):
            return self.invoke_file(crate, event)
        with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
            json.dump(event, file)
            file.flush()
            return self.invoke_file(crate, file.name)

    def invoke_file(self, crate, path):
        command = ["cargo", "lambda", "invoke", crate, "--data-file", path, *self.address]
        done = subprocess.run(
            command, cwd=self.root, capture_output=True, encoding="utf-8", timeout=PATIENCE
        )
        if done.returncode:
            raise Refused(done.stdout + done.stderr)
        return json.loads(done.stdout)
