"""Cloud SQL: PostgreSQL instances. Their names make them only one; there are no requestIds."""

from __future__ import annotations

import re
from hashlib import sha256
from uuid import uuid4

from emulators.google import faults, offers, operations, resources
from emulators.google.call import Call
from emulators.google.filters import matches
from emulators.google.operations import Change, Work
from emulators.google.refusal import NotOffered, Refusal
from emulators.google.store import Thing

NAME = re.compile(r"[a-z](?:[a-z0-9-]*[a-z0-9])?")
LONGEST = 98  # of project and instance together, with a colon between
TIER = re.compile(r"db-custom-(?P<cpus>\d+)-(?P<mib>\d+)|db-f1-micro|db-g1-small|db-perf-\S+")
SMALLEST_MIB = 3840
TYPES = {
    "instances.insert": "CREATE",
    "instances.patch": "UPDATE",
    "instances.delete": "DELETE",
    "users.insert": "CREATE_USER",
    "users.update": "UPDATE_USER",
    "users.delete": "DELETE_USER",
}
SMALLEST_DISK = 10
FIRST = "postgres"  # the user that every instance has from the beginning


def insert(call: Call) -> Thing:
    instance = dict(call.body)
    name = str(instance.get("name", ""))
    if not NAME.fullmatch(name) or len(f"{call.project}:{name}") > LONGEST:
        raise bad("invalidInstanceName", f"The instance name '{name}' is not valid.")
    path = where(call, name)
    if call.store.get(path):
        raise Refusal(409, "instanceAlreadyExists", "The Cloud SQL instance already exists.")
    region = instance.get("region", "us-central1")
    if region not in offers.ZONES:
        raise bad("invalidRegion", f"Invalid region: {region}.")
    version = instance.setdefault("databaseVersion", "POSTGRES_17")
    if not version.startswith("POSTGRES_"):
        raise NotOffered(f"{call.method.id} of {version}")
    instance.pop("rootPassword", None)
    unique = sha256(path.encode()).hexdigest()[:12]
    instance |= {
        "kind": "sql#instance",
        "project": call.project,
        "region": region,
        "state": "PENDING_CREATE",
        "backendType": "SECOND_GEN",
        "instanceType": "CLOUD_SQL_INSTANCE",
        "connectionName": f"{call.project}:{region}:{name}",
        "createTime": call.cloud.zulu(),
        "settings": _settings(call, instance.get("settings") or {}, "0"),
        "selfLink": f"https://sqladmin.googleapis.com/v1/projects/{call.project}/instances/{name}",
        "etag": unique,
    }
    call.store.put(path, "sql", instance)
    done: list[Change] = [["merge", path, {"state": "RUNNABLE", **_reachable(call, instance)}]]
    done.append(["put", user(call, name, FIRST), "sql-users", {"name": FIRST}])
    if link := done[0][2].get("pscServiceAttachmentLink"):
        done.append(["put", f"published/{link}", "published", {"by": path}])
    return begin(call, Work(path, done=done, failed=[["merge", path, {"state": "FAILED"}]]))


def get(call: Call) -> Thing:
    return must(call)


def list_(call: Call) -> Thing:
    found = call.store.among("sql", where(call, ""))
    things = [thing for _, thing in found]
    if expression := call.query.get("filter"):
        things = [thing for thing in things if matches(expression, thing)]
    size = int(call.query.get("maxResults", "500"))
    start = int(call.query.get("pageToken") or 0)
    page: Thing = {"kind": "sql#instancesList", "items": things[start : start + size]}
    if start + size < len(things):
        page["nextPageToken"] = str(start + size)
    return page


def patch(call: Call) -> Thing:
    instance = must(call)
    idle(call)
    wanted = call.body.get("settings") or {}
    asked = wanted.get("settingsVersion")
    if asked is not None and asked != instance["settings"]["settingsVersion"]:
        raise Refusal(412, "staleData", "The settingsVersion is not the current one.")
    merged = dict(instance["settings"])
    for key, value in wanted.items():
        both = isinstance(value, dict) and key != "userLabels"
        merged[key] = {**merged.get(key, {}), **value} if both else value
    if int(merged["dataDiskSizeGb"]) < int(instance["settings"]["dataDiskSizeGb"]):
        raise bad("invalidDiskSize", "The disk of an instance cannot be made smaller.")
    settings = _settings(call, merged, instance["settings"]["settingsVersion"])
    path = where(call, call.path["instance"])
    return begin(call, Work(path, done=[["merge", path, {"settings": settings}]]))


def delete(call: Call) -> Thing:
    instance = must(call)
    idle(call)
    if instance["settings"].get("deletionProtectionEnabled"):
        raise bad("invalidOperation", "The instance is protected. Please disable the protection.")
    path = where(call, call.path["instance"])
    call.store.put(path, "sql", {**instance, "state": "PENDING_DELETE"})
    link = instance.get("pscServiceAttachmentLink", "")
    users = call.store.among("sql-users", user(call, call.path["instance"], ""))
    return begin(
        call,
        Work(
            path,
            done=[["drop", gone] for gone in (path, f"published/{link}", *(p for p, _ in users))],
            failed=[["merge", path, {"state": instance["state"]}]],
        ),
    )


