"""The empty databases of every service, made by its own migrations.

usage: schemas.py FOLDER SERVICE
"""

from __future__ import annotations

import sys
import uuid
from pathlib import Path

from always_bind import register
from config_files import ENDPOINTS, PASSWORD, REGION, SERVICES, Plane

PEOPLE = {"admin": ("admin", "admin"), "municipality": ("municipality", "member")}


def keystone(plane: Plane) -> None:
    import keystone.conf
    from keystone.common import cache, fernet_utils, sql
    from keystone.common.sql import upgrades

    keystone.conf.configure()
    sql.initialize()
    conf = keystone.conf.CONF
    conf([], project="keystone", default_config_files=[str(plane.file("keystone"))])
    upgrades.offline_sync_database_to_version()
    for folder, keys in (("fernet", 3), ("credential", 3)):
        utils = fernet_utils.FernetUtils(str(plane.folder / folder), keys, folder)
        utils.create_key_directory()
        utils.initialize_key_repository()
    cache.configure_cache()
    _bootstrap(plane)
    _enrol(plane)


def _bootstrap(plane: Plane) -> None:
    from keystone.cmd.bootstrap import Bootstrapper
    from keystone.server import backends  # noqa: F401 - what a bootstrap writes to

    boot = Bootstrapper()
    boot.admin_username, boot.admin_password = "admin", PASSWORD
    boot.project_name, boot.admin_role_name = "admin", "admin"
    boot.service_name, boot.service_id, boot.immutable_roles = "keystone", None, True
    boot.public_url = boot.admin_url = f"{plane.door}/identity/v3"
    boot.internal_url = f"{plane.url('keystone')}/v3"  # what the services themselves take
    boot.region_id = REGION
    boot.bootstrap()


def _enrol(plane: Plane) -> None:
    """The services with their endpoints, and somebody who orders without being administrator."""
    from keystone.common import provider_api

    has = provider_api.ProviderAPIs
    roles = {role["name"]: role["id"] for role in has.role_api.list_roles()}
    service = _project("service")
    for name, (kind, path) in ENDPOINTS.items():
        _user(name, service, [roles["admin"], roles["service"]])
        told = {"id": uuid.uuid4().hex, "type": kind, "name": name, "enabled": True}
        has.catalog_api.create_service(told["id"], told)
        endpoint = {
            "id": uuid.uuid4().hex,
            "interface": "public",
            "url": plane.door + path,
            "region_id": REGION,
            "service_id": told["id"],
            "enabled": True,
            "legacy_endpoint_id": None,
        }
        has.catalog_api.create_endpoint(endpoint["id"], endpoint)
    _user("municipality", _project("municipality"), [roles["member"], roles["reader"]])


def _project(name: str) -> str:
    from keystone.common import provider_api

    told = {"id": uuid.uuid4().hex, "name": name, "domain_id": "default", "parent_id": "default"}
    told |= {"enabled": True, "description": "", "is_domain": False, "tags": [], "options": {}}
    provider_api.ProviderAPIs.resource_api.create_project(told["id"], told)
    return str(told["id"])


def _user(name: str, project: str, roles: list[str]) -> None:
    from keystone.common import provider_api

    has = provider_api.ProviderAPIs
    told = {"name": name, "password": PASSWORD, "domain_id": "default", "enabled": True}
    user = has.identity_api.create_user(told | {"options": {}})
    for role in roles:
        has.assignment_api.add_role_to_user_and_project(user["id"], project, role)


def glance(plane: Plane) -> None:
    from glance.cmd.manage import main

    sys.argv = ["glance-manage", "--config-file", str(plane.file("glance")), "db", "sync"]
    _check(main())


def placement(plane: Plane) -> None:
    """Nothing: it makes its own at its first start."""


def neutron(plane: Plane) -> None:
    """The models as they are today: a hundred migrations of MySQL's come to the same."""
    import sqlalchemy
    from neutron.common import config  # noqa: F401 - registers what the models read
    from neutron.db.migration.cli import main
    from neutron.db.migration.models import head

    engine = sqlalchemy.create_engine(plane.database("neutron"))
    head.get_metadata().create_all(engine)
    engine.dispose()
    file = str(plane.file("neutron"))
    sys.argv = ["neutron-db-manage", "--config-file", file, "stamp", "heads"]
    _check(main())


def nova(plane: Plane) -> None:
    from nova import config, context, objects
    from nova.cmd.manage import CellV2Commands
    from nova.db import migration

    config.parse_args(["nova-manage", "--config-file", str(plane.file("nova"))])
    objects.register_all()
    migration.db_sync(database="api")
    cells = CellV2Commands()
    cells.map_cell0(plane.database("nova_cell0"))
    admin = context.get_admin_context()
    cell0 = objects.CellMapping.get_by_uuid(admin, objects.CellMapping.CELL0_UUID)
    with context.target_cell(context.RequestContext(), cell0) as within:
        migration.db_sync(None, context=within)
    migration.db_sync(None)
    cells.create_cell(
        name="cell1", transport_url="fake://", database_connection=plane.database("nova")
    )


def _check(code: object) -> None:
    if code:
        raise SystemExit(f"ended with {code}")


if __name__ == "__main__":
    folder, service = Path(sys.argv[1]), sys.argv[2]
    plane = Plane.kept(folder)
    sys.path.append(str(register(folder)))
    sys.argv = [service]
    {one.__name__: one for one in (keystone, glance, placement, neutron, nova)}[service](plane)
    assert service in SERVICES
