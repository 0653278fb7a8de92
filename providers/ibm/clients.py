"""Calls of one account: over one connection pool, shared by threads, never repeated by itself.

IBM's own SDK costs 370 MiB to import for the two dozen calls that are made here, so these are made
with httpx; the tests hold them to the SDK's models. Only Cloud Object Storage goes through boto3,
which is imported when it is first asked for. Nothing here touches the network before a call does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from threading import Lock
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit
from weakref import finalize

import httpx

from providers.accounts import Account
from providers.errors import InvalidSpec, NotAuthorised, Unavailable
from providers.ibm.credentials import SignIn
from providers.ibm.endpoints import Endpoints
from providers.ibm.errors import Refused
from providers.ibm.told import Told, each, text
from providers.types import Spec

REGIONS = ("eu-de", "eu-es")  # unless the account names its own; IBM has none in Norway
TIMEOUT = 20.0  # seconds for one call
VERSIONS = {
    "vpc": {"version": "2026-10-13", "generation": "2"},
    "directlink": {"version": "2026-01-01"},
}
MOST = 100  # on a page
FOUND = 1000  # on a page of a search
PAGES = 1000  # more is an endless list
SENDER = {"User-Agent": "grunnmur", "Accept": "application/json"}
INSTANCE = "ibm-service-instance-id"
ROOT_KEY, ALGORITHM = "ibm-sse-kp-customer-root-key-crn", "ibm-sse-kp-encryption-algorithm"


class Clients:
    """Makes clients on demand, and makes their calls."""

    def __init__(self, account: Account, endpoints: Endpoints) -> None:
        self.account = account
        self.regions = account.regions or REGIONS
        self._endpoints = endpoints
        self._lock = Lock()
        self._storage: dict[tuple[str, str], Any] = {}
        self._http = httpx.Client(
            timeout=TIMEOUT, headers=SENDER, trust_env=not account.local, follow_redirects=False
        )
        finalize(self, self._http.close)  # httpx leaves its connections open otherwise
        self._sign_in = SignIn(account, self._http, endpoints.at("iam"))

    def check_region(self, spec: Spec) -> None:
        """Raises InvalidSpec: inventory must find whatever apply makes."""
        if spec.region not in self.regions:
            known = ", ".join(self.regions)
            raise InvalidSpec(f"region {spec.region!r} is not one of this account's: {known}")

    def vpc(self, region: str, verb: str, path: str, body: Told | None = None) -> Told:
        """One call of VPC: `vpc("eu-de", "GET", "instances/...")`."""
        return self._ask("vpc", region, (verb, path), body=body)

    def vpcs(self, region: str, collection: str, **query: str) -> Iterator[Told]:
        """Every thing of a collection in a region, such as `instances`."""
        yield from self._pages("vpc", region, collection, query)

    def link(self, verb: str, path: str, body: Told | None = None) -> Told:
        """One call of Direct Link."""
        return self._ask("directlink", "", (verb, path), body=body)

    def links(self, collection: str) -> Iterator[Told]:
        yield from self._pages("directlink", "", collection, {})

    def tag(self, crn: str, names: list[str]) -> None:
        """Attach tags, each in the place of the one that had its key."""
        body = {"resources": [{"resource_id": crn}], "tag_names": names}
        query = {"tag_type": "user", "update": "true"}
        told = self._ask("tagging", "", ("POST", "tags/attach"), body=body, query=query)
        results = told.get("results")
        for one in results if isinstance(results, list) else []:
            if isinstance(one, Mapping) and one.get("is_error"):
                raise Unavailable("IBM does not take tags for this resource yet")

    @property
    def searches(self) -> bool:
        """Whether there is a search of tags where this account is."""
        return bool(self._endpoints.at("search"))

    def search(self, query: str) -> Iterator[Told]:
        """The CRN and the tags of what Global Search knows of; told late, and new things later."""
        if not self.searches:
            return
        body: Told = {"query": query, "fields": ["crn", "tags"]}
        for _ in range(PAGES):
            asked = {"limit": str(FOUND)}
            page = self._ask("search", "", ("POST", "resources/search"), body=body, query=asked)
            if not isinstance(page.get("items"), list):
                raise Unavailable("what IBM's search found has another shape")
            found = each(page, "items")
            yield from found
            cursor = text(page, "search_cursor")
            if not cursor or len(found) < FOUND:
                return
            body = {"search_cursor": cursor}
        raise Unavailable("what IBM's search found does not end")

    @property
    def group(self) -> Told:
        """The field that says which resource group things are made in; the account's default."""
        told = self.account.own("RESOURCE_GROUP")
        return {"resource_group": {"id": told}} if told else {}

    @property
    def storage_crn(self) -> str:
        """The instance of Cloud Object Storage that buckets are made in. Raises NotAuthorised."""
        told = self.account.own("STORAGE")
        if not told:
            raise NotAuthorised(
                f"account {self.account.alias}: no instance of Cloud Object Storage; set its "
                "IBM_STORAGE to that one's CRN"
            )
        return told

    def storage(self, region: str, key: str = "") -> Any:  # noqa: ANN401 - boto3 makes them
        """The client of Cloud Object Storage in a region; with `key` its buckets are made so."""
        with self._lock:
            if (region, key) not in self._storage:
                self._storage[region, key] = self._make_storage(region, key)
            return self._storage[region, key]

    def forget(self) -> None:
        """Sign in anew at the next call: somebody may mend what was refused."""
        self._sign_in.forget()

    def _pages(self, service: str, region: str, collection: str, query: Told) -> Iterator[Told]:
        """The pages of a list. `collection` may stand below others: `vpcs/a/address_prefixes`."""
        name, more = collection.rsplit("/", 1)[-1], dict(query)
        if collection != "gateways":  # which are told all at once
            more["limit"] = str(MOST)
        for _ in range(PAGES):
            page = self._ask(service, region, ("GET", collection), query=more)
            found = page.get(name)
            if not isinstance(found, list):
                raise Unavailable(f"IBM's list of {name} has another shape")
            yield from (one for one in found if isinstance(one, dict))
            start = _start(page.get("next"))
            if not start:
                return
            more["start"] = start
        raise Unavailable(f"IBM's list of {name} does not end")

    def _ask(
        self,
        service: str,
        region: str,
        what: tuple[str, str],
        body: Told | None = None,
        query: Told | None = None,
    ) -> Told:
        verb, path = what
        answer = self._http.request(
            verb,
            f"{self._endpoints.at(service, region)}/{quote(path)}",
            params={**VERSIONS.get(service, {}), **(query or {})},
            json=body,
            headers=self._sign_in.headers(),
        )
        if not answer.is_success:
            raise Refused.of(answer.status_code, answer.content)
        if not answer.content:
            return {}
        told = answer.json()
        if not isinstance(told, dict):
            raise Unavailable("IBM gave an answer of another shape")
        return told

    def _make_storage(self, region: str, key: str) -> Any:  # noqa: ANN401 - boto3 makes them at run time
        config = import_module("botocore.config").Config(
            signature_version=import_module("botocore").UNSIGNED,  # signed in by token instead
            connect_timeout=5,
            read_timeout=TIMEOUT,
            retries={"total_max_attempts": 1, "mode": "standard"},
            proxies={} if self.account.local else None,
            s3={"addressing_style": "path"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            user_agent_extra="grunnmur",
        )
        session = import_module("boto3").Session(region_name=region)
        made = session.client(
            "s3", endpoint_url=self._endpoints.at("storage", region), config=config
        )
        own = {INSTANCE: self.storage_crn, **({ROOT_KEY: key, ALGORITHM: "AES256"} if key else {})}

        def sign(params: dict[str, Any], **_more: object) -> None:
            params["headers"].update({**own, **self._sign_in.headers()})

        made.meta.events.register("before-call.s3", sign)
        return made


def _start(following: object) -> str:
    """Where the next page starts, from the link to it; empty after the last."""
    href = following.get("href") if isinstance(following, Mapping) else None
    if not isinstance(href, str):
        return ""
    return "".join(parse_qs(urlsplit(href).query).get("start", [])[:1])
