"""The password of a database, which RDS makes, keeps in Secrets Manager and changes every week."""

from __future__ import annotations

import json
from typing import Any

from providers.aws import postgres, tags, told
from providers.aws.told import Told
from providers.errors import Conflict, Unavailable
from providers.types import Access


def read(secrets: Any, found: Told) -> Access:  # noqa: ANN401 - a boto3 client
    """As it is kept now, for the database that RDS tells as `found`."""
    name = told.text(found, "DBInstanceIdentifier")
    if not postgres.owner(found):
        raise Conflict(f"{name} does not carry our tag {tags.OWNERSHIP}, so it is not opened")
    kept = told.text(found, "MasterUserSecret", "SecretArn")
    if not kept:
        raise Conflict(
            f"{name}: RDS keeps no password of it; let RDS manage the master password again"
        )
    answer = secrets.get_secret_value(SecretId=kept)
    try:
        content = json.loads(answer["SecretString"])
        values = {"user": str(content["username"]), "password": str(content["password"])}
    except (KeyError, TypeError, ValueError):
        # not the error itself: its text may hold what could not be read
        raise Unavailable(f"{name}: what Secrets Manager keeps is no name and password") from None
    return Access(values=values)
