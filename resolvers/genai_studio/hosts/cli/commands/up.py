"""`genai-studio up`."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from genai_studio.hosts.cli.options import DataDir, User, local_settings


def up(
    *,
    host: Annotated[str | None, Parameter(help="Address to listen on.")] = None,
    port: Annotated[int | None, Parameter(help="TCP port; 0 takes a free one.")] = None,
    data_dir: DataDir = None,
    model_dir: Annotated[
        list[Path] | None,
        Parameter(help="A diffusers folder or .safetensors file to serve too; repeatable."),
    ] = None,
    endpoint_url: Annotated[
        str | None, Parameter(help="An inference server that runs already.")
    ] = None,
    browser: Annotated[
        bool, Parameter(help="Open the browser, signed in; --no-browser leaves it.")
    ] = True,
    allowed_host: Annotated[
        list[str] | None,
        Parameter(help="A host name that requests may name; repeatable."),
    ] = None,
    cors_origin: Annotated[
        list[str] | None,
        Parameter(help="Origin of another page that may use the API; repeatable."),
    ] = None,
    user: User = None,
) -> None:
    """Run the studio until Ctrl-C: page, API and model, on this machine.

    Prints a link that signs the browser in. With AWS_SM_EP and AWS_REGION set,
    images come from that SageMaker endpoint, called with your AWS credentials.
    """
    from genai_studio.hosts.cli.serving import serve

    settings = local_settings(
        host=host,
        port=port,
        data_dir=data_dir,
        model_dirs=tuple(model_dir) if model_dir else None,
        endpoint_url=endpoint_url,
        allowed_hosts=tuple(allowed_host) if allowed_host else None,
        cors_origins=tuple(cors_origin) if cors_origin else None,
        user=user,
    )
    # A shell's background job ignores Ctrl-C, and SIGTERM is to end the studio as it does.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(settings, open_browser=browser))
