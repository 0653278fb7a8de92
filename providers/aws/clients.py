"""Clients of one account: made once per region, shared by threads, never retrying by themselves."""

from __future__ import annotations

import logging
from threading import Lock
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

from providers.accounts import Account

# Retries are the caller's business alone: one that AWS's SDK makes unasked, of a create whose
# answer was lost, is how machines come to exist twice.
CONFIG = Config(
    connect_timeout=5,
    read_timeout=20,
    retries={"total_max_attempts": 1, "mode": "standard"},
    max_pool_connections=32,
    tcp_keepalive=True,
    user_agent_extra="grunnmur",
)
LOCAL = CONFIG.merge(Config(proxies={}))  # nobody in between on this very machine
# At DEBUG they write down whole requests and answers, and passwords and keys are in some.
TALKATIVE = ("botocore.parsers", "botocore.endpoint", "botocore.hooks", "botocore.retryhandler")
EMULATOR_KEY = "emulator"  # an emulator takes any; real credentials have no business there


class Clients:
    """Makes clients on demand; making them uses no network. Raises BotoCoreError."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._lock = Lock()
        self._made: dict[tuple[str, str], Any] = {}
        for name in TALKATIVE:
            logging.getLogger(name).setLevel(logging.INFO)
        self._session: boto3.Session | None = self._sign_in()

    def of(self, service: str, region: str) -> Any:  # noqa: ANN401 - boto3 makes them at run time
        with self._lock:
            if (service, region) not in self._made:
                self._session = self._session or self._sign_in()
                self._made[service, region] = self._session.client(
                    service,
                    region_name=region,
                    endpoint_url=self._account.endpoint or None,
                    config=LOCAL if self._account.local else CONFIG,
                )
            return self._made[service, region]

    def forget(self) -> None:
        """Sign in anew at the next call: somebody may mend what was refused."""
        with self._lock:
            self._made.clear()
            self._session = None

    def _sign_in(self) -> boto3.Session:
        core = botocore.session.Session(profile=self._account.profile or None)
        core.get_service_model("ec2")  # a fifth of a second that the first order need not wait
        if self._account.local and not self._account.profile:
            return boto3.Session(EMULATOR_KEY, EMULATOR_KEY, botocore_session=core)
        return boto3.Session(botocore_session=core)
