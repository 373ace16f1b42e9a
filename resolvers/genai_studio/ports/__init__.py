"""Interfaces that the services need from the outside, one Protocol per concern.

The adapters in `local` and `aws` implement them, and `sagemaker` implements the
endpoints for both. One contract suite per port runs against every adapter.
`bootstrap` chooses the adapters. Import every name from this package.
"""

from __future__ import annotations

from genai_studio.ports.async_endpoint import AnswerNotice, AsyncEndpoint
from genai_studio.ports.boards import BoardStore
from genai_studio.ports.change_feed import Change, ChangeFeed
from genai_studio.ports.clock import Clock
from genai_studio.ports.content_credentials import (
    ABSENT,
    CredentialClaim,
    CredentialIngredient,
    CredentialReport,
    CredentialSigner,
    CredentialStatus,
    CredentialVerifier,
    ParentImage,
)
from genai_studio.ports.edit_inputs import (
    EditInputs,
    EditPreparer,
    KeptInputs,
    OriginalFile,
)
from genai_studio.ports.endpoint import (
    Endpoint,
    EndpointImage,
    EndpointProgress,
    IsCanceled,
    OnProgress,
)
from genai_studio.ports.events import (
    EventPublisher,
    EventSubscriptions,
    GenerationEvent,
    Subscription,
)
from genai_studio.ports.identity import Identity
from genai_studio.ports.image_encoder import EncodedImage, ImageEncoder
from genai_studio.ports.images import Images, SignedUrl
from genai_studio.ports.records import Records, Submitted
from genai_studio.ports.uploads import DecodedFile, UploadDecoder, UploadStore, UploadTarget

__all__ = [
    "ABSENT",
    "AnswerNotice",
    "AsyncEndpoint",
    "BoardStore",
    "Change",
    "ChangeFeed",
    "Clock",
    "CredentialClaim",
    "CredentialIngredient",
    "CredentialReport",
    "CredentialSigner",
    "CredentialStatus",
    "CredentialVerifier",
    "DecodedFile",
    "EditInputs",
    "EditPreparer",
    "EncodedImage",
    "Endpoint",
    "EndpointImage",
    "EndpointProgress",
    "EventPublisher",
    "EventSubscriptions",
    "GenerationEvent",
    "Identity",
    "ImageEncoder",
    "Images",
    "IsCanceled",
    "KeptInputs",
    "OnProgress",
    "OriginalFile",
    "ParentImage",
    "Records",
    "SignedUrl",
    "Submitted",
    "Subscription",
    "UploadDecoder",
    "UploadStore",
    "UploadTarget",
]
