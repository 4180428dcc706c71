"""The identity provider of the test: signs tokens, and serves its keys to the
authorizer as any other would."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

AUDIENCE = "campanile"
KEY_ID = "deploy-test"


class Provider:
    """Serves while it is entered."""

    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())
        public = ECAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        public.update(kid=KEY_ID, alg="ES256", use="sig")
        document = json.dumps({"keys": [public]}).encode()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(document)))
                self.end_headers()
                self.wfile.write(document)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.jwks_url = f"{self.issuer}/.well-known/jwks.json"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()

    def token(self, tenant, user, seconds=3600, key=None):
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": AUDIENCE,
            "sub": user,
            "tenant": tenant,
            "iat": now,
            "nbf": now - 5,
            "exp": now + seconds,
        }
        return jwt.encode(claims, key or self.key, "ES256", headers={"kid": KEY_ID})

    def forged(self, tenant, user):
        """As good as real but for the key."""
        return self.token(tenant, user, key=ec.generate_private_key(ec.SECP256R1()))
