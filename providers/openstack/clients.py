"""Connections of one account: made once per region, shared by threads, never retrying.

The SDK signs in, finds services in the catalogue and agrees on versions; each call is one call of
the API. OpenStack has no token that makes a create repeatable: whoever creates looks up first,
under the lock of its service instance, and looks again afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from openstack import exceptions
from openstack.config import OpenStackConfig
from openstack.connection import Connection

from providers.accounts import Account
from providers.errors import InvalidSpec, NotAuthorised, Unavailable
from providers.types import Spec

PLAN = "PLAN"
EXTERNAL_NETWORK = "EXTERNAL_NETWORK"
NOVA = "2.53"  # Pike: the first with tags in a create and the flavour's name in a server
TIMEOUT = 20  # seconds for one call
PAGE = 500
SERVICES = {
    "compute": "compute",
    "network": "network",
    "image": "image",
    "volume": "block_storage",
    "object": "object_store",
}
EMULATOR = {"username": "emulator", "password": "emulator", "project_name": "sandbox"}
DOMAINS = {"user_domain_id": "default", "project_domain_id": "default"}
LOCKS = 64

Told = Mapping[str, Any]  # what the cloud says of one thing


@dataclass(frozen=True, slots=True)
class Api:
    """One service in one region."""

    clients: Clients
    region: str
    service: str

    def call(self, method: str, path: str, body: object = None, **query: object) -> Any:  # noqa: ANN401 - JSON
        """The answer's JSON, or None where it has none. Raises what the SDK raises."""
        return _json(self.ask(method, path, json=body, params=query))

    def ask(self, method: str, path: str, **more: Any) -> Any:  # noqa: ANN401 - the SDK's response
        proxy = self.clients.proxy(self.region, self.service)
        if self.service == "compute":
            more["microversion"] = NOVA
        if more.get("json") is None:
            more.pop("json", None)
        answer = proxy.request(path, method, raise_exc=False, **more)
        exceptions.raise_from_response(answer)
        return answer

    def get(self, path: str, name: str) -> Told | None:
        """What stands under `name` in the answer; None when it is not there."""
        try:
            return one(self.call("GET", path), name)
        except exceptions.NotFoundException:
            return None

    def each(self, path: str, name: str, **query: object) -> Iterator[Told]:
        """Every one of a listing, page by page."""
        marker: dict[str, str] = {}
        while True:
            answer = self.call("GET", path, limit=PAGE, **query, **marker)
            page = several(answer, name)
            yield from page
            if not page or (len(page) < PAGE and not _goes_on(answer, name)):
                return
            marker = {"marker": text(page[-1], "id")}

    def drop(self, path: str) -> None:
        """Delete; what is gone already is as we want it."""
        try:
            self.call("DELETE", path)
        except exceptions.NotFoundException:
            return


class Clients:
    """Makes connections on demand; making them uses no network."""

    def __init__(self, account: Account, regions: Sequence[str]) -> None:
        self.account = account
        self.regions = tuple(regions)
        self._lock = Lock()
        self._locks = [Lock() for _ in range(LOCKS)]
        self._made: dict[str, Connection] = {}

    def api(self, region: str, service: str) -> Api:
        return Api(self, region, service)

    def check_region(self, spec: Spec) -> None:
        """Raises InvalidSpec: inventory must find whatever apply makes."""
        if spec.region not in self.regions:
            known = ", ".join(self.regions)
            raise InvalidSpec(f"region {spec.region!r} is not one of this account's: {known}")

    def lock(self, instance: str) -> Lock:
        """Held from the look-up to the create: two threads make one thing."""
        return self._locks[hash(instance) % LOCKS]

    def has(self, region: str, service: str) -> bool:
        """Whether this cloud has such a service at all.

        Asks the SDK's configuration: its connection takes a sign-in that fails for a no.
        """
        config, name = self._connection(region).config, SERVICES[service].replace("_", "-")
        return bool(config.has_service(name) and config.get_session_endpoint(name))

    def proxy(self, region: str, service: str) -> Any:  # noqa: ANN401 - the SDK makes them at run time
        return getattr(self._connection(region), SERVICES[service])

    def forget(self) -> None:
        """Sign in anew at the next call: somebody may mend what was refused."""
        with self._lock:
            self._made.clear()

    def variable(self, setting: str) -> str:
        """The name of the environment's variable for one of this account's settings."""
        return f"GRUNNMUR_ACCOUNT_{self.account.alias}_OPENSTACK_{setting}".upper().replace(
            "-", "_"
        )

    def _connection(self, region: str) -> Connection:
        with self._lock:
            if region not in self._made:
                self._made[region] = self._connect(region)
            return self._made[region]

    def _connect(self, region: str) -> Connection:
        settings = self.account
        files = [settings.credentials_file] if settings.credentials_file else None
        own = bool(settings.profile or files)
        auth: dict[str, str] = {"auth_url": settings.endpoint} if settings.endpoint else {}
        if settings.local and not own:  # an emulator takes anyone; real credentials stay away
            auth = {**auth, **EMULATOR, **DOMAINS}
        config = OpenStackConfig(config_files=files, load_envvars=not own and not settings.local)
        try:
            told: dict[str, Any] = {"auth": auth} if auth else {}
            found = config.get_one(
                cloud=settings.profile or None,
                region_name=region,
                api_timeout=TIMEOUT,
                app_name="grunnmur",
                **told,
            )
            made = Connection(config=found)
        except (exceptions.ConfigException, OSError) as error:
            raise NotAuthorised(f"account {settings.alias}: {error}") from None
        if settings.local:
            made.session.session.trust_env = False  # nobody in between on this very machine
        return made


def one(answer: object, name: str) -> Told:
    """The object under `name`. Raises Unavailable for an answer of another shape."""
    found = answer.get(name) if isinstance(answer, Mapping) else None
    if not isinstance(found, Mapping) or not isinstance(found.get("id"), str):
        raise Unavailable(f"the cloud's answer has no {name} in it")
    return found


def several(answer: object, name: str) -> list[Told]:
    """The objects under `name`. Raises Unavailable for an answer of another shape."""
    found = answer.get(name) if isinstance(answer, Mapping) else None
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise Unavailable(f"the cloud's answer has no list of {name}")
    return found


def _goes_on(answer: Told, name: str) -> bool:
    """Whether a listing says that it goes on: a cloud may give fewer at once than were asked for.

    Nova and Neutron have links for it, Glance one word.
    """
    links = answer.get(f"{name}_links")
    rels = [one.get("rel") for one in links if isinstance(one, Mapping)] if links else []
    return "next" in rels or bool(answer.get("next"))


def text(told: Told, name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""


def table(told: Told, name: str) -> Told:
    value = told.get(name)
    return value if isinstance(value, Mapping) else {}


def _json(answer: Any) -> Any:  # noqa: ANN401 - the SDK's response
    if not answer.content:
        return None
    try:
        return answer.json()
    except ValueError:
        raise Unavailable("the cloud's answer is no JSON") from None
