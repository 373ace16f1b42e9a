"""The one schema that every host serves."""

from __future__ import annotations

from strawberry.schema.config import StrawberryConfig

from genai_studio.schema.documents.document_cache import CachedDocuments, DocumentCache
from genai_studio.schema.roots.mutations import Mutation
from genai_studio.schema.roots.queries import Query
from genai_studio.schema.roots.subscriptions import Subscription
from genai_studio.schema.scalars import SCALARS
from genai_studio.schema.strawberry_schema import StudioSchema

CACHED_DOCUMENTS = 256
"""Parsed and validated documents kept; a client sends the same few again and again."""

documents = DocumentCache(CACHED_DOCUMENTS)

schema = StudioSchema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    config=StrawberryConfig(scalar_map=SCALARS),
    extensions=[lambda: CachedDocuments(documents)],
)
