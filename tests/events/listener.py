"""A client's socket that only listens: what of RFC 6455 that takes."""

import json
import socket
import urllib.parse

PATIENCE = 10


class Listener:
    def __init__(self, url):
        parts = urllib.parse.urlsplit(url)
        self.wire = socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE)
        handshake = [
            f"GET {parts.path}?{parts.query} HTTP/1.1",
            f"Host: {parts.netloc}",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        ]
        self.wire.sendall("\r\n".join([*handshake, "", ""]).encode())
        self.bytes = self.wire.makefile("rb")
        status = self.bytes.readline().decode()
        assert " 101 " in status, status
        while self.bytes.readline().strip():
            pass

    def frame(self):
        """The next text, as JSON."""
        kind, length = self.bytes.read(2)
        if length >= 126:
            length = int.from_bytes(self.bytes.read({126: 2, 127: 8}[length]))
        text = self.bytes.read(length)
        # Whole texts only: the gateway cuts none into pieces.
        assert kind == 0x81, f"a frame of kind {kind:#x}: {text[:100]}"
        return json.loads(text)

    def close(self):
        self.wire.close()
