"""Object storage: a storage account with one container, reached through a private endpoint.

No public access, no shared keys before somebody asks for one, TLS 1.2 and https only, encrypted
twice, whatever is asked; what somebody has loosened since is drift, and `apply` closes it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import BinaryIO

from providers.azure import account_keys, bucket, endpoint, home, strangers, subnets, told
from providers.azure.adopting import Adopting, Standing
from providers.azure.blueprint import Blueprint, Found, Part, difference, there
from providers.azure.clients import Clients
from providers.azure.endpoint import Door
from providers.azure.home import Home
from providers.azure.listing import by_group
from providers.azure.objects import Blobs
from providers.azure.told import Told
from providers.errors import Conflict, InvalidSpec
from providers.objects import Content, Stored
from providers.types import Access, Change, Ref, Spec

KIND = "object-storage"
ACCOUNT, SERVICE, POLICY, CONTAINER, DOOR = (
    "storage account",
    "blob service",
    "life cycle",
    "container",
    "private endpoint",
)
TYPE = "Microsoft.Storage/storageAccounts"
ACCOUNTS, SERVICES = "storage.storage_accounts", "storage.blob_services"
TIERED = frozenset({"storage_class", "redundancy"})
POLICIES, CONTAINERS = "storage.management_policies", "storage.blob_containers"


@dataclass(frozen=True, slots=True)
class Holding(Adopting):
    """The verbs for kind object-storage, and those for the objects in it."""

    blobs: Blobs

    def unlock(self, ref: Ref) -> Access | None:
        if (others := self.theirs(ref)) is not None:
            raise Conflict(f"{others.main} was adopted: its keys are for whoever made it to give")
        where = self.owned(ref)
        return account_keys.renew(self.clients, where.name, account_name(where)) if where else None

    def objects(self, ref: Ref) -> Iterator[Stored]:
        yield from self.blobs.listed(self._account(ref))

    def read_object(self, ref: Ref, name: str, into: BinaryIO) -> str | None:
        return self.blobs.read(self._account(ref), name, into)

    def write_object(self, ref: Ref, content: Content) -> None:
        self.blobs.write(self._account(ref), content)

    def remove_object(self, ref: Ref, name: str) -> None:
        self.blobs.remove(self._account(ref), name)

    def empty(self, ref: Ref) -> bool:  # noqa: ARG002 - an account goes with all that is in it
        return True

    def _account(self, ref: Ref) -> str:
        where = home.of_id(self.clients, ref.id)
        if where is None:
            raise InvalidSpec(f"{ref.id} is no storage account of ours")
        return account_name(where)


def object_storage(clients: Clients) -> Holding:
    """The verbs for kind object-storage."""
    kind = ObjectStorage(clients)
    plan = Blueprint(
        kind=KIND,
        main=ACCOUNT,
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
        listed=lambda: clients.list(ACCOUNTS, "list"),
        described=strangers.storage,
        fields=TIERED,
        remove=lambda _id, *names: clients.remove(ACCOUNTS, *names),
    )
    return Holding(clients, plan, standing, Blobs(clients))


@dataclass(frozen=True, slots=True)
class ObjectStorage:
    clients: Clients

    @property
    def door(self) -> Door:
        return Door(
            self.clients,
            DOOR,
            "blob",
            lambda where: where.within(TYPE, account_name(where)),
            lambda spec: self.wanted(spec).subnet,
        )

    def wanted(self, spec: Spec) -> bucket.Wanted:
        return bucket.wanted(spec, self.clients.account)

    def parts(self, where: Home) -> Sequence[Part]:
        account = account_name(where)
        id_, names = where.within(TYPE, account), (where.name, account)
        look = self.clients.get
        return (
            Part(
                title=ACCOUNT,
                id=id_,
                look=partial(look, ACCOUNTS, *names, verb="get_properties"),
                start=partial(self._start, where),
            ),
            Part(
                title=SERVICE,
                id=f"{id_}/blobServices/default",
                look=partial(self._service, *names),
                state=there,
                start=partial(self._set_service, where),
                at_once=True,
            ),
            Part(
                title=POLICY,
                id=f"{id_}/managementPolicies/default",
                look=partial(look, POLICIES, *names, "default"),
                state=there,
                start=partial(self._set_policy, where),
                at_once=True,
                needed=lambda spec: bool(self.wanted(spec).expire_days),
            ),
            Part(
                title=CONTAINER,
                id=f"{id_}/blobServices/default/containers/{bucket.CONTAINER}",
                look=partial(look, CONTAINERS, *names, bucket.CONTAINER),
                state=there,
                start=partial(self._make_container, where),
                at_once=True,
            ),
            self.door.part(where),
        )

    def changes(self, found: Found, spec: Spec) -> list[Change]:
        want = self.wanted(spec)
        return [
            *(bucket.account_changes(found[ACCOUNT], want) if ACCOUNT in found else ()),
            *(bucket.service_changes(found[SERVICE], want) if SERVICE in found else ()),
            *(self._policy_changes(found, want) if CONTAINER in found else ()),
            *(subnets.moved(endpoint.subnet(found[DOOR]), want.subnet) if DOOR in found else ()),
        ]

    def change(self, where: Home, found: Found, spec: Spec) -> bool:
        """All that differs at once: none of it takes Azure time."""
        want = self.wanted(spec)
        names = (where.name, account_name(where))
        account = bucket.account_changes(found[ACCOUNT], want)
        if where.called:  # how others reach what they made is not ours to change
            account = [one for one in account if one.field in TIERED]
        service = bucket.service_changes(found[SERVICE], want) if SERVICE in found else []
        policy = self._policy_changes(found, want) if CONTAINER in found else []
        if account:
            put = bucket.settings(want, found[ACCOUNT])
            body = {"properties": bucket.tier(want) if where.called else put}
            self.clients.put(ACCOUNTS, *names, body, verb="update")
        if service:
            self._set_service(where, spec)
        if policy and want.expire_days:
            self._set_policy(where, spec)
        elif policy:
            self.clients.remove(POLICIES, *names, "default")
        return bool(account or service or policy)

    def listed(self) -> Mapping[str, Mapping[str, Told]]:
        return {
            ACCOUNT: by_group(self.clients, ACCOUNTS, "list", account_name),
            DOOR: self.door.listed(),
        }

    def _policy_changes(self, found: Found, want: bucket.Wanted) -> list[Change]:
        return difference("expire_days", bucket.expiry(found.get(POLICY, {})), want.expire_days)

    def _service(self, group: str, account: str) -> Told | None:
        """The blob service is there as soon as its account is; done when we have set it."""
        found = self.clients.get(SERVICES, group, account, verb="get_service_properties")
        return found if found and bucket.is_set(found) else None

    def _start(self, where: Home, spec: Spec) -> None:
        account = account_name(where)
        body = bucket.body(spec, self.wanted(spec))
        id_ = where.within(TYPE, account)
        self.clients.begin(ACCOUNTS, id_, where.name, account, body, verb="create")

    def _set_service(self, where: Home, spec: Spec) -> None:
        body = {"properties": bucket.service(self.wanted(spec))}
        names = (where.name, account_name(where))
        self.clients.put(SERVICES, *names, body, verb="set_service_properties")

    def _set_policy(self, where: Home, spec: Spec) -> None:
        body = bucket.policy(self.wanted(spec))
        self.clients.put(POLICIES, where.name, account_name(where), "default", body)

    def _make_container(self, where: Home, _spec: Spec) -> None:
        names = (where.name, account_name(where), bucket.CONTAINER)
        self.clients.put(
            CONTAINERS, *names, {"properties": {"publicAccess": "None"}}, verb="create"
        )


def account_name(where: Home) -> str:
    """All the world shares the names of storage accounts, and they are short."""
    return where.short("gm", 24)


def outputs(where: Home, found: Found) -> Mapping[str, str]:
    account = found[ACCOUNT]
    url = told.text(account, "properties", "primaryEndpoints", "blob")
    container = "" if where.called else bucket.CONTAINER
    shown = {
        "account": account_name(where),
        "container": container,
        "url": f"{url.rstrip('/')}/{container}" if url else "",
        "private_ip": endpoint.address(found.get(DOOR, {})),
        "resource_group": where.name,
        "region": told.text(account, "location"),
    }
    return {name: value for name, value in shown.items() if value}
