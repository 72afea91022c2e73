"""A passkey made of Python: what a device does with ``navigator.credentials``, for tests without a device."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode

USER_PRESENT, USER_VERIFIED, HAS_CREDENTIAL = 0x01, 0x04, 0x40


class SoftwareKey:
    """One credential for one site. ``origin`` is the address the browser shows; a false page has another one."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.private_key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = secrets.token_bytes(16)
        self.user_handle = ""
        self.uses = 0

    def create(self, options: dict[str, Any], *, passwordless: bool = True) -> str:
        """Answer to ``navigator.credentials.create``, as the page sends it."""
        public = options["publicKey"]
        self.user_handle = public["user"]["id"]
        credential = (
            bytes(16)
            + len(self.credential_id).to_bytes(2, "big")
            + self.credential_id
            + cbor.encode(dict(ES256.from_cryptography_key(self.private_key.public_key())))
        )
        data = self._authenticator_data(public["rp"]["id"], HAS_CREDENTIAL) + credential
        return self._answer(
            {
                "clientDataJSON": websafe_encode(self._client_data("webauthn.create", public["challenge"])),
                "attestationObject": websafe_encode(cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})),
                "transports": ["internal"],
            },
            {"credProps": {"rk": passwordless}},
        )

    def get(self, options: dict[str, Any]) -> str:
        """Answer to ``navigator.credentials.get``, as the page sends it."""
        public = options["publicKey"]
        client_data = self._client_data("webauthn.get", public["challenge"])
        data = self._authenticator_data(public["rpId"])
        signed = data + hashlib.sha256(client_data).digest()
        return self._answer(
            {
                "clientDataJSON": websafe_encode(client_data),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(self.private_key.sign(signed, ec.ECDSA(hashes.SHA256()))),
                "userHandle": self.user_handle,
            },
            {},
        )

    def _authenticator_data(self, site: str, flags: int = 0) -> bytes:
        self.uses += 1
        head = hashlib.sha256(site.encode()).digest()
        return head + bytes([USER_PRESENT | USER_VERIFIED | flags]) + self.uses.to_bytes(4, "big")

    def _client_data(self, act: str, challenge: str) -> bytes:
        assert websafe_decode(challenge)
        return json.dumps({"type": act, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _answer(self, response: dict[str, Any], extensions: dict[str, Any]) -> str:
        name = websafe_encode(self.credential_id)
        return json.dumps(
            {
                "type": "public-key",
                "id": name,
                "rawId": name,
                "authenticatorAttachment": "platform",
                "response": response,
                "clientExtensionResults": extensions,
            }
        )
