"""Clients of one account: made once, shared by threads, never retrying by themselves.

Each package takes a second to import, so each is imported when it is first asked for. Answers
are taken as plain JSON, before the SDK's models could stumble over what Azure does not describe.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import suppress
from http import HTTPStatus
from importlib import import_module
from threading import Lock
from typing import Any, TypeVar

from azure.core import exceptions as azure
from azure.core.pipeline import policies
from azure.core.pipeline.transport import RequestsTransport
from azure.core.rest import HttpRequest

from providers.accounts import Account
from providers.azure import errors
from providers.azure.credentials import CLOUD, sign_in
from providers.azure.door import Door, Unreadable
from providers.azure.errors import Failure
from providers.azure.told import Told, part, text
from providers.errors import InvalidSpec, NotAuthorised
from providers.types import Spec

T = TypeVar("T")

CONNECT, ANSWER = 5.0, 20.0  # seconds
REMEMBERED = 10_000
TRANSIENT = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS})
END = object()
ENDED_BADLY = frozenset({"failed", "canceled"})
ENDED = ENDED_BADLY | {"succeeded"}
PACKAGES = {
    "resources": ("azure.mgmt.resource.resources", "ResourceManagementClient"),
    "compute": ("azure.mgmt.compute", "ComputeManagementClient"),
    "network": ("azure.mgmt.network", "NetworkManagementClient"),
    "storage": ("azure.mgmt.storage", "StorageManagementClient"),
    "postgresql": ("azure.mgmt.postgresqlflexibleservers", "PostgreSQLManagementClient"),
    "desktops": ("azure.mgmt.desktopvirtualization", "DesktopVirtualizationMgmtClient"),
}


class Clients:
    """Makes clients on demand, and makes their calls."""

    def __init__(self, account: Account, regions: tuple[str, ...]) -> None:
        self.account = account
        self.regions = regions
        self._lock = Lock()
        self._made: dict[str, Any] = {}
        self._operations: OrderedDict[str, str] = OrderedDict()
        self._told: set[str] = set()
        self._door = Door(account.endpoint or CLOUD)

    @property
    def subscription(self) -> str:
        """The subscription to build in. Raises NotAuthorised when nothing names one."""
        if not self.account.subscription:
            alias = self.account.alias.upper().replace("-", "_")
            raise NotAuthorised(
                f"account {self.account.alias}: no subscription; set "
                f"GRUNNMUR_ACCOUNT_{alias}_AZURE_SUBSCRIPTION"
            )
        return self.account.subscription

    def check_region(self, spec: Spec) -> None:
        """Raises InvalidSpec: an account builds where its settings say, and nowhere else."""
        if spec.region not in self.regions:
            known = ", ".join(self.regions)
            raise InvalidSpec(f"region {spec.region!r} is not one of this account's: {known}")

    def get(
        self, operations: str, *names: str, verb: str = "get", **options: object
    ) -> Told | None:
        """One resource, as `get("compute.disks", group, name)`; None when it is not there."""
        try:
            self._ask(operations, verb, *names, **options)
        except azure.ResourceNotFoundError:
            return None
        return self._door.body(operations)

    def put(self, operations: str, *arguments: object, verb: str = "create_or_update") -> int:
        """Make or change what Azure makes at once; gives the HTTP status."""
        self._ask(operations, verb, *arguments)
        return self._door.status

    def remove(self, operations: str, *names: str) -> None:
        """Remove what Azure removes at once; what is not there is fine."""
        with suppress(azure.ResourceNotFoundError):
            self._ask(operations, "delete", *names)

    def begin(self, operations: str, id_: str, *arguments: object, verb: str) -> None:
        """Begin what takes its time on the resource `id_`; `failure` then tells how it ended."""
        self._ask(operations, f"begin_{verb}", *arguments, polling=False)  # flows wait
        url = self._door.header("Azure-AsyncOperation") or self._door.header("Location")
        with self._lock:
            self._operations.pop(id_.lower(), None)
            if self.trusts(url):
                self._operations[id_.lower()] = url
            if len(self._operations) > REMEMBERED:
                self._operations.popitem(last=False)

    def list(self, operations: str, verb: str, *names: str, **options: object) -> Iterator[Told]:
        """Everything that a listing gives, page after page."""
        listing = self._verb(operations, verb)
        pages = listing(*names, **options).by_page()  # asks nobody yet
        while True:
            page = self._hear(lambda: next(pages, END))
            if page is END:
                return
            found, more = self._door.page(operations)
            if page is None and more:  # where it goes on is for the SDK to read
                raise Unreadable(operations)
            yield from found
            if page is None:
                return

    def failure(self, id_: str) -> Failure | None:
        """Why the last work on the resource `id_` failed; None when it did not, or nobody knows.

        Only this process knows where to ask: Azure tells nobody else why something failed.
        """
        told = self._told_of(id_)
        if told is None or text(told, "status").lower() not in ENDED_BADLY:
            return None
        error = part(told, "error")
        return Failure(text(error, "code") or "Failed", text(error, "message"))

    def goes_on(self, id_: str) -> bool:
        """Whether the last work on the resource `id_`, begun by this process, is under way."""
        told = self._told_of(id_)
        return told is not None and text(told, "status").lower() not in ENDED

    def _told_of(self, id_: str) -> Told | None:
        """What Azure tells of the last work on a resource; None when nobody knows."""
        with self._lock:
            url = self._operations.get(id_.lower(), "")
        if not url:
            return None
        answer = self._client("resources").send_request(HttpRequest("GET", url))
        if answer.status_code == HTTPStatus.NOT_FOUND:  # Azure has forgotten it too
            return None
        if (
            answer.status_code in TRANSIENT
            or answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
        ):
            raise azure.HttpResponseError(response=answer)
        body: Told = answer.json() if answer.content else {}
        if answer.status_code >= HTTPStatus.BAD_REQUEST:
            return {**body, "status": "Failed"}
        return body

    def tell_once(self, id_: str) -> bool:
        """Whether the failure of the resource `id_` has still to be told; the next try is anew."""
        with self._lock:
            self._operations.pop(id_.lower(), None)
            told = id_.lower() in self._told
            (self._told.discard if told else self._told.add)(id_.lower())
        return not told

    def trusts(self, url: str) -> bool:
        """Whether our token may be sent there."""
        return self._door.leads(url)

    def sign_in_anew(self) -> None:
        """Forget the clients and their tokens: somebody may have mended what was refused."""
        with self._lock:
            self._made.clear()

    def _ask(self, operations: str, verb: str, *arguments: object, **options: object) -> None:
        """One call; the door holds what was answered."""
        ask = self._verb(operations, verb)
        self._hear(lambda: ask(*arguments, **options))

    def _hear(self, ask: Callable[[], T]) -> T | None:
        """As the door does. A subscription that we may not see is not found, and not empty."""
        try:
            return self._door.hear(ask)
        except azure.ResourceNotFoundError as error:
            if errors.code(error) == errors.NO_SUBSCRIPTION:
                raise azure.HttpResponseError(response=error.response) from None
            raise

    def _verb(self, operations: str, verb: str) -> Any:  # noqa: ANN401 - the SDK's own
        package, _, group = operations.partition(".")
        return getattr(getattr(self._client(package), group), verb)

    def _client(self, package: str) -> Any:  # noqa: ANN401 - the SDK's own
        subscription = self.subscription
        return self.kept(package, lambda: self._make(package, subscription))

    def kept(self, name: str, make: Callable[[], T]) -> T:
        """What `make` gives, made once and kept until we sign in anew."""
        with self._lock:
            if name not in self._made:
                self._made[name] = make()
            made: T = self._made[name]
            return made

    def _make(self, package: str, subscription: str) -> Any:  # noqa: ANN401 - the SDK's own
        module, name = PACKAGES[package]
        credential, signed = sign_in(self.account)
        pipeline = [
            policies.RequestIdPolicy(),
            policies.UserAgentPolicy(base_user_agent="grunnmur"),
            policies.ContentDecodePolicy(),
            self._door,
            signed,  # no retry, no redirect, no log: flows decide, and bodies are not for logs
        ]
        return getattr(import_module(module), name)(
            credential,
            subscription,
            base_url=self.account.endpoint or CLOUD,
            policies=pipeline,
            authentication_policy=signed,
            transport=RequestsTransport(
                connection_timeout=CONNECT,
                read_timeout=ANSWER,
                use_env_settings=not self.account.local,  # no proxy in between on this machine
            ),
        )
