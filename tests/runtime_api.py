"""The Lambda Runtime API for one process of a function, in this process."""

import queue
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RUNTIME = "/2018-06-01/runtime/"
# What Lambda would give a function at most.
SECONDS = 30


class RuntimeApi:
    """Hands out events and takes answers. `asked` counts requests for work."""

    def __init__(self):
        self.asked = threading.Semaphore(0)
        self.events = queue.SimpleQueue()
        self.answers = queue.SimpleQueue()
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                api.asked.release()
                self.answer(api.events.get(), {
                    "Lambda-Runtime-Aws-Request-Id": str(uuid.uuid4()),
                    "Lambda-Runtime-Deadline-Ms": str(int((time.time() + SECONDS) * 1000)),
                    "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:0:function:f",
                })

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if self.path.startswith(RUNTIME):
                    api.answers.put((self.path.endswith("/response"), body))
                    self.answer(b"{}")
                else:
                    self.answer(api.otherwise(self.path, body))

            def answer(self, body, headers=None):
                self.send_response(200)
                for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"127.0.0.1:{self.server.server_port}"

    def otherwise(self, path, body):
        """The answer to what is no call of the Runtime API."""
        raise NotImplementedError(path)

    def give(self, event):
        self.events.put(event)

    def answered(self, seconds):
        """Whether the next answer is one and no error, and its bytes; nothing if
        there is none in time."""
        try:
            return self.answers.get(timeout=seconds)
        except queue.Empty:
            return None

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
