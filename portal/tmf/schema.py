"""What /openapi.json says of the API. The check itself is in `request`, which says more."""

from __future__ import annotations

from typing import Any

_ERROR: dict[str, Any] = {
    "type": "object",
    "required": ["code", "reason"],
    "properties": {
        "@type": {"type": "string"},
        "code": {"type": "string"},
        "reason": {"type": "string"},
        "message": {"type": "string"},
        "status": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {"type": "string", "description": "RFC 6901; empty: the body"},
                    "reason": {"type": "string"},
                },
            },
        },
    },
}
_ITEM: dict[str, Any] = {
    "type": "object",
    "required": ["id", "action", "service"],
    "properties": {
        "id": {"type": "string", "maxLength": 40},
        "action": {"type": "string", "enum": ["add", "modify", "delete"]},
        "quantity": {"type": "integer", "enum": [1]},
        "service": {
            "type": "object",
            "properties": {
                "id": {"type": "string", "description": "what is modified or deleted"},
                "name": {"type": "string", "description": "the same as characteristic name"},
                "serviceSpecification": {
                    "type": "object",
                    "required": ["id"],
                    "properties": {"id": {"type": "string", "description": "id of the offering"}},
                },
                "serviceCharacteristic": {
                    "type": "array",
                    "description": "the plan (name: plan) and the answers",
                    "items": {
                        "type": "object",
                        "required": ["name", "value"],
                        "properties": {"name": {"type": "string"}, "value": {}},
                    },
                },
            },
        },
    },
}
_ORDER: dict[str, Any] = {
    "type": "object",
    "required": ["externalId", "serviceOrderItem"],
    "properties": {
        "externalId": {"type": "string", "maxLength": 120},
        "description": {"type": "string", "maxLength": 1000},
        "requestedCompletionDate": {"type": "string", "format": "date-time"},
        "serviceOrderItem": {"type": "array", "minItems": 1, "maxItems": 50, "items": _ITEM},
    },
}


TOKEN: list[dict[str, list[str]]] = [{"bearer": []}]
SCHEME = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
# What every address may answer: who are you, too often, and that others of us are away.
_ALWAYS = (400, 401, 403, 429, 500, 502, 503)


def answers(*codes: int, good: dict[int, str] | None = None) -> dict[int | str, dict[str, Any]]:
    """The answers beside the first good one; `good` adds more of that sort."""
    content = {"application/json": {"schema": _ERROR}}
    found: dict[int | str, dict[str, Any]] = {
        code: {"description": text} for code, text in (good or {}).items()
    }
    for code in sorted({*_ALWAYS, *codes}):
        found[code] = {"description": "Error", "content": content}
    return found


def query(name: str, **schema: object) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema}


_FIELDS = query("fields", type="string", description="names of attributes, with commas between")


def one() -> dict[str, Any]:
    return {"security": TOKEN, "parameters": [_FIELDS]}


def many(*filters: str) -> dict[str, Any]:
    """A list, with its filters; all of them take text."""
    return {
        "security": TOKEN,
        "parameters": [
            _FIELDS,
            query("offset", type="integer", minimum=0, maximum=1_000_000),
            query("limit", type="integer", minimum=1, maximum=100, default=20),
            *(query(name, type="string") for name in filters),
        ],
    }


def posted(schema: dict[str, Any]) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    return {"security": TOKEN, "requestBody": {"required": True, "content": content}}


CANCEL: dict[str, Any] = {
    "type": "object",
    "required": ["serviceOrder", "cancellationReason"],
    "properties": {
        "serviceOrder": {
            "type": "object",
            "required": ["id"],
            "properties": {"id": {"type": "string"}},
        },
        "cancellationReason": {"type": "string", "maxLength": 1000},
    },
}
APPROVE: dict[str, Any] = {
    "type": "object",
    "required": ["serviceOrder", "decision"],
    "properties": {
        "serviceOrder": CANCEL["properties"]["serviceOrder"],
        "decision": {"type": "string", "enum": ["approve", "refuse"]},
        "reason": {"type": "string", "maxLength": 4000, "description": "needed to refuse"},
        "question": {
            "type": "string",
            "maxLength": 4000,
            "description": "the note that was read; with another one now nothing is done",
        },
    },
}
LISTENER: dict[str, Any] = {
    "type": "object",
    "required": ["callback"],
    "properties": {
        "callback": {"type": "string", "maxLength": 500},
        "query": {"type": "string", "maxLength": 500},
    },
}
PATCH: dict[str, Any] = {
    "type": "object",
    "required": ["note"],
    "properties": {
        "note": {
            "type": "array",
            "minItems": 1,
            "maxItems": 20,
            "items": {
                "type": "object",
                "required": ["text"],
                "properties": {"text": {"type": "string", "maxLength": 4000}},
            },
        },
    },
}
POST = posted(_ORDER)
POST_ANSWERS = answers(404, 409, 413, 415, good={200: "The order that stands already"})
LIST_ANSWERS = answers()
ONE_ANSWERS = answers(404)

QUALIFICATION: dict[str, Any] = {
    "type": "object",
    "required": ["serviceQualificationItem"],
    "properties": {
        "externalId": {"type": "string"},
        "description": {"type": "string"},
        "instantSyncQualification": {"type": "boolean"},
        "provideAlternative": {"type": "boolean"},
        "provideUnavailabilityReason": {"type": "boolean"},
        "serviceQualificationItem": {
            "type": "array",
            "minItems": 1,
            "maxItems": 20,
            "items": {
                "type": "object",
                "required": ["id", "service"],
                "properties": {
                    "id": {"type": "string"},
                    "service": {
                        "type": "object",
                        "properties": {
                            "serviceCharacteristic": {
                                "type": "array",
                                "description": "the workload, named as in docs/rightcloud.md",
                                "items": {
                                    "type": "object",
                                    "required": ["name", "value"],
                                    "properties": {"name": {"type": "string"}, "value": {}},
                                },
                            }
                        },
                    },
                },
            },
        },
    },
}
