"""Everything a provider may raise, and the one remedy for each.

ProviderError            remedy
  Throttled              retry
  Unavailable            retry
  NoCapacity             retry
  QuotaExceeded          hold
  NotAuthorised          hold
  InvalidSpec            fail
  Conflict               fail

Messages end up in the ledger, in logs and before customers, so ProviderError itself makes them
plain text, one line, and free of credentials; no provider can forget to.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

LONGEST = 400
HIDDEN = "[hidden]"
_SECRETS = (
    re.compile(r"(?<=://)[^/\s@]+@"),  # name and password in an address
    re.compile(
        # the name of an error, such as NoCredentialsError, is no secret's
        r"(?i)\b(?!\w*(?:error|exception)\b)"
        r"(authorization|[\w-]*(?:password|passwd|secret|signature|credential)[\w-]*"
        r"|[\w-]*(?:security|session|access|refresh|bearer)[_-]?(?:token|key)(?![_-]?id)\w*)"
        r"(['\"]?\s*[:=]\s*)(?:(?:basic|bearer|aws4-hmac-sha256)\s+)?[^\s,;&]+"
    ),
    re.compile(r"(?i)\b(?:bearer|basic)\s+[\w.~+/=-]{8,}"),
    re.compile(r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{8,}"),  # AWS access keys
    re.compile(r"\beyJ[\w-]{8,}(?:\.[\w-]+)*"),  # JSON web tokens
    # any other key, signature or encoded blob: long, and of mixed letters or letters and digits
    re.compile(r"(?=[\w/+=]*[a-z])(?=[\w/+=]*[A-Z0-9])[\w/+=]{40,}"),
)


# What a variable is called that holds a secret itself, and not where to find one.
_HOLDS_SECRET = re.compile(
    r"(?i)(?=.*(?:secret|passw|token|credential|_key)).*(?<!_file)(?<!_path)(?<!_url)(?<!_name)$"
)
SHORTEST = 6  # of such a value; what is shorter stands in many an innocent text


def plain(message: str, environment: Mapping[str, str] = os.environ) -> str:
    """`message` as one line of printable text without secrets.

    Hidden is everything that looks like one, and what `environment` holds under a secret's name.
    """
    text = " ".join("".join(c if c.isprintable() else " " for c in message).split())
    for name, value in environment.items():
        if len(value) >= SHORTEST and value in text and _HOLDS_SECRET.match(name):
            text = text.replace(value, HIDDEN)
    for secret in _SECRETS:
        text = secret.sub(lambda m: f"{m[1]}{m[2]}{HIDDEN}" if m.re.groups else HIDDEN, text)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


class Remedy(StrEnum):
    """What to do about an error."""

    RETRY = "retry"
    HOLD = "hold"
    FAIL = "fail"


class UnknownProvider(Exception):
    """No folder under providers/ has this name."""


class ProviderError(Exception):
    """A provider could not do what was asked."""

    remedy: ClassVar[Remedy] = Remedy.FAIL

    def __init__(self, message: str) -> None:
        super().__init__(plain(message))


class Throttled(ProviderError):
    """We asked too often."""

    remedy = Remedy.RETRY


class Unavailable(ProviderError):
    """Their side or the network is down, or the answer was lost: the work may have been done."""

    remedy = Remedy.RETRY


class NoCapacity(ProviderError):
    """Nothing of this kind is free there now."""

    remedy = Remedy.RETRY


class QuotaExceeded(ProviderError):
    """Our account may not have more; someone must raise the quota."""

    remedy = Remedy.HOLD


class NotAuthorised(ProviderError):
    """Our account, its settings or its credential is refused; someone must mend it."""

    remedy = Remedy.HOLD


class InvalidSpec(ProviderError):
    """The request itself is wrong; repeating it cannot help."""


class Conflict(ProviderError):
    """What exists stands in the way: another's name, or a key that was used for something else."""
