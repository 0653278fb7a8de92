"""Who we are at IBM: nobody at an emulator, else the API key of the account's file or ours.

The file is what `ibmcloud iam api-key-create --file` writes; without one, IBMCLOUD_API_KEY counts,
as it does for IBM's own tools. The key is given for a token that lasts an hour.
"""

from __future__ import annotations

import json
import os
import time
from http import HTTPStatus
from pathlib import Path
from threading import Lock

import httpx

from providers.accounts import Account
from providers.errors import NotAuthorised, Throttled, Unavailable
from providers.ibm.told import number

VARIABLE = "IBMCLOUD_API_KEY"
GRANT = "urn:ibm:params:oauth:grant-type:apikey"
EARLY = 300.0  # seconds before its end that a token is given up
HOUR = 3600.0


class SignIn:
    """Headers that sign a call. Safe to use from several threads."""

    def __init__(self, account: Account, http: httpx.Client, address: str) -> None:
        self._account = account
        self._http = http
        self._address = address
        self._lock = Lock()
        self._token = ""
        self._until = 0.0

    def headers(self) -> dict[str, str]:
        """Raises NotAuthorised, naming the account and never the key."""
        if self._account.local and not self._account.credentials_file:
            return {}  # an emulator takes anyone; real credentials stay away from it
        with self._lock:
            if not self._token or time.monotonic() > self._until:
                self._token, lasts = self._sign_in()
                self._until = time.monotonic() + lasts - EARLY
            return {"Authorization": f"Bearer {self._token}"}

    def forget(self) -> None:
        with self._lock:
            self._token = ""

    def _sign_in(self) -> tuple[str, float]:
        data = {"grant_type": GRANT, "apikey": self._key()}
        answer = self._http.post(f"{self._address}/identity/token", data=data)
        if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            raise Throttled("IBM's sign-in was asked too often")
        if answer.is_server_error:
            raise Unavailable("IBM's sign-in does not work now")
        if not answer.is_success:
            raise NotAuthorised(f"account {self._account.alias}: IBM refuses its API key")
        told = answer.json()
        token = told.get("access_token") if isinstance(told, dict) else None
        if not isinstance(token, str) or not token:
            raise Unavailable("IBM's sign-in gave an answer of another shape")
        return token, float(number(told, "expires_in") or HOUR)

    def _key(self) -> str:
        if not self._account.credentials_file:
            if own := os.environ.get(VARIABLE, "").strip():
                return own
            raise NotAuthorised(
                f"account {self._account.alias}: no API key; set its IBM_CREDENTIALS_FILE, "
                f"or {VARIABLE}"
            )
        name = f"account {self._account.alias}: the file of its CREDENTIALS_FILE setting"
        try:
            told = json.loads(Path(self._account.credentials_file).read_text("utf8"))
        except OSError as error:
            raise NotAuthorised(f"{name} cannot be read: {error.strerror}") from None
        except ValueError:
            raise NotAuthorised(f"{name} is no JSON") from None
        key = told.get("apikey") if isinstance(told, dict) else None
        if not isinstance(key, str) or not key:
            raise NotAuthorised(f"{name} has no `apikey`; ibmcloud iam api-key-create writes one")
        return key
