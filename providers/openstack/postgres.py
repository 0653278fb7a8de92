"""PostgreSQL on a server of its own: what cloud-init sets up, and how it tells that it is done.

Nobody gets a password: whoever's key was ordered signs in to the server and is its administrator
there (`sudo -u postgres psql`). From outside only TLS is taken, with SCRAM. When the database has
answered a query of its own over TLS, the server says so on its console, where Nova lets us read.
"""

from __future__ import annotations

import json
import re

from providers.openstack import machine, tags
from providers.openstack.clients import Told
from providers.openstack.machine import Wanted
from providers.parameters import Reader
from providers.types import Spec

# version -> the image whose own archive has it, so that its updates come with the system's
VERSIONS = {"15": "debian-12", "17": "debian-13"}
DONE = "grunnmur-database: ready"
BROKEN = "grunnmur-database: failed"
FAILURE = re.compile(re.escape(BROKEN) + r"[: ]*([^\r\n]{0,200})")
SMALLEST_DISK = 10
# run at every start, after packages are there: a console may have forgotten the start before
PER_BOOT = "/var/lib/cloud/scripts/per-boot/grunnmur-database"
PORT = "5432"
HBA = """\
local   all  postgres           peer
hostssl all  all  127.0.0.1/32  scram-sha-256
hostssl all  all  10.0.0.0/8    scram-sha-256
hostssl all  all  172.16.0.0/12 scram-sha-256
hostssl all  all  192.168.0.0/16 scram-sha-256
"""
SETTINGS = """\
listen_addresses = '*'
password_encryption = scram-sha-256
ssl = on
ssl_min_protocol_version = 'TLSv1.2'
log_connections = on
"""
SCRIPT = f"""\
#!/bin/sh
set -eu
step=install
told() {{ [ "$?" = 0 ] || echo "{BROKEN}: $step" >/dev/console; }}
trap told EXIT
dir=$(echo /etc/postgresql/*/main)
[ -d "$dir" ]
if [ ! -e /root/grunnmur/configured ]; then
step=configure
install -o postgres -g postgres -m 0640 /root/grunnmur/pg_hba.conf "$dir/pg_hba.conf"
install -d -o postgres -g postgres "$dir/conf.d"
install -o postgres -g postgres -m 0644 /root/grunnmur/settings.conf "$dir/conf.d/grunnmur.conf"
step=start
systemctl restart postgresql
touch /root/grunnmur/configured
fi
step=answer
su postgres -c "psql -qAtc 'show ssl'" | grep -qx on
echo "{DONE}" >/dev/console
"""


def wanted(spec: Spec) -> Wanted:
    """The checked parameters of a database. Raises InvalidSpec, naming every wrong one."""
    read = Reader.of(spec)
    size = read.text("size", machine.NAME, "the name of a flavour")
    version = read.one_of("version", VERSIONS, "17")
    disk = read.whole("disk_gb", SMALLEST_DISK, machine.LARGEST_DISK)
    subnet = read.optional("subnet", tags.ID, "the id of a subnet")
    group = read.optional("security_group", tags.ID, "the id of a security group")
    key = read.ssh_key()
    if read.yes("high_availability", default=False):
        read.wrong.append("high_availability: there is one server, and no other takes over")
    read.finish()
    return Wanted(
        size=size,
        image=VERSIONS[version],
        disk_gb=disk,
        subnet=subnet,
        security_group=group,
        user_data=first_boot(key),
    )


def first_boot(key: str) -> str:
    """The cloud-config; JSON is YAML, and needs no quoting of ours."""
    files = {
        "/root/grunnmur/pg_hba.conf": HBA,
        "/root/grunnmur/settings.conf": SETTINGS,
        PER_BOOT: SCRIPT,
    }
    told = {
        "ssh_pwauth": False,
        "package_update": True,
        "packages": ["postgresql", "ssl-cert"],
        "write_files": [
            {"path": path, "permissions": "0700", "content": content}
            for path, content in files.items()
        ],
        **({"ssh_authorized_keys": [key]} if key else {}),
    }
    return f"#cloud-config\n{json.dumps(told, indent=1)}\n"


def version(server: Told) -> str:
    """The version that a server was ordered with; empty when somebody took the mark off."""
    image = machine.kept_image(server)
    return next((number for number, name in VERSIONS.items() if name == image), "")
