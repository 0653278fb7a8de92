"""The IAM policy that allows what the adapters ask AWS for, and nothing else.

Most calls are allowed by an action of their own name. What differs, and what a call needs beside
it, stands here, after AWS's service authorization reference.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping

from providers.aws import tags

FILE = "aws-policy.json"
LOOKS = ("Describe", "Get", "List", "Head")
# where RDS keeps passwords: nothing else of what an account keeps secret is read
PASSWORDS = "arn:aws:secretsmanager:*:*:secret:rds!db-*"
BUCKETS = "arn:aws:s3:::gm-*"  # every name that we give begins so
ANY_BUCKET = "arn:aws:s3:::*"
LOGINS = "arn:aws:iam::*:user/grunnmur/*"  # the users that have the keys of buckets
MARK = "s3:PutBucketTagging"  # all that adopting does to a bucket
SERVICES = {"resourcegroupstaggingapi": "tag"}
# calls that are allowed by an action of another name
NAMED = {
    "s3.GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3.GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3.GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3.DeleteObjects": "s3:DeleteObject",
    "s3.HeadBucket": "s3:ListBucket",
    "s3.ListObjectVersions": "s3:ListBucketVersions",
    "s3.ListObjectsV2": "s3:ListBucket",
    "s3.ListBuckets": "s3:ListAllMyBuckets",
    "s3.PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3.PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "s3.PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
}
# what else AWS asks of the caller: tags that go along, and the password that RDS keeps for itself
BESIDES = {
    "directconnect.CreateDirectConnectGateway": ("directconnect:TagResource",),
    "directconnect.CreatePrivateVirtualInterface": ("directconnect:TagResource",),
    "ec2.CreateSecurityGroup": ("ec2:CreateTags",),
    "ec2.CreateSubnet": ("ec2:CreateTags",),
    "ec2.CreateVpc": ("ec2:CreateTags",),
    "ec2.CreateVpnGateway": ("ec2:CreateTags",),
    "ec2.RunInstances": ("ec2:CreateTags",),
    "iam.CreateUser": ("iam:TagUser",),
    "rds.CreateDBInstance": (
        "rds:AddTagsToResource",
        "secretsmanager:CreateSecret",
        "secretsmanager:TagResource",
        "kms:CreateGrant",
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:GenerateDataKey",
    ),
    "rds.CreateDBParameterGroup": ("rds:AddTagsToResource",),
    "rds.CreateDBSubnetGroup": ("rds:AddTagsToResource",),
    "s3.CreateBucket": ("s3:PutBucketTagging", "s3:TagResource"),
    "s3.DeleteObjects": ("s3:DeleteObjectVersion",),
    "s3.PutObject": ("s3:AbortMultipartUpload",),  # of what is so large that it goes in parts
    "workspaces.CreateWorkspaces": ("workspaces:CreateTags",),
}
# what cannot be undone is allowed only for what carries our tag
OURS_ALONE = frozenset(
    {
        "directconnect:DeleteDirectConnectGateway",
        "ec2:DeleteTags",
        "ec2:DeleteVpc",
        "ec2:DeleteVpnGateway",
        "ec2:TerminateInstances",
        "rds:DeleteDBInstance",
        "rds:DeleteDBParameterGroup",
        "rds:DeleteDBSubnetGroup",
        "workspaces:TerminateWorkspaces",
    }
)
CONTENT = frozenset({"s3:GetObject"})
THROUGH = {
    "StringLike": {"kms:ViaService": ["rds.*.amazonaws.com", "secretsmanager.*.amazonaws.com"]}
}


def written(calls: Collection[str]) -> str:
    """The policy for an account whose adapters make these calls, such as `ec2.RunInstances`."""
    statements = list(_statements({action for call in calls for action in actions(call)}))
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2) + "\n"


def actions(call: str) -> tuple[str, ...]:
    """What a caller must be allowed, to be answered."""
    service, _, operation = call.partition(".")
    own = NAMED.get(call, f"{SERVICES.get(service, service)}:{operation}")
    return (own, *BESIDES.get(call, ()))


def _statements(allowed: set[str]) -> Iterator[dict[str, object]]:
    looks = {one for one in allowed if _verb(one).startswith(LOOKS)}
    buckets = {one for one in allowed if one.startswith("s3:")} - {"s3:ListAllMyBuckets"}
    keys = {one for one in allowed if one.startswith("kms:")}
    kept = allowed & {"secretsmanager:GetSecretValue"}
    # a user that is not there stands under no path, and is looked for by its name alone
    logins = {one for one in allowed if one.startswith("iam:")} - looks
    looks -= buckets | keys | kept
    ours = allowed & OURS_ALONE
    tagged = {"Null": {f"aws:ResourceTag/{tags.OWNERSHIP}": "false"}}
    yield _statement("Look", looks, "*")
    yield _statement("MakeAndChange", allowed - looks - buckets - keys - kept - logins - ours, "*")
    yield _statement("RemoveWhatIsOurs", ours, "*", tagged)
    yield _statement("OurBuckets", buckets, BUCKETS)
    yield _statement("PasswordsOfDatabases", kept, PASSWORDS)
    # how a bucket is set, of every bucket; what is in it, of ours alone
    told = {one for one in buckets if _verb(one).startswith("Get")} - CONTENT
    yield _statement("LookForAndMarkBuckets", told | ({MARK} & buckets), ANY_BUCKET)
    yield _statement("LoginsOfBuckets", logins, LOGINS)
    yield _statement("KeysOfDatabases", keys, "*", THROUGH)


def _statement(
    name: str, allowed: set[str], on: str, when: Mapping[str, object] | None = None
) -> dict[str, object]:
    known = {"Sid": name, "Effect": "Allow", "Action": sorted(allowed), "Resource": on}
    return known | ({"Condition": when} if when else {})


def _verb(action: str) -> str:
    return action.partition(":")[2]
