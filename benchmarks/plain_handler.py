"""Reference handler: the same API behind Lambda as the libraries' guides recommend.

Strawberry's ASGI app on Starlette with Mangum, and boto3's resources and clients,
created on import.
"""

from __future__ import annotations

import boto3
from mangum import Mangum
from starlette.applications import Starlette
from strawberry.asgi import GraphQL

from genai_studio.schema.studio_schema import studio_schema

records = boto3.resource("dynamodb").Table("records")
images = boto3.client("s3")
endpoint = boto3.client("sagemaker-runtime")

app = Starlette()
app.mount("/graphql", GraphQL(studio_schema))
handler = Mangum(app, lifespan="off")
