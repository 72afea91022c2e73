"""An OpenID Connect provider on this machine: discovery, keys, authorization code with PKCE, token, user info."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, CLIENT_SECRET, KEY_ID = "crm", "between-us", "key-1"


class LocalProvider:
    """``person`` is who is signed in at the provider: the claims it hands out."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.person: dict[str, Any] = {}
        self.private_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: dict[str, dict[str, Any]] = {}
        self.refusal = ""

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "userinfo_endpoint": f"{self.address}/userinfo",
            "jwks_uri": f"{self.address}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def keys(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.private_key.public_key()))
        return {"keys": [{**public, "kid": KEY_ID, "use": "sig", "alg": "RS256"}]}

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser is sent back to, with a code or a refusal."""
        answer = {"state": asked["state"]}
        if self.refusal:
            answer["error"] = self.refusal
        else:
            assert asked["client_id"] == CLIENT_ID
            assert asked["code_challenge_method"] == "S256"
            code = secrets.token_urlsafe()
            self.codes[code] = asked
            answer["code"] = code
        return f"{asked['redirect_uri']}?{urlencode(answer)}"

    def exchange(self, sent: dict[str, str]) -> dict[str, Any] | None:
        """Tokens for a code, once, to whom knows the secret and the verifier."""
        asked = self.codes.pop(sent.get("code", ""), None)
        verifier = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        if asked is None or sent.get("client_secret") != CLIENT_SECRET or challenge != asked["code_challenge"]:
            return None
        access = secrets.token_urlsafe()
        self.tokens[access] = dict(self.person)
        now = int(time.time())
        claims = {"iss": self.address, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "sub": self.person["sub"]}
        token = jwt.encode(claims, self.private_key, algorithm="RS256", headers={"kid": KEY_ID})
        return {"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": token}


@contextmanager
def local_provider() -> Iterator[LocalProvider]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self, body: Any, status: int = 200) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:
            match urlsplit(self.path).path:
                case "/.well-known/openid-configuration":
                    self.answer(provider.discovery())
                case "/jwks":
                    self.answer(provider.keys())
                case "/userinfo":
                    access = self.headers.get("Authorization", "").removeprefix("Bearer ")
                    found = provider.tokens.get(access)
                    self.answer(found or {"error": "invalid_token"}, 200 if found else 401)
                case _:
                    self.answer({"error": "not_found"}, 404)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            tokens = provider.exchange({key: values[0] for key, values in parse_qs(body).items()})
            self.answer(tokens or {"error": "invalid_grant"}, 200 if tokens else 400)

        def log_message(self, *arguments: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = LocalProvider(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
