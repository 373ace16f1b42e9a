"""`Upload`: a file that a client sends to be the source or mask of an edit."""

from collections.abc import Mapping
from datetime import datetime

import strawberry

from genai_studio.schema.image_links import ImageLinks
from genai_studio.schema.types.user_error import UserError
from genai_studio.services.uploads import CreatedUpload


@strawberry.input(description="The declaration of a file to upload. The file must match it.")
class CreateUploadInput:
    content_type: str = strawberry.field(
        description="The type of the file: image/png, image/jpeg or image/webp."
    )
    bytes: int = strawberry.field(
        description="Size of the file in bytes, at most 20971520 (20 MiB)."
    )
    sha256: str = strawberry.field(description="SHA-256 of the file as 64 hexadecimal digits.")


@strawberry.type(description="A name and a value of a request.")
class UploadField:
    name: str = strawberry.field(description="Name of the header or form field.")
    value: str = strawberry.field(description="Value to send unchanged.")

    @classmethod
    def from_mapping(cls, fields: Mapping[str, str]) -> "list[UploadField]":
        """Return one object per entry."""
        return [cls(name=name, value=value) for name, value in fields.items()]


@strawberry.type(
    description="A file that can be the source or mask of an edit, and the request that sends it. "
    "The file may have at most 40 million pixels and must not be animated."
)
class Upload:
    id: strawberry.ID = strawberry.field(description="ID to use as source or mask.")
    url: str = strawberry.field(
        description="Signed URL, valid for 15 minutes. It needs no access token."
    )
    method: str = strawberry.field(
        description="POST if there are `fields`: send a form (multipart/form-data) with these "
        "fields and, as the last part, the file under the name `file`. Otherwise PUT: send the "
        "file as the body."
    )
    headers: list[UploadField] = strawberry.field(description="Headers of the request.")
    fields: list[UploadField] = strawberry.field(description="Fields of the form.")
    expires_at: datetime = strawberry.field(
        description="Until when an edit can use the upload: 24 hours after its creation."
    )

    @classmethod
    def from_created(cls, created: CreatedUpload, links: ImageLinks) -> "Upload":
        """Convert a new upload."""
        target = created.target
        return cls(
            id=strawberry.ID(created.id),
            url=links.absolute(target),
            method=target.method,
            headers=UploadField.from_mapping(target.headers),
            fields=UploadField.from_mapping(target.fields),
            expires_at=created.expires_at,
        )


@strawberry.type(description="Payload of createUpload.")
class CreateUploadPayload:
    upload: Upload | None = strawberry.field(description="The upload; null if rejected.")
    user_errors: list[UserError] = strawberry.field(
        description="Why the request was rejected; empty on success."
    )
