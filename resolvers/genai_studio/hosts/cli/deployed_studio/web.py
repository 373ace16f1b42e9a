"""Check the page, its Content-Security-Policy and the APIs, as a browser reaches them."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import msgspec

from genai_studio.aws.client import s3_client
from genai_studio.aws.images.store import bucket_url
from genai_studio.hosts.cli.deployed_studio.outputs import Auth, Outputs
from genai_studio.hosts.cli.output.findings import Finding, Verdict

DEPLOY = "Run make deploy again."


class _PublishedOutputs(msgspec.Struct):
    auth: Auth


def page(outputs: Outputs, http: httpx.Client) -> Iterator[Finding]:
    """Check that the page is served, belongs to this deployment, and may load its parts."""
    url = outputs.custom.page_url
    answer = _request(http, "GET", url)
    if isinstance(answer, str):
        yield Finding("Page", Verdict.FAULTY, f"{url} is not reachable: {answer}", DEPLOY)
        return
    if answer.status_code != httpx.codes.OK:
        found = f"{url} returns HTTP {answer.status_code}"
        yield Finding("Page", Verdict.FAULTY, found, DEPLOY)
        return
    yield Finding("Page", Verdict.FINE, url)
    yield _published_outputs(outputs, http)
    yield from _content_security(outputs, answer.headers.get("content-security-policy"))


def api(subject: str, url: str, http: httpx.Client) -> Iterator[Finding]:
    """Check that an API is reachable, and refuses a request without a token."""
    answer = _request(http, "POST", url, json={"query": "{ __typename }"})
    if isinstance(answer, str):
        yield Finding(subject, Verdict.FAULTY, f"{url} is not reachable: {answer}", DEPLOY)
    elif answer.status_code == httpx.codes.UNAUTHORIZED:
        yield Finding(subject, Verdict.FINE, f"{url} requires a token")
    else:
        found = f"{url} returns HTTP {answer.status_code} without a token instead of 401"
        remedy = "Check that the URL belongs to this studio, and run make deploy again."
        yield Finding(subject, Verdict.FAULTY, found, remedy)


def user_pool(outputs: Outputs, http: httpx.Client) -> Iterator[Finding]:
    """Check that the user pool exists, by its public signing keys."""
    pool = outputs.auth.user_pool_id
    url = f"{_cognito(outputs)}/{pool}/.well-known/jwks.json"
    answer = _request(http, "GET", url)
    if isinstance(answer, str):
        found = f"{url} is not reachable: {answer}"
        yield Finding("Sign-in", Verdict.FAULTY, found, "Check the network of this machine.")
    elif answer.status_code != httpx.codes.OK:
        found = f"the user pool {pool} returns HTTP {answer.status_code}"
        remedy = "The pool was deleted, or the outputs are of another studio: run make deploy."
        yield Finding("Sign-in", Verdict.FAULTY, found, remedy)
    else:
        yield Finding("Sign-in", Verdict.FINE, f"user pool {pool}")


def _published_outputs(outputs: Outputs, http: httpx.Client) -> Finding:
    subject, remedy = "Page's settings", f"The page is of another deployment. {DEPLOY}"
    answer = _request(http, "GET", f"{outputs.custom.page_url}/amplify_outputs.json")
    if isinstance(answer, str):
        return Finding(subject, Verdict.FAULTY, answer, DEPLOY)
    try:
        published = msgspec.json.decode(answer.content, type=_PublishedOutputs)
    except msgspec.MsgspecError:
        found = "the page publishes no amplify_outputs.json"
        return Finding(subject, Verdict.FAULTY, found, DEPLOY)
    if published.auth != outputs.auth:
        pool = published.auth.user_pool_id
        return Finding(subject, Verdict.FAULTY, f"the page uses the user pool {pool}", remedy)
    return Finding(subject, Verdict.FINE, "the same user pool")


def _content_security(outputs: Outputs, policy: str | None) -> Iterator[Finding]:
    """Compare the policy of the page with the hosts that the page really calls."""
    subject = "Content-Security-Policy"
    if policy is None:
        remedy = f"Amplify does not send customHttp.yml. {DEPLOY}"
        yield Finding(subject, Verdict.FAULTY, "the page has none", remedy)
        return
    appsync = urlsplit(outputs.data.url).netloc
    realtime = appsync.replace(".appsync-api.", ".appsync-realtime-api.")
    needed = [
        ("img-src", _image_origin(outputs), "images"),
        ("connect-src", _image_origin(outputs), "downloads of images"),
        ("connect-src", f"https://{appsync}", "the API"),
        ("connect-src", f"wss://{realtime}", "live updates"),
        ("connect-src", _cognito(outputs), "sign-in"),
    ]
    blocked = [
        f"{purpose} ({directive} {origin})"
        for directive, origin, purpose in needed
        if origin not in _sources(policy, directive)
    ]
    if blocked:
        found = f"blocks {', '.join(blocked)}"
        yield Finding(subject, Verdict.FAULTY, found, DEPLOY)
    else:
        yield Finding(subject, Verdict.FINE, f"allows images from {_image_origin(outputs)}")


def _image_origin(outputs: Outputs) -> str:
    """Return the origin of the presigned URLs that the functions create."""
    storage = outputs.storage
    # The host of a URL does not depend on who signs it.
    client = s3_client(storage.aws_region, aws_access_key_id="-", aws_secret_access_key="-")  # noqa: S106
    url = urlsplit(bucket_url(client, storage.bucket_name))
    return f"{url.scheme}://{url.netloc}"


def _sources(policy: str, directive: str) -> list[str]:
    """Return the sources of a directive, or those of its fallback."""
    directives = {
        name: sources
        for name, *sources in (part.split() for part in policy.split(";") if part.strip())
    }
    return directives.get(directive, directives.get("default-src", []))


def _cognito(outputs: Outputs) -> str:
    region = outputs.auth.aws_region
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return f"https://cognito-idp.{region}.{suffix}"


def _request(
    http: httpx.Client, method: str, url: str, json: object = None
) -> httpx.Response | str:
    """Send a request. Returns the kind of the error if there is no response."""
    try:
        return http.request(method, url, json=json)
    except httpx.HTTPError as error:
        return type(error).__name__
    except httpx.InvalidURL:
        return "invalid URL"
