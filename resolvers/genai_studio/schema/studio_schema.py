"""The executable schema that every host serves."""

from __future__ import annotations

from strawberry.schema.config import StrawberryConfig

from genai_studio.schema.documents.document_cache import CachedDocuments, DocumentCache
from genai_studio.schema.masked_schema import MaskedSchema
from genai_studio.schema.roots.mutations import Mutation
from genai_studio.schema.roots.queries import Query
from genai_studio.schema.roots.subscriptions import Subscription
from genai_studio.schema.scalars import SCALARS

MAX_CACHED_DOCUMENTS = 256
"""Clients send the same few documents repeatedly."""

document_cache = DocumentCache(MAX_CACHED_DOCUMENTS)

studio_schema = MaskedSchema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    config=StrawberryConfig(scalar_map=SCALARS),
    documents=document_cache,
    extensions=[lambda: CachedDocuments(document_cache)],
)
