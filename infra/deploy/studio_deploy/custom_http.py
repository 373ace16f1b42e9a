"""The headers of this host's pages, as the `customHttp.yml` of a page that Amplify serves.

    python -m studio_deploy.custom_http amplify_outputs.json > customHttp.yml

Amplify tells from `amplify_outputs.json` where the bucket, AppSync and Cognito
answer; everything else is what `content_security` and `security` say here.
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


class UnusableOutputs(ValueError):
    """The outputs lack what the page needs, or name what is no host."""


@dataclass(frozen=True, slots=True)
class Origins:
    """Where a deployed page fetches from, besides its own origin.

    Attributes:
        bucket: Images: they are shown, and read to be packed into a zip.
        api: AppSync's, for queries and mutations.
        realtime: AppSync's, for subscriptions.
        user_pool: Cognito's, that signs people in.
    """

    bucket: str
    api: str
    realtime: str
    user_pool: str

    @classmethod
    def of(cls, outputs: Mapping[str, Any]) -> Origins:
        """Read Amplify's outputs.

        Raises:
            UnusableOutputs: A section is missing, or something in it is no host.
        """
        try:
            storage, auth = outputs["storage"], outputs["auth"]
            bucket = _aws(f"{storage['bucket_name']}.s3", storage["aws_region"])
            user_pool = _aws("cognito-idp", auth["aws_region"])
            api = urlsplit(outputs["data"]["url"])
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise UnusableOutputs(f"No use can be made of these outputs: {error!r}.") from error
        # As web/src/graphql/transport/appsyncMessages.ts finds it.
        realtime = _APPSYNC.sub(r"\1.appsync-realtime-api.\2", api.netloc)
        found = cls(bucket, f"{api.scheme}://{api.netloc}", f"wss://{realtime}", user_pool)
        for origin in (found.bucket, found.api, found.realtime, found.user_pool):
            if _ORIGIN.fullmatch(origin) is None:
                raise UnusableOutputs(f"{origin!r} is no origin.")
        return found


def custom_headers(origins: Origins) -> dict[str, dict[str, str]]:
    """The headers for each pattern of paths.

    Amplify does not document which pattern wins where two match; people report
    the later. Were it the first, GraphiQL would lose its looks, and no page its
    policy.
    """
    connect = (origins.api, origins.realtime, origins.user_pool, origins.bucket)
    return {
        "**": security_headers() | _HTTPS_ONLY | _policy(origins, connect, editor=False),
        "/graphiql*": _policy(origins, connect, editor=True),
    }


def custom_http(outputs: Mapping[str, Any]) -> str:
    """The content of `customHttp.yml`.

    Raises:
        UnusableOutputs: See `Origins.of`.
    """
    entries = custom_headers(Origins.of(outputs)).items()
    custom = [
        {"pattern": pattern, "headers": [{"key": key, "value": headers[key]} for key in headers]}
        for pattern, headers in entries
    ]
    # JSON is YAML, and quotes everything as it must be.
    return json.dumps({"customHeaders": custom}, indent=2) + "\n"


def _policy(origins: Origins, connect: Sequence[str], *, editor: bool) -> dict[str, str]:
    policy = content_security_policy(connect=connect, images=(origins.bucket,), editor=editor)
    return {"Content-Security-Policy": policy}


def _aws(service: str, region: str) -> str:
    """As AWS names the host of a service in a region."""
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return f"https://{service}.{region}.{suffix}"


if __name__ == "__main__":
    sys.stdout.write(custom_http(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