def get_operation(call: Call) -> Thing:
    found = call.store.get(f"sql/{call.project}/operations/{call.path['operation']}")
    if found is None:
        raise Refusal(404, "operationDoesNotExist", "The Cloud SQL operation does not exist.")
    return found


def list_operations(call: Call) -> Thing:
    """The newest first, of one instance when the query names one."""
    found = [o for _, o in call.store.among("sql-operations", f"sql/{call.project}/operations/")]
    if name := call.query.get("instance"):
        found = [o for o in found if o["targetId"] == name]
    found.sort(key=lambda o: str(o["startTime"]), reverse=True)
    size = int(call.query.get("maxResults", "100"))
    return {"kind": "sql#operationsList", "items": found[:size]}


def begin(call: Call, work: Work) -> Thing:
    name = str(uuid4())
    path = f"sql/{call.project}/operations/{name}"
    now = call.cloud.zulu()
    operation = {
        "kind": "sql#operation",
        "name": name,
        "operationType": TYPES[f"{call.method.collection}.{call.method.verb}"],
        "status": "PENDING",
        "targetId": work.target.rsplit("/", 1)[-1],
        "targetProject": call.project,
        "user": "emulated@example.iam.gserviceaccount.com",
        "insertTime": now,
        "startTime": now,
        "selfLink": f"https://sqladmin.googleapis.com/v1/projects/{call.project}/operations/{name}",
    }
    call.store.put(path, "sql-operations", operation)
    operations.schedule(call.cloud, work, {"operation": path, "error": faults.told(call)})
    return operation


def must(call: Call) -> Thing:
    found = call.store.get(where(call, call.path["instance"]))
    if found is None:
        raise Refusal(404, "instanceDoesNotExist", "The Cloud SQL instance does not exist.")
    return found


def idle(call: Call) -> None:
    if call.store.coming(where(call, call.path["instance"])):
        raise Refusal(
            409,
            "operationInProgress",
            "Operation failed because another operation was already in progress. Try your request "
            "after the current operation is complete.",
        )


def _settings(call: Call, given: Thing, version: str) -> Thing:
    """The settings as Google keeps them. Raises Refusal for what it would not take."""
    tier = TIER.fullmatch(given.get("tier", ""))
    if tier is None:
        raise bad("invalidTier", f"Invalid Tier ({given.get('tier', '')}) for this instance.")
    if tier["cpus"] and not _fitting(int(tier["cpus"]), int(tier["mib"])):
        raise bad("invalidTier", f"Invalid request: {tier[0]} is no custom machine type.")
    resources.labels(given.get("userLabels") or {})
    addresses = {"ipv4Enabled": True, **(given.get("ipConfiguration") or {})}
    published = (addresses.get("pscConfig") or {}).get("pscEnabled")
    if network := addresses.get("privateNetwork"):
        resources.refer(call, "privateNetwork", network, "networks")
        raise NotOffered("Cloud SQL over private services access")
    if not (addresses["ipv4Enabled"] or published):
        raise bad("invalidRequest", "At least one of public IP and PSC must be enabled.")
    size = int(given.get("dataDiskSizeGb") or SMALLEST_DISK)
    if size < SMALLEST_DISK:
        raise bad("invalidDiskSize", f"The disk must have {SMALLEST_DISK} GB or more.")
    return {
        "kind": "sql#settings",
        "activationPolicy": "ALWAYS",
        "availabilityType": "ZONAL",
        "dataDiskType": "PD_SSD",
        "edition": "ENTERPRISE",
        "pricingPlan": "PER_USE",
        **given,
        "dataDiskSizeGb": str(size),
        "ipConfiguration": {"sslMode": "ALLOW_UNENCRYPTED_AND_ENCRYPTED", **addresses},
        "backupConfiguration": {"enabled": False, **(given.get("backupConfiguration") or {})},
        "settingsVersion": str(int(version) + 1),
    }


def _fitting(cpus: int, mib: int) -> bool:
    """Google's rules of custom sizes: even numbers of processors, 0.9 to 6.5 GiB for each."""
    even = cpus == 1 or cpus % 2 == 0
    return even and mib % 256 == 0 and mib >= SMALLEST_MIB and 921.6 * cpus <= mib <= 6656 * cpus


def _reachable(call: Call, instance: Thing) -> Thing:
    addresses = instance["settings"]["ipConfiguration"]
    told: Thing = {"databaseInstalledVersion": instance["databaseVersion"], "ipAddresses": []}
    if addresses["ipv4Enabled"]:
        number = call.store.count_up("sql-addresses") % 254 + 1
        told["ipAddresses"] = [{"type": "PRIMARY", "ipAddress": f"198.51.100.{number}"}]
    if (addresses.get("pscConfig") or {}).get("pscEnabled"):
        unique, region = instance["etag"], instance["region"]
        told["dnsName"] = f"{unique}.{region}.sql.goog."
        told["pscServiceAttachmentLink"] = (
            f"projects/{unique}-tp/regions/{region}/serviceAttachments/a-{unique}-psc"
        )
    return told


def bad(reason: str, message: str) -> Refusal:
    return Refusal(400, reason, message)


def where(call: Call, name: str) -> str:
    return f"sql/{call.project}/instances/{name}"


def user(call: Call, instance: str, name: str) -> str:
    """The path of a user."""
    return f"sql/{call.project}/users/{instance}/{name}"
