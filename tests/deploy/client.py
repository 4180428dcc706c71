"""Callers from outside: plain HTTP, and a socket."""

import json
import time
import urllib.error
import urllib.request

from websockets.sync.client import connect

PATIENCE = 60


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.text = body.decode()

    def json(self):
        return json.loads(self.text)

    def expect(self, status):
        assert self.status == status, f"{self.status} instead of {status}: {self.text[:400]}"
        return self.json() if self.text else None


class Api:
    """The HTTP API, as somebody."""

    def __init__(self, url, token=None):
        self.url = url
        self.token = token

    def call(self, method, path, body=None, content_type="application/json", headers=None):
        headers = dict(headers or {})
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None
        if body is not None:
            headers["Content-Type"] = content_type
            data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as answer:
            return Answer(answer.code, answer.headers, answer.read())

    def get(self, path):
        return self.call("GET", path)

    def post(self, path, body=None, **more):
        return self.call("POST", path, {} if body is None else body, **more)


def eventually(what, ask, patience=PATIENCE):
    """Asks until the answer is there: what goes by queues takes its time."""
    deadline = time.monotonic() + patience
    while True:
        found = ask()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {patience} seconds")
        time.sleep(0.25)


class Socket:
    """A socket that remembers its frames."""

    def __init__(self, url, headers=None):
        self.socket = connect(url, additional_headers=headers, open_timeout=30)
        self.frames = []

    def send(self, **frame):
        self.socket.send(json.dumps(frame))

    def next_of(self, kind, patience=PATIENCE):
        deadline = time.monotonic() + patience
        for frame in self.frames:
            if frame.get("type") == kind:
                self.frames.remove(frame)
                return frame
        while time.monotonic() < deadline:
            try:
                text = self.socket.recv(timeout=max(0.1, deadline - time.monotonic()))
            except TimeoutError:
                break
            frame = json.loads(text)
            if frame.get("type") == kind:
                return frame
            self.frames.append(frame)
        raise AssertionError(f"no frame {kind} within {patience} seconds: {self.frames}")

    def close(self):
        self.socket.close()
