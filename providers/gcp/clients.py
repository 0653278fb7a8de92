"""Clients of one account: made once, shared by threads, never retrying by themselves.

The SDKs take seconds to import and a hundred megabytes, so each is imported when its first
client is asked for. Nothing here touches the network before a call does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from threading import Lock
from typing import Any

from google.api_core.client_options import ClientOptions

from providers.accounts import Account
from providers.errors import InvalidSpec, NotAuthorised, Unavailable
from providers.gcp.credentials import sign_in
from providers.gcp.transport import Transport
from providers.types import Spec

TIMEOUT = 20.0  # seconds for one call
# what Google says of a place that a listing leaves out
UNREACHABLE, REGION_UNREACHABLE = "UNREACHABLE", "REGION_UNREACHABLE"


class Clients:
    """Makes clients on demand, and makes their calls."""

    def __init__(self, account: Account, regions: Sequence[str]) -> None:
        self.regions = tuple(regions)
        self._account = account
        self._lock = Lock()
        self._made: dict[str, Any] = {}
        self._signed_in: tuple[Any, str] | None = None

    @property
    def project(self) -> str:
        """The project to build in. Raises NotAuthorised when nothing names one."""
        with self._lock:
            project = self._account.project or self._credentials()[1]
        if not project:
            raise NotAuthorised(
                f"account {self._account.alias}: no project; set GRUNNMUR_ACCOUNT_"
                f"{self._account.alias.upper().replace('-', '_')}_GCP_PROJECT"
            )
        return project

    def check_region(self, spec: Spec) -> None:
        """Raises InvalidSpec: inventory must find whatever apply makes."""
        if spec.region not in self.regions:
            known = ", ".join(self.regions)
            raise InvalidSpec(f"region {spec.region!r} is not one of this account's: {known}")

    def compute(self, client: str, verb: str, **request: Any) -> Any:  # noqa: ANN401 - SDK messages
        """One call of Compute Engine: `compute("Instances", "get", zone=..., instance=...)`."""
        ask = getattr(self._compute(client), verb)
        wanted = {"project": self.project, **request}
        return ask(request=wanted, retry=None, timeout=TIMEOUT)

    def everywhere(self, client: str, region: str = "", **request: Any) -> Iterator[Any]:  # noqa: ANN401 - SDK messages
        """The scopes of a listing of all zones and regions: `everywhere("Instances", filter=...)`.

        Raises Unavailable where Google cannot look just now, in `region` or any of the account's:
        such a scope is told to be empty.
        """
        ours = (region,) if region else self.regions
        for place, scope in self.compute(client, "aggregated_list", **request):
            where = str(place).rpartition("/")[2]
            if str(scope.warning.code) == UNREACHABLE and where.startswith(ours):
                raise Unavailable(f"Google cannot look into {where} just now")
            yield scope

    def storage(self) -> Any:  # noqa: ANN401 - the SDK is imported late
        """The client of Cloud Storage; pass `retry=None` and `timeout=TIMEOUT` to what it does."""
        project = self.project
        return self._once("storage", lambda: self._make_storage(project))

    def sql(self, collection: str, verb: str, **request: object) -> dict[str, Any]:
        """One call of Cloud SQL: `sql("instances", "get", instance=...)`."""
        made = self._once("sql", self._make_sql)
        ask = getattr(getattr(made, collection)(), verb)
        told = ask(project=self.project, **request).execute(num_retries=0)
        if not isinstance(told, dict):
            raise Unavailable(f"Google's answer about {collection} has another shape")
        return told

    def sql_pages(self, **request: object) -> Iterator[dict[str, Any]]:
        """Every instance of Cloud SQL that a listing gives."""
        token: str | None = None
        while True:
            more = {"pageToken": token} if token else {}
            page = self.sql("instances", "list", **request, **more)
            self._check_whole(page.get("warnings"))
            found = page.get("items") or []  # Google leaves an empty list out
            if not isinstance(found, list):
                raise Unavailable("Google's listing of instances has another shape")
            yield from (one for one in found if isinstance(one, dict))
            token = page.get("nextPageToken")
            if not token:
                return

    def _check_whole(self, warnings: object) -> None:
        """Raises Unavailable where a listing says that it leaves out a region of ours."""
        for one in warnings if isinstance(warnings, list) else []:
            told = one if isinstance(one, dict) else {}
            where = str(told.get("region") or self.regions[0])
            if told.get("code") == REGION_UNREACHABLE and where in self.regions:
                raise Unavailable(f"Google cannot look into {where} just now")

    def forget(self) -> None:
        """Sign in anew at the next call: somebody may mend what was refused."""
        with self._lock:
            self._made.clear()
            self._signed_in = None

    def _once(self, name: str, make: Any) -> Any:  # noqa: ANN401 - SDK clients
        with self._lock:
            if name not in self._made:
                self._made[name] = make()
            return self._made[name]

    def _compute(self, name: str) -> Any:  # noqa: ANN401 - the SDK is imported late
        def make() -> Any:  # noqa: ANN401 - likewise
            sdk = import_module("google.cloud.compute_v1")
            made = getattr(sdk, f"{name}Client")(
                credentials=self._credentials()[0], client_options=self._options()
            )
            self._keep_local(made.transport._session)  # noqa: SLF001 - there is no other way to it
            return made

        return self._once(name, make)

    def _make_storage(self, project: str) -> Any:  # noqa: ANN401 - the SDK is imported late
        sdk = import_module("google.cloud.storage")
        credentials = self._credentials()[0]
        made = sdk.Client(
            project=project,
            credentials=credentials,
            client_options=self._options(),
            _http=self._session(credentials),
        )
        # it would read each new bucket from a thread of its own, for traces that nobody keeps
        made._bucket_metadata_cache = None  # noqa: SLF001 - there is no setting for it
        return made

    def _make_sql(self) -> Any:  # noqa: ANN401 - the SDK is imported late
        discovery = import_module("googleapiclient.discovery")
        return discovery.build(
            "sqladmin",
            "v1",
            http=Transport(self._session(self._credentials()[0]), TIMEOUT),
            client_options=self._options(),
            static_discovery=True,
            num_retries=0,
        )

    def _session(self, credentials: Any) -> Any:  # noqa: ANN401 - Google's classes have no types
        session = import_module("google.auth.transport.requests").AuthorizedSession(credentials)
        self._keep_local(session)
        return session

    def _keep_local(self, session: Any) -> None:  # noqa: ANN401 - a requests session
        if self._account.local:
            session.trust_env = False  # no proxy in between on this very machine

    def _options(self) -> ClientOptions:
        return ClientOptions(api_endpoint=self._account.endpoint or None)

    def _credentials(self) -> tuple[Any, str]:
        """Credentials and the project they name. Called under the lock."""
        if self._signed_in is None:
            self._signed_in = sign_in(self._account)
        return self._signed_in
