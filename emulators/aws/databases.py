"""Databases as RDS has them: they take their time, and what RDS refuses is refused.

moto makes, changes and removes a database at once and takes any size; here each passes through
the state RDS shows meanwhile.
"""

from __future__ import annotations

import json
import re
from secrets import token_urlsafe

from moto.ec2.models import ec2_backends
from moto.ec2.models.instance_types import INSTANCE_TYPE_OFFERINGS
from moto.rds.models import DBCluster, DBInstance, Event, rds_backends

from emulators.aws.answers import AwsError
from emulators.aws.operation import Operation
from emulators.aws.schedule import Address, Due

SORT = "rds.db"
CLASS = re.compile(r"db\.((t3|t4g|m5|m6g|m6i|m7g|m7i|r5|r6g|r6i|r7g|r7i)\.\w+)")
VERSION = re.compile(r"(1[3-8])(\.\d+)?")
SMALLEST, LARGEST = 20, 65_536  # GiB of gp3 under PostgreSQL
LEAST_ZONES = 2
GONE = "gone"
# what a build may end as; any other bad end shows as failed
ENDS = {"incompatible-network", "incompatible-parameters", "insufficient-capacity"}


def address(database: DBInstance) -> Address:
    return (SORT, database.account_id, database.region, database.db_instance_identifier)


def password(database: DBInstance | DBCluster) -> str:
    """What RDS puts into Secrets Manager for one that it keeps the password of."""
    kept = {"username": database.master_username, "password": token_urlsafe(21)}
    return json.dumps(kept)


def check(operation: Operation) -> None:
    """Raise AwsError where RDS would."""
    checks = {
        "rds.CreateDBInstance": _create,
        "rds.ModifyDBInstance": _modify,
        "rds.DeleteDBInstance": _delete,
        "rds.CreateDBSubnetGroup": _create_subnets,
        "rds.DeleteDBSubnetGroup": _delete_subnets,
        "rds.DeleteDBParameterGroup": _delete_parameters,
        "rds.DescribeDBParameterGroups": _parameters,
    }
    one = checks.get(operation.title)
    if one:
        one(operation)


def arrive(due: Due) -> None:
    """Bring a database to what it has come to by now."""
    _, account, region, id_ = due.address
    backend = rds_backends[account][region]
    database = backend.databases.get(id_)
    if database is None:
        return
    if due.to == GONE:
        database.deletion_protection = False
        backend.delete_db_instance(id_, skip_final_snapshot=True)
        return
    bad = due.to != "available"
    database.status = due.to if not bad or due.to in ENDS else "failed"
    if bad:
        told = Event("DB_INSTANCE_CREATE", database)
        told.message, told.event_categories = due.why, ["failure"]
        backend.events.append(told)


def _create(operation: Operation) -> None:
    asked = operation.params
    _check_class(operation, asked.get("DBInstanceClass"))
    if asked.get("Engine") != "postgres":
        return
    version = str(asked.get("EngineVersion") or "17")
    if not VERSION.fullmatch(version):
        raise AwsError("InvalidParameterCombination", f"Cannot find version {version} for postgres")
    _check_size(asked.get("AllocatedStorage"))
    group = asked.get("DBParameterGroupName")
    backend = rds_backends[operation.account][operation.region]
    found = backend.db_parameter_groups.get(str(group))
    family = f"postgres{version.partition('.')[0]}"
    if found and found.family != family:
        raise AwsError(
            "InvalidParameterCombination",
            f"The Parameter Group {group} with DBParameterGroupFamily {found.family} can't be "
            f"used for this instance. Please use a Parameter Group with DBParameterGroupFamily "
            f"{family}",
        )


def _modify(operation: Operation) -> None:
    database = _database(operation)
    if database is None:
        return
    if database.status != "available":
        raise AwsError("InvalidDBInstanceState", "Database instance is not in available state.")
    _check_class(operation, operation.params.get("DBInstanceClass"))
    size = operation.params.get("AllocatedStorage")
    if size and int(size) < database.allocated_storage:
        raise AwsError(
            "InvalidParameterCombination",
            f"Invalid storage size for modification: {size} is less than the current "
            f"{database.allocated_storage}",
        )


