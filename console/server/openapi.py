"""The OpenAPI description: operations that name our own wire types, with msgspec's schemas.

Bodies are read and written by `console.wire.codec`, not by the web framework, so that the wire is
the schema and nothing else; the description is made from the same types.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from typing import Any, cast

import msgspec
from litestar import Litestar
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import (
    Components,
    OpenAPIMediaType,
    OpenAPIResponse,
    Operation,
    Reference,
    RequestBody,
    SecurityScheme,
)
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType
from litestar.openapi.spec.schema import Schema

from console.domain.attachment import Attachment
from console.domain.mutations import BY_KIND
from console.domain.outage_state import OutageState
from console.wire import problems, schema
from console.wire.problems import Problem

_REF = "#/components/schemas/{name}"
_TYPES = (
    schema.SignIn,
    schema.Refresh,
    schema.Session,
    schema.Page,
    schema.ArchivePage,
    schema.WireEnvelope,
    schema.Answer,
    schema.PresenceNotice,
    schema.PokeNotice,
    schema.UploadState,
    Attachment,
    schema.IntakeBatch,
    schema.IntakeReport,
    schema.OutageBatch,
    OutageState,
    schema.OutageReport,
    schema.Health,
    Problem,
)


def version() -> str:
    """The version of this program; of an unpacked source tree that nobody installed, “source”."""
    try:
        return metadata.version("otklik")
    except metadata.PackageNotFoundError:
        return "source"


def description() -> OpenAPIConfig:
    """What /schema says of the whole server; `add_types` says the rest."""
    return OpenAPIConfig(
        title="Otklik central server",
        version=version(),
        path="/schema",
        # The other pages would load their scripts from the internet.
        render_plugins=[JsonRenderPlugin()],
        components=Components(
            security_schemes={"bearer": SecurityScheme(type="http", scheme="bearer")},
        ),
        security=[{"bearer": []}],
    )


def add_types(app: Litestar) -> None:
    """Put the schemas of our types into the description, from which Litestar drops any given."""
    app.openapi_schema.components.schemas = cast("dict[str, Schema]", _schemas())


@lru_cache(maxsize=1)
def _schemas() -> dict[str, Any]:
    types = (*_TYPES, *BY_KIND.values())
    return msgspec.json.schema_components(types, schema_hook=_anything, ref_template=_REF)[1]


CONTENT = OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY))
"""Bytes, as they are."""

_RANGES = {
    "200": OpenAPIResponse("The whole", content={"application/octet-stream": CONTENT}),
    "206": OpenAPIResponse("The range", content={"application/octet-stream": CONTENT}),
    "416": OpenAPIResponse("The range is not there"),
}


def speaks(
    asks: type[Any] | OpenAPIMediaType | None, answers: type[Any] | OpenAPIMediaType | None
) -> type[Operation]:
    """An operation whose body is ``asks`` and whose answer is ``answers``: types, or `CONTENT`."""

    @dataclass
    class Speaking(Operation):
        def __post_init__(self) -> None:
            if isinstance(asks, OpenAPIMediaType):
                self.request_body = RequestBody(content={"application/octet-stream": asks})
            elif asks is not None:
                self.request_body = RequestBody(content={"application/json": _typed(asks)})
            responses = dict(self.responses or {})
            if isinstance(answers, OpenAPIMediaType):
                responses |= _RANGES
            elif answers is not None:
                content = {"application/json": _typed(answers)}
                responses["200"] = OpenAPIResponse("Done", content=content)
            problem = {problems.MEDIA_TYPE: _typed(Problem)}
            responses["default"] = OpenAPIResponse("A problem of RFC 9457", content=problem)
            responses.pop("400", None)
            self.responses = responses

    return Speaking


def _anything(type_: type[Any]) -> dict[str, Any]:
    """What is read by a schema of its own: the body of a mutation by its kind, a state alone."""
    if type_ is object:
        return {"description": "a part of a mutation of its kind, or of an OutageState"}
    raise NotImplementedError(f"no schema for {type_}")


def _typed(type_: type[Any]) -> OpenAPIMediaType:
    return OpenAPIMediaType(schema=Reference(ref=_REF.format(name=type_.__name__)))
