"""Signing in to Azure, and sending the token nowhere it does not belong.

Azure's own default chain finds the identity: environment, workload, managed identity, or the
developer's command line. An emulator on this machine needs none and gets a word of no worth.
"""

from __future__ import annotations

import time
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from azure.core.credentials import AccessToken, TokenCredential
from azure.core.pipeline import PipelineRequest
from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy
from typing_extensions import override

from providers.accounts import Account

CLOUD = "https://management.azure.com"
HOUR = 3600


class Emulated:
    """The credential for an emulator."""

    def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:  # noqa: ANN401 - the SDK's
        return AccessToken("emulated", int(time.time()) + HOUR)


class LoopbackAuthentication(ARMChallengeAuthenticationPolicy):
    """Permits plain http, and that only to this very machine."""

    @override
    def on_request(self, request: PipelineRequest[Any]) -> None:
        if _loopback(urlsplit(request.http_request.url).hostname or ""):
            request.context.options["enforce_https"] = False
        super().on_request(request)


def sign_in(account: Account) -> tuple[TokenCredential, ARMChallengeAuthenticationPolicy]:
    """The credential, and what puts its token on each request.

    Calls nobody before the first request does.
    """
    if account.local:
        emulated = Emulated()
        return emulated, LoopbackAuthentication(emulated, f"{CLOUD}/.default")
    scope = f"{(account.endpoint or CLOUD).rstrip('/')}/.default"
    credential = _default(account)
    return credential, ARMChallengeAuthenticationPolicy(credential, scope)


def _default(account: Account) -> TokenCredential:
    from azure.identity import DefaultAzureCredential  # noqa: PLC0415 - slow; an emulator needs none

    options: dict[str, Any] = {"exclude_interactive_browser_credential": True}
    if account.profile:
        options["managed_identity_client_id"] = account.profile
        options["workload_identity_client_id"] = account.profile
    if account.tenant:
        options["workload_identity_tenant_id"] = account.tenant
    credential: TokenCredential = DefaultAzureCredential(**options)
    return credential


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
