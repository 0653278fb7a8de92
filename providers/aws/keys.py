"""The access key of a bucket: of a user of IAM that may use that bucket, and do nothing else.

The user is called as its bucket and stands under a path of ours. It is made when somebody first
asks for a key, so most buckets have none. It goes after its bucket, and is told as left over where
the bucket is gone and it is not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from providers.aws import tags, told
from providers.aws.errors import code
from providers.aws.refused import fine
from providers.aws.told import Told
from providers.errors import Conflict
from providers.types import Access, Ref, Resource, Status

KIND = "object-storage"
POLICY = "bucket"
ABSENT = frozenset({"NoSuchEntity"})
TAKEN = frozenset({"EntityAlreadyExists"})
MOST = 2  # keys that IAM lets a user have


def path(region: str) -> str:
    return f"/grunnmur/{region}/"


def let_in(iam: Any, ref: Ref, owner: str, use: Sequence[Mapping[str, Any]]) -> None:  # noqa: ANN401 - a boto3 client
    """Make the user, or set anew what it may. Raises Conflict for a user of somebody else's."""
    with fine(TAKEN):
        iam.create_user(
            UserName=ref.id,
            Path=path(ref.region),
            Tags=tags.as_list({tags.OWNERSHIP: owner}),
        )
    if _user(iam, ref.id, ref.region) is None:
        raise Conflict(f"a user of the account is called {ref.id} already, and is not ours")
    document = {"Version": "2012-10-17", "Statement": list(use)}
    iam.put_user_policy(UserName=ref.id, PolicyName=POLICY, PolicyDocument=json.dumps(document))


def renew(iam: Any, name: str) -> Access:  # noqa: ANN401 - a boto3 client
    """Another key; those there were end, the last one only when the new one is there."""
    old = _keys(iam, name)
    while len(old) >= MOST:
        _end(iam, name, old.pop(0))
    made = iam.create_access_key(UserName=name)["AccessKey"]
    values = {
        "access_key_id": str(made["AccessKeyId"]),
        "secret_access_key": str(made["SecretAccessKey"]),
    }
    for key in old:
        _end(iam, name, key)
    return Access(values=values)


def remove(iam: Any, name: str, region: str) -> None:  # noqa: ANN401 - a boto3 client
    """The keys, what they allowed, and the user; nothing where there is none of ours."""
    if _user(iam, name, region) is None:
        return
    for key in _keys(iam, name):
        _end(iam, name, key)
    with fine(ABSENT):
        iam.delete_user_policy(UserName=name, PolicyName=POLICY)
    with fine(ABSENT):
        iam.delete_user(UserName=name)


def left(iam: Any, name: str, region: str) -> Resource | None:  # noqa: ANN401 - a boto3 client
    """What a user of ours is without its bucket; None where there is no such user."""
    user = _user(iam, name, region)
    if user is None:
        return None
    return Resource(
        ref=Ref(kind=KIND, region=region, id=name),
        instance=tags.as_dict(user.get("Tags")).get(tags.OWNERSHIP, ""),
        status=Status.PENDING,
        detail="the bucket is gone, and the user that had its key is not; remove it once more",
    )


def names(iam: Any, region: str) -> Iterator[str]:  # noqa: ANN401 - a boto3 client
    """The users of ours of one region, which are called as their buckets."""
    for page in iam.get_paginator("list_users").paginate(PathPrefix=path(region)):
        for user in told.each(page, "Users"):
            yield told.text(user, "UserName")


def _user(iam: Any, name: str, region: str) -> Told | None:  # noqa: ANN401 - a boto3 client
    try:
        found: Told = iam.get_user(UserName=name)["User"]
    except ClientError as error:
        if code(error) not in ABSENT:
            raise
        return None
    return found if told.text(found, "Path") == path(region) else None


def _keys(iam: Any, name: str) -> list[str]:  # noqa: ANN401 - a boto3 client
    """The ids of a user's keys, the oldest first."""
    found: list[Told] = []
    with fine(ABSENT):
        found = told.each(iam.list_access_keys(UserName=name), "AccessKeyMetadata")
    found.sort(key=lambda key: str(key.get("CreateDate", "")))
    return [told.text(key, "AccessKeyId") for key in found]


def _end(iam: Any, name: str, key: str) -> None:  # noqa: ANN401 - a boto3 client
    with fine(ABSENT):
        iam.delete_access_key(UserName=name, AccessKeyId=key)
