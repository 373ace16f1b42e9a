"""Write the response headers of the page as Amplify's `customHttp.yml`.

An Amplify Hosting build runs::

    python -m studio_deploy.custom_http amplify_outputs.json > customHttp.yml

The origins of the bucket, AppSync and Cognito come from `amplify_outputs.json`.
The headers are those of the studio's ASGI host.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from genai_studio.hosts.asgi.content_security import content_security_policy
from genai_studio.hosts.asgi.security import security_headers

_HTTPS_ONLY = {"Strict-Transport-Security": "max-age=63072000; includeSubDomains"}

_APPSYNC = re.compile(r"(\w+)\.appsync-api\.([\w-]+\.amazonaws\.com(?:\.cn)?)")

_ORIGIN = re.compile(r"(?:https|wss)://[a-z0-9.-]+(?::\d+)?")


class InvalidOutputs(ValueError):
    """The outputs lack a required entry, or contain an invalid origin."""


@dataclass(frozen=True, slots=True)
class Origins:
    """Origins that a deployed page fetches from, besides its own.

    Attributes:
        bucket: The image bucket. The page displays images and reads them for zip downloads.
        api: AppSync, for queries and mutations.
        realtime: AppSync, for subscriptions.
        user_pool: Cognito, for sign-in.
    """

    bucket: str
    api: str
    realtime: str
    user_pool: str

    @classmethod
    def from_outputs(cls, outputs: Mapping[str, Any]) -> Origins:
        """Read the origins from `amplify_outputs.json`.

        Raises:
            InvalidOutputs: An entry is missing, or an origin is invalid.
        """
        try:
            storage, auth = outputs["storage"], outputs["auth"]
            bucket = _aws_origin(f"{storage['bucket_name']}.s3", storage["aws_region"])
            user_pool = _aws_origin("cognito-idp", auth["aws_region"])
            api = urlsplit(outputs["data"]["url"])
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            message = f"amplify_outputs.json has a missing or invalid entry: {error!r}."
            raise InvalidOutputs(message) from error
        # Derived as in web/src/graphql/transport/appsyncMessages.ts.
        realtime = _APPSYNC.sub(r"\1.appsync-realtime-api.\2", api.netloc)
        origins = cls(bucket, f"{api.scheme}://{api.netloc}", f"wss://{realtime}", user_pool)
        for origin in (origins.bucket, origins.api, origins.realtime, origins.user_pool):
            if _ORIGIN.fullmatch(origin) is None:
                raise InvalidOutputs(f"{origin!r} is not a valid https: or wss: origin.")
        return origins


def custom_headers(origins: Origins) -> dict[str, dict[str, str]]:
    """Return the headers by path pattern.

    Amplify does not document which pattern wins if two match; users report the
    last. If it were the first, GraphiQL would lose its inline styles, but every
    page would keep a policy.
    """
    connect = (origins.api, origins.realtime, origins.user_pool, origins.bucket)
    return {
        "**": security_headers() | _HTTPS_ONLY | _policy(origins, connect, editor=False),
        "/graphiql*": _policy(origins, connect, editor=True),
    }


def custom_http(outputs: Mapping[str, Any]) -> str:
    """Return the content of `customHttp.yml`.

    Raises:
        InvalidOutputs: See `Origins.from_outputs`.
    """
    entries = custom_headers(Origins.from_outputs(outputs)).items()
    custom = [
        {"pattern": pattern, "headers": [{"key": key, "value": headers[key]} for key in headers]}
        for pattern, headers in entries
    ]
    # JSON is valid YAML, and json.dumps quotes every string correctly.
    return json.dumps({"customHeaders": custom}, indent=2) + "\n"


def _policy(origins: Origins, connect: Sequence[str], *, editor: bool) -> dict[str, str]:
    policy = content_security_policy(connect=connect, images=(origins.bucket,), editor=editor)
    return {"Content-Security-Policy": policy}


def _aws_origin(service: str, region: str) -> str:
    """Return the origin of an AWS service in a region."""
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return f"https://{service}.{region}.{suffix}"


if __name__ == "__main__":
    sys.stdout.write(custom_http(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
