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
        "action": {"type": "string", "enum": ["add"]},
        "quantity": {"type": "integer", "enum": [1]},
        "service": {
            "type": "object",
            "required": ["serviceSpecification"],
            "properties": {
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


def _answers(*codes: int) -> dict[int | str, dict[str, Any]]:
    content = {"application/json": {"schema": _ERROR}}
    return {code: {"description": "Error", "content": content} for code in codes}


def _query(name: str, **schema: object) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema}


_TOKEN: list[dict[str, list[str]]] = [{"bearer": []}]
_FIELDS = _query("fields", type="string", description="names of attributes, with commas between")
POST: dict[str, Any] = {
    "security": _TOKEN,
    "requestBody": {"required": True, "content": {"application/json": {"schema": _ORDER}}},
}
LIST: dict[str, Any] = {
    "security": _TOKEN,
    "parameters": [
        _FIELDS,
        _query("offset", type="integer", minimum=0),
        _query("limit", type="integer", minimum=1, maximum=100, default=20),
        _query("externalId", type="string"),
        _query("state", type="string"),
    ],
}
ONE: dict[str, Any] = {"security": _TOKEN, "parameters": [_FIELDS]}
POST_ANSWERS = {200: {"description": "The order that stands already"}} | _answers(
    400, 401, 403, 409, 413, 415
)
LIST_ANSWERS = _answers(400, 401, 403)
ONE_ANSWERS = _answers(401, 403, 404)
SCHEME = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
