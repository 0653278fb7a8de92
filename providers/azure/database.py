"""A database: a PostgreSQL flexible server, reached through a private endpoint.

People sign in by Microsoft Entra, and nobody by password before somebody asks for one: then the
server gets a login of ours. Encrypted, TLS, no public access.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial

from providers import passwords
from providers.azure import endpoint, postgres, strangers, subnets, told
from providers.azure.adopting import Adopting, Standing
from providers.azure.blueprint import Blueprint, Found, Part, State, there
from providers.azure.clients import Clients
from providers.azure.endpoint import Door
from providers.azure.errors import translate
from providers.azure.home import Home
from providers.azure.listing import by_group
from providers.azure.told import Told
from providers.errors import Conflict, Unavailable
from providers.types import Access, Change, Ref, Spec

KIND = "database"
SERVER, ADMINISTRATOR, CONTENT, DOOR = "server", "administrator", "database", "private endpoint"
TYPE = "Microsoft.DBforPostgreSQL/flexibleServers"
SERVERS, DATABASES = "postgresql.servers", "postgresql.databases"
ADMINISTRATORS = "postgresql.administrators_microsoft_entra"
SIZED = frozenset({"size", "version", "disk_gb", "high_availability"})


def database(clients: Clients) -> Server:
    """The verbs for kind database."""
    kind = Database(clients)
    plan = Blueprint(
        kind=KIND,
        main=SERVER,
        door=DOOR,
        check=lambda spec: asdict(kind.wanted(spec)),
        parts=kind.parts,
        changes=kind.changes,
        change=kind.change,
        outputs=outputs,
        listed=kind.listed,
        known=lambda _where: frozenset({kind.door.interface}),
    )
    standing = Standing(
        type=TYPE,
        listed=lambda: clients.list(SERVERS, "list_by_subscription"),
        described=lambda found: strangers.server(clients, found),
        fields=SIZED,
        remove=partial(clients.begin, SERVERS, verb="delete"),
    )
    return Server(clients, plan, standing)


@dataclass(frozen=True, slots=True)
class Server(Adopting):
    """The verbs, and a login for who asks for one."""

    def unlock(self, ref: Ref) -> Access | None:
        if (others := self.theirs(ref)) is not None:
            raise Conflict(
                f"{others.main} was adopted: its logins are for whoever made them to give"
            )
        where = self.owned(ref)
        names = (where.name, where.name) if where else ()
        found = self.clients.get(SERVERS, *names) if where else None
        if where is None or found is None:
            return None
        if postgres.login_of(found) not in {"", postgres.USER}:
            raise Conflict(
                f"{where.name} was given the login {postgres.login_of(found)} by somebody else, "
                "and can have no other; sign in with Microsoft Entra"
            )
        if postgres.state(found) is not State.DONE:
            raise Unavailable(f"{where.name} is being changed just now")
        password, tenant = passwords.new(), self.clients.account.tenant
        if postgres.login_of(found):
            body, verb = postgres.login(password, tenant), "update"
        else:
            body, verb = postgres.first_login(found, password, tenant), "create_or_update"
        id_ = where.within(TYPE, where.name)
        with passwords.unsaid(password, translate):
            self.clients.begin(SERVERS, id_, *names, body, verb=verb)
        return Access(values={"user": postgres.USER, "password": password}, pending=id_)

    def opened(self, ref: Ref, access: Access) -> bool:
        if self.clients.goes_on(access.pending):
            return False
        failure = self.clients.failure(access.pending)
        if failure is None:
            return True
        with passwords.unsaid(access.values["password"], translate):
            raise (failure.meaning or Unavailable)(f"the login of {ref.id}: {failure}")


@dataclass(frozen=True, slots=True)
class Database:
    clients: Clients

    @property
    def door(self) -> Door:
        return Door(
            self.clients,
            DOOR,
            "postgresqlServer",
            lambda where: where.within(TYPE, where.main),
            lambda spec: self.wanted(spec).subnet,
        )

    def wanted(self, spec: Spec) -> postgres.Wanted:
        return postgres.wanted(spec, self.clients.account)

    def parts(self, where: Home) -> Sequence[Part]:
        id_, names = where.within(TYPE, where.main), (where.name, where.main)
        return (
            Part(
                title=SERVER,
                id=id_,
                look=partial(self.clients.get, SERVERS, *names),
                state=postgres.state,
                start=partial(self._start, where),
            ),
            Part(
                title=ADMINISTRATOR,
                id=f"{id_}/administrators",
                look=partial(self._administrator, where),
                state=there,
                start=partial(self._start_administrator, where),
            ),
            Part(
                title=CONTENT,
                id=f"{id_}/databases/{postgres.NAME}",
                look=partial(self.clients.get, DATABASES, *names, postgres.NAME),
                state=there,
                start=partial(self._start_content, where),
            ),
            self.door.part(where),
        )

    def changes(self, found: Found, spec: Spec) -> list[Change]:
        want = self.wanted(spec)
        return [
            *(postgres.changes(found[SERVER], want) if SERVER in found else ()),
            *(subnets.moved(endpoint.subnet(found[DOOR]), want.subnet) if DOOR in found else ()),
        ]

    def change(self, where: Home, found: Found, spec: Spec) -> bool:
        want = self.wanted(spec)
        differs = postgres.changes(found[SERVER], want)
        wrong = {one.field for one in differs if one.field in SIZED or not where.called}
        if not wrong:
            return False
        body = postgres.patch(wrong, want)
        id_, names = where.within(TYPE, where.main), (where.name, where.main)
        self.clients.begin(SERVERS, id_, *names, body, verb="update")
        return True

    def listed(self) -> Mapping[str, Mapping[str, Told]]:
        return {
            SERVER: by_group(self.clients, SERVERS, "list_by_subscription"),
            DOOR: self.door.listed(),
        }

    def _administrator(self, where: Home) -> Told | None:
        """Any administrator; who it is may have been changed since by those who may."""
        found = self.clients.list(ADMINISTRATORS, "list_by_server", where.name, where.name)
        return next(iter(found), None)

    def _start(self, where: Home, spec: Spec) -> None:
        body = postgres.body(spec, self.wanted(spec), self.clients.account.tenant)
        id_, names = where.within(TYPE, where.name), (where.name, where.name)
        self.clients.begin(SERVERS, id_, *names, body, verb="create_or_update")

    def _start_administrator(self, where: Home, spec: Spec) -> None:
        want = self.wanted(spec)
        body = postgres.administrator(want, self.clients.account.tenant)
        id_ = f"{where.within(TYPE, where.name)}/administrators"
        names = (where.name, where.name, want.administrator)
        self.clients.begin(ADMINISTRATORS, id_, *names, body, verb="create_or_update")

    def _start_content(self, where: Home, _spec: Spec) -> None:
        id_ = f"{where.within(TYPE, where.name)}/databases/{postgres.NAME}"
        names = (where.name, where.name, postgres.NAME)
        self.clients.begin(DATABASES, id_, *names, {"properties": {}}, verb="create")


def outputs(where: Home, found: Found) -> Mapping[str, str]:
    server = found[SERVER]
    shown = {
        "host": told.text(server, "properties", "fullyQualifiedDomainName"),
        "private_ip": endpoint.address(found.get(DOOR, {})),
        "port": postgres.PORT,
        "database": "" if where.called else postgres.NAME,
        "version": told.text(server, "properties", "version"),
        "resource_group": where.name,
        "region": told.text(server, "location"),
    }
    return {name: value for name, value in shown.items() if value}
