"""`ImageCredentials`: the result of the validation of an image's signature."""

import strawberry

from genai_studio.ports import CredentialIngredient, CredentialReport
from genai_studio.schema.types.enums import ImageCredentialStatus


@strawberry.type(description="A file that a signed image was made from.")
class ImageIngredient:
    title: str = strawberry.field(description="Name of the file.")
    relationship: str = strawberry.field(description="C2PA relationship, such as parentOf.")
    status: ImageCredentialStatus = strawberry.field(
        description="What the signer found in the file's own Content Credentials."
    )
    signer: str | None = strawberry.field(description="Who signed the file, if anybody.")

    @classmethod
    def from_port(cls, ingredient: CredentialIngredient) -> "ImageIngredient":
        """Convert one ingredient."""
        return cls(
            title=ingredient.title,
            relationship=ingredient.relationship,
            status=ingredient.status,
            signer=ingredient.signer,
        )


@strawberry.type(
    description="The Content Credentials (C2PA) of a stored image, validated for this response."
)
class ImageCredentials:
    id: strawberry.ID = strawberry.field(description="ID of the image.")
    status: ImageCredentialStatus | None = strawberry.field(
        description="Result of the validation; null if this host cannot validate. "
        "`genai-studio verify FILE` validates a downloaded file."
    )
    signer: str | None = strawberry.field(description="Common name of the signer's certificate.")
    organization: str | None = strawberry.field(
        description="Organization of the signer's certificate."
    )
    software: str | None = strawberry.field(description="The program that made the image.")
    ingredients: list[ImageIngredient] = strawberry.field(
        description="The files that the image was made from."
    )
    problems: list[str] = strawberry.field(
        description="C2PA's codes of what failed, such as assertion.dataHash.mismatch."
    )

    @classmethod
    def from_port(cls, id_: str, report: CredentialReport | None) -> "ImageCredentials":
        """Convert a report. None stands for a host that cannot validate."""
        if report is None:
            return cls(
                id=strawberry.ID(id_),
                status=None,
                signer=None,
                organization=None,
                software=None,
                ingredients=[],
                problems=[],
            )
        return cls(
            id=strawberry.ID(id_),
            status=report.status,
            signer=report.signer,
            organization=report.organization,
            software=report.software,
            ingredients=[ImageIngredient.from_port(one) for one in report.ingredients],
            problems=list(report.problems),
        )
