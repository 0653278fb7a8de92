"""Where everything of one control plane lies, and what each service is told in its file.

Runs in the environment of its own (.venv-openstack), as all of this folder does. Services talk to
each other directly; what the catalogue tells customers is `door`, where tests may put faults.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping
from configparser import RawConfigParser
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

REGION = "oslo-1"
HOST = "dc1"
SERVICES = ("keystone", "placement", "glance", "neutron", "nova")
# service -> type and path of its endpoint behind the door
ENDPOINTS = {
    "placement": ("placement", "/placement"),
    "glance": ("image", "/image"),
    "neutron": ("network", "/network"),
    "nova": ("compute", "/compute/v2.1"),
}
PREFIXES = {"keystone": "/identity", "placement": "/placement", "glance": "/image"} | {
    "neutron": "/network",
    "nova": "/compute",
}
DATABASES = ("keystone", "placement", "glance", "neutron", "nova", "nova_api", "nova_cell0")
FOLDERS = ("fernet", "credential", "images", "staging", "tasks", "lock", "nova", "neutron")
PASSWORD = "on-loopback-only"  # noqa: S105 - nobody else is let in, and nothing is kept

Section = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Plane:
    """One control plane: its folder, a port for each service, and the address of the door."""

    folder: Path
    ports: Mapping[str, int]
    door: str

    @classmethod
    def kept(cls, folder: Path) -> Plane:
        told = json.loads((folder / "plane.json").read_text())
        return cls(Path(told["folder"]), told["ports"], told["door"])

    def keep(self) -> None:
        told = asdict(self) | {"folder": str(self.folder)}
        (self.folder / "plane.json").write_text(json.dumps(told))

    def url(self, service: str) -> str:
        """Where a service itself listens."""
        return f"http://127.0.0.1:{self.ports[service]}{PREFIXES[service]}"

    def database(self, name: str) -> str:
        return f"sqlite:///{self.folder}/{name}.db?timeout=60"

    def file(self, service: str) -> Path:
        name = {"glance": "glance-api"}.get(service, service)
        return self.folder / "etc" / service / f"{name}.conf"

    def signed_in(self, user: str) -> dict[str, object]:
        """How one service signs in to the others."""
        return {
            "auth_type": "password",
            "auth_url": f"{self.url('keystone')}/v3",
            "username": user,
            "password": PASSWORD,
            "project_name": "service",
            "user_domain_id": "default",
            "project_domain_id": "default",
            "region_name": REGION,
            "valid_interfaces": "public",
        }

    def token(self, user: str) -> dict[str, object]:
        """How one service has tokens checked."""
        told = {"www_authenticate_uri": self.url("keystone"), "service_token_roles_required": True}
        return self.signed_in(user) | told | {"interface": "internal"}

    def write(self) -> None:
        """Every file of every service."""
        for folder in FOLDERS:
            (self.folder / folder).mkdir(parents=True, exist_ok=True)
        (self.folder / "nova" / "instances").mkdir(exist_ok=True)
        # Nova's fake hypervisor forgets who it was, which a real one may not
        (self.folder / "nova" / "compute_id").write_text(str(uuid5(NAMESPACE_URL, HOST)))
        for service in SERVICES:
            parser = RawConfigParser()
            for section, options in _told(self, service).items():
                parser[section] = {k: _text(v) for k, v in options.items()}
            file = self.file(service)
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("w") as opened:
                parser.write(opened)
        shutil.copy(f"{sys.prefix}/etc/nova/api-paste.ini", self.file("nova").parent)


def _told(plane: Plane, service: str) -> dict[str, Section]:
    logged = {"log_file": f"{plane.folder}/{service}.log"}
    told = {
        "keystone": _keystone,
        "placement": _placement,
        "glance": _glance,
        "neutron": _neutron,
        "nova": _nova,
    }[service](plane)
    default = {**logged, **told.pop("DEFAULT", {})}
    return {"DEFAULT": default, **told}


def _keystone(plane: Plane) -> dict[str, Section]:
    keys = {"key_repository": f"{plane.folder}/fernet"}
    return {
        "database": {"connection": plane.database("keystone")},
        "token": {"provider": "fernet"},
        "fernet_tokens": keys,
        "fernet_receipts": keys,
        "credential": {"key_repository": f"{plane.folder}/credential"},
        "cache": {"enabled": True, "backend": "oslo_cache.dict"},
        "identity": {"password_hash_rounds": 4},
    }


def _placement(plane: Plane) -> dict[str, Section]:
    connection = plane.database("placement")
    return {
        "placement_database": {"connection": connection, "sync_on_startup": True},
        "keystone_authtoken": plane.token("placement"),
    }


def _glance(plane: Plane) -> dict[str, Section]:
    folder = plane.folder
    return {
        "DEFAULT": {"enabled_backends": "fs:file", "workers": 0},
        "database": {"connection": plane.database("glance")},
        "glance_store": {"default_backend": "fs"},
        "fs": {"filesystem_store_datadir": f"{folder}/images"},
        "os_glance_staging_store": {"filesystem_store_datadir": f"{folder}/staging"},
        "os_glance_tasks_store": {"filesystem_store_datadir": f"{folder}/tasks"},
        "paste_deploy": {
            "flavor": "keystone",
            "config_file": f"{sys.prefix}/etc/glance/glance-api-paste.ini",
        },
        "keystone_authtoken": plane.token("glance"),
    }


def _neutron(plane: Plane) -> dict[str, Section]:
    return {
        "DEFAULT": {
            "state_path": f"{plane.folder}/neutron",
            "transport_url": "fake://",
            "core_plugin": "ml2",
            "service_plugins": "router",
            "auth_strategy": "keystone",
            "api_paste_config": f"{sys.prefix}/etc/neutron/api-paste.ini",
            "notify_nova_on_port_status_changes": False,
            "notify_nova_on_port_data_changes": False,
            "rpc_workers": 0,
            "api_workers": 1,
        },
        "database": {"connection": plane.database("neutron")},
        "oslo_concurrency": {"lock_path": f"{plane.folder}/lock"},
        "ml2": {
            "type_drivers": "local,vxlan",
            "tenant_network_types": "vxlan",
            "mechanism_drivers": "always_bind",
            "extension_drivers": "port_security",
        },
        "ml2_type_vxlan": {"vni_ranges": "1:1000"},
        "keystone_authtoken": plane.token("neutron"),
    }


def _nova(plane: Plane) -> dict[str, Section]:
    direct = {name: {"endpoint_override": plane.url(name)} for name in ("placement", "neutron")}
    return {
        "DEFAULT": {
            "host": HOST,
            "state_path": f"{plane.folder}/nova",
            "transport_url": "fake://",  # one process has API, conductor, scheduler and compute
            "compute_driver": "told_driver.ToldDriver",
            "enabled_apis": "osapi_compute",
            "vif_plugging_is_fatal": False,
            "vif_plugging_timeout": 0,
            "report_interval": 10,
            "allow_resize_to_same_host": True,
        },
        "vnc": {"enabled": False},
        "workarounds": {"disable_rootwrap": True},
        "api": {"auth_strategy": "keystone"},
        "api_database": {"connection": plane.database("nova_api")},
        "database": {"connection": plane.database("nova")},
        "oslo_concurrency": {"lock_path": f"{plane.folder}/lock"},
        "conductor": {"workers": 1},
        "service_user": plane.signed_in("nova") | {"send_service_user_token": True},
        "glance": plane.signed_in("nova") | {"endpoint_override": plane.url("glance")},
        "placement": plane.signed_in("placement") | direct["placement"],
        "neutron": plane.signed_in("neutron") | direct["neutron"],
        "cinder": plane.signed_in("nova"),
        "keystone": plane.signed_in("nova") | {"endpoint_override": f"{plane.url('keystone')}/v3"},
        "keystone_authtoken": plane.token("nova"),
    }


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