def _delete(operation: Operation) -> None:
    database = _database(operation)
    if database and database.status == "deleting":
        raise AwsError(
            "InvalidDBInstanceState",
            f"Instance {database.db_instance_identifier} is already being deleted.",
        )
    if database and database.status != "available":
        snapshot = not operation.params.get("SkipFinalSnapshot")
        if snapshot:
            raise AwsError(
                "InvalidDBInstanceState", f"Cannot take a snapshot of a {database.status} instance."
            )


def _create_subnets(operation: Operation) -> None:
    name = str(operation.params.get("DBSubnetGroupName"))
    backend = rds_backends[operation.account][operation.region]
    if name in backend.subnet_groups:
        raise AwsError("DBSubnetGroupAlreadyExists", f"The DB subnet group '{name}' already exists")
    ec2 = ec2_backends[operation.account][operation.region]
    wanted = [str(id_) for id_ in operation.params.get("SubnetIds") or ()]
    known = {s.id: s for zone in ec2.subnets.values() for s in zone.values()}
    if set(wanted) - set(known):
        raise AwsError("InvalidSubnet", f"The requested subnet {wanted} is invalid")
    zones = sorted({str(known[id_].availability_zone) for id_ in wanted})
    if len(zones) < LEAST_ZONES:
        raise AwsError(
            "DBSubnetGroupDoesNotCoverEnoughAZs",
            "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current "
            f"AZ coverage: {', '.join(zones)}. Add subnets to cover at least {LEAST_ZONES} AZs.",
        )


def _delete_subnets(operation: Operation) -> None:
    name = operation.params.get("DBSubnetGroupName")
    if any(_subnets_of(d) == name for d in _databases(operation)):
        raise AwsError(
            "InvalidDBSubnetGroupStateFault", f"Cannot delete the subnet group '{name}': in use"
        )


def _delete_parameters(operation: Operation) -> None:
    name = operation.params.get("DBParameterGroupName")
    if any(d.db_parameter_group_name == name for d in _databases(operation)):
        raise AwsError(
            "InvalidDBParameterGroupState",
            f"One or more database instances are still members of this parameter group {name}, so "
            "the group cannot be deleted",
        )


def _parameters(operation: Operation) -> None:
    name = operation.params.get("DBParameterGroupName")
    groups = rds_backends[operation.account][operation.region].db_parameter_groups
    if name and name not in groups:
        raise AwsError("DBParameterGroupNotFound", f"DBParameterGroup not found: {name}", 404)


def _databases(operation: Operation) -> list[DBInstance]:
    return list(rds_backends[operation.account][operation.region].databases.values())


def _subnets_of(database: DBInstance) -> str:
    return str(vars(database).get("_db_subnet_group_name") or "")


def _database(operation: Operation) -> DBInstance | None:
    wanted = operation.params.get("DBInstanceIdentifier")
    return rds_backends[operation.account][operation.region].databases.get(str(wanted))


def _check_class(operation: Operation, wanted: str | None) -> None:
    if not wanted:
        return
    found = CLASS.fullmatch(wanted)
    if not found:
        raise AwsError("InvalidParameterValue", f"Invalid DB Instance class: {wanted}")
    sold = INSTANCE_TYPE_OFFERINGS["region"].get(operation.region, [])
    if found[1] not in {offer["InstanceType"] for offer in sold}:
        raise AwsError(
            "InvalidParameterCombination",
            "RDS does not support creating a DB instance with the following combination: "
            f"DBInstanceClass={wanted}, Engine=postgres, in {operation.region}.",
        )


def _check_size(wanted: object) -> None:
    if wanted is not None and not SMALLEST <= int(str(wanted)) <= LARGEST:
        raise AwsError(
            "InvalidParameterValue",
            f"Invalid storage size for engine name postgres and storage type gp3: {wanted}",
        )
