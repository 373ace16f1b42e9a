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
    port: Annotated[
        int | None, Parameter(help="TCP port to listen on; 0 for any free one.")
    ] = None,
    data_dir: DataDir = None,
    model_dir: Annotated[
        list[Path] | None,
        Parameter(help="Additional diffusers folder or .safetensors file to serve; repeatable."),
    ] = None,
    endpoint_url: Annotated[
        str | None, Parameter(help="URL of a running inference server to use.")
    ] = None,
    browser: Annotated[bool, Parameter(help="Open a browser and sign in.")] = True,
    allowed_host: Annotated[
        list[str] | None,
        Parameter(help="Additional host name to accept in requests; repeatable."),
    ] = None,
    base_path: Annotated[
        str | None, Parameter(help="Path of the studio behind a reverse proxy, such as /studio.")
    ] = None,
    trusted_proxy: Annotated[
        list[str] | None,
        Parameter(
            help="Address or network of a reverse proxy whose X-Forwarded headers are used;"
            " repeatable."
        ),
    ] = None,
    cors_origin: Annotated[
        list[str] | None,
        Parameter(help="Origin of another page that may call the API; repeatable."),
    ] = None,
    user: User = None,
) -> None:
    """Run the studio on this machine until Ctrl-C: page, API and model.

    Prints a link that signs the browser in. If AWS_SM_EP and AWS_REGION are set,
    that SageMaker endpoint generates the images, called with your AWS credentials;
    if GENAI_STUDIO_BEDROCK_MODEL is set, that model in Amazon Bedrock.
    """
    from uvicorn.loops.auto import auto_loop_factory

    from genai_studio.hosts.cli.local_studio.serve import serve

    settings = local_settings(
        host=host,
        port=port,
        data_dir=data_dir,
        model_dirs=tuple(model_dir) if model_dir else None,
        endpoint_url=endpoint_url,
        allowed_hosts=tuple(allowed_host) if allowed_host else None,
        base_path=base_path,
        trusted_proxies=tuple(trusted_proxy) if trusted_proxy else None,
        cors_origins=tuple(cors_origin) if cors_origin else None,
        user=user,
    )
    # A shell starts background jobs with SIGINT ignored. `serve` copies the SIGINT
    # handler to SIGTERM, so SIGINT needs its default handler.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    # uvloop where it is installed, else asyncio's own event loop.
    with suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        runner.run(serve(settings, open_browser=browser))
