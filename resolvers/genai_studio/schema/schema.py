"""The one schema that every host serves."""

from __future__ import annotations

import strawberry
from strawberry.extensions import AddValidationRules, ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig

from genai_studio.schema.errors import StudioErrors
from genai_studio.schema.limits import DocumentLimits, RequestLimits
from genai_studio.schema.mutations import Mutation
from genai_studio.schema.queries import Query
from genai_studio.schema.scalars import SCALARS
from genai_studio.schema.subscriptions import Subscription

CACHED_DOCUMENTS = 256
"""Parsed and validated documents kept; a client sends the same few again and again."""

schema = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    config=StrawberryConfig(scalar_map=SCALARS),
    extensions=[
        StudioErrors,
        RequestLimits,
        lambda: AddValidationRules([DocumentLimits]),
        lambda: ParserCache(maxsize=CACHED_DOCUMENTS),
        lambda: ValidationCache(maxsize=CACHED_DOCUMENTS),
    ],
)
