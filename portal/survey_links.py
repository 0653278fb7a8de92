"""The link with which whoever ordered says how it went, without signing in.

It opens that one answer and nothing else, and only once. Nothing of it is kept: it is made from the
portal's own secret each time.
"""

from __future__ import annotations

import hmac

from ledger import OrderRow
from portal.settings import Settings

LENGTH = 32  # hexadecimal digits: nobody guesses that


def survey_link(settings: Settings, row: OrderRow, language: str) -> str:
    return f"{settings.url}/survey/{row.id}/{_token(settings, row)}?lang={language}"


def fits(settings: Settings, row: OrderRow, token: str) -> bool:
    return hmac.compare_digest(token.encode(), _token(settings, row).encode())


def _token(settings: Settings, row: OrderRow) -> str:
    signed = f"survey\0{row.id}\0{row.placed_by}\0{row.placed_at.isoformat()}"
    return hmac.new(settings.client_secret.encode(), signed.encode(), "sha256").hexdigest()[:LENGTH]
