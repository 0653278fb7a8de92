"""Who we are at Google: nobody at an emulator, else the account's file or the SDK's default.

A file is read only as one of the kinds below. Google's own loader takes any, among them one that
runs a program named in the file.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from providers.accounts import Account
from providers.errors import NotAuthorised

SCOPE = "https://www.googleapis.com/auth/cloud-platform"
# what a file's `type` says, and the class of google-auth that reads it
KINDS: dict[str, tuple[str, str]] = {
    "service_account": ("google.oauth2.service_account", "from_service_account_info"),
    "external_account": ("google.auth.identity_pool", "from_info"),
    "authorized_user": ("google.oauth2.credentials", "from_authorized_user_info"),
}


def sign_in(account: Account) -> tuple[Any, str]:
    """Credentials, and the project they name or an empty text.

    Raises NotAuthorised, naming the account and never what is in a file.
    """
    if account.credentials_file:
        return _from_file(account)
    if account.local:  # an emulator takes anyone; real credentials stay away from it
        return import_module("google.auth.credentials").AnonymousCredentials(), ""
    credentials, project = import_module("google.auth").default(scopes=[SCOPE])
    return credentials, project or ""


def _from_file(account: Account) -> tuple[Any, str]:
    name = f"account {account.alias}: the file of its CREDENTIALS_FILE setting"
    try:
        told = json.loads(Path(account.credentials_file).read_text("utf8"))
    except OSError as error:
        raise NotAuthorised(f"{name} cannot be read: {error.strerror}") from None
    except ValueError:
        raise NotAuthorised(f"{name} is no JSON") from None
    kind = told.get("type") if isinstance(told, dict) else None
    if kind not in KINDS:
        raise NotAuthorised(f"{name} has type {kind!r}; taken are {', '.join(KINDS)}")
    module, reader = KINDS[kind]
    read: Callable[..., Any] = getattr(import_module(module).Credentials, reader)
    try:
        return read(told, scopes=[SCOPE]), str(told.get("project_id") or "")
    except (ValueError, TypeError, import_module("google.auth.exceptions").GoogleAuthError):
        raise NotAuthorised(f"{name} is not a whole {kind}; fetch it anew") from None
