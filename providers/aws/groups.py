"""The parameter group of a database: it forces TLS, and first and last it stands for all."""

from __future__ import annotations

from typing import Any

from providers.aws import names, postgres, told
from providers.aws.refused import fine
from providers.aws.told import Told
from providers.types import Change, Ref, Resource, Status

ABSENT = frozenset(
    {"DBInstanceNotFound", "DBInstanceNotFoundFault"}
    | {"DBParameterGroupNotFound", "DBParameterGroupNotFoundFault", "DBSubnetGroupNotFoundFault"}
)


def found(rds: Any, name: str) -> Told | None:  # noqa: ANN401 - a boto3 client
    several: list[Told] = []
    with fine(ABSENT):
        answer = rds.describe_db_parameter_groups(DBParameterGroupName=name)
        several = told.each(answer, "DBParameterGroups")
    return next(iter(several), None)


def force(rds: Any, name: str) -> None:  # noqa: ANN401 - a boto3 client
    rds.modify_db_parameter_group(DBParameterGroupName=name, Parameters=[postgres.FORCE_TLS])


def unforced(rds: Any, found: Told) -> list[Change]:  # noqa: ANN401 - a boto3 client
    """Of what was adopted the parameter group is not ours to look into."""
    name = told.text(found, "DBInstanceIdentifier")
    if not names.instance_of(name):
        return []
    pages = rds.get_paginator("describe_db_parameters").paginate(
        DBParameterGroupName=name, Source="user"
    )
    return postgres.forced([one for page in pages for one in told.each(page, "Parameters")])


def remove(rds: Any, name: str) -> None:  # noqa: ANN401 - a boto3 client
    with fine(ABSENT):
        rds.delete_db_subnet_group(DBSubnetGroupName=name)
    with fine(ABSENT):
        rds.delete_db_parameter_group(DBParameterGroupName=name)


def left(name: str, region: str) -> Resource:
    return Resource(
        ref=Ref(kind=postgres.KIND, region=region, id=name),
        instance=names.instance_of(name),
        status=Status.PENDING,
        detail="only its parameter group is there; apply to build, delete to remove it",
    )
