"""`genai-studio doctor`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from genai_studio.hosts.cli.options import DataDir, Json, local_settings


def doctor(
    *,
    host: Annotated[str | None, Parameter(help="Address for `up` to listen on.")] = None,
    port: Annotated[int | None, Parameter(help="Port for `up` to listen on.")] = None,
    data_dir: DataDir = None,
    model_dir: Annotated[
        list[Path] | None, Parameter(help="Additional model for `up` to serve; repeatable.")
    ] = None,
    aws: Annotated[
        bool, Parameter(help="Check a studio in an AWS account instead, from outside.")
    ] = False,
    outputs: Annotated[
        Path, Parameter(help="With --aws: path of the studio's amplify_outputs.json.")
    ] = Path("amplify_outputs.json"),
    json: Json = False,
) -> int:
    """Check this machine, or a studio in an AWS account, for what is missing.

    With `--aws`, the page and the APIs are called without signing in, and the account is
    read with your AWS credentials. Nothing is changed. What the credentials do not allow
    is reported as unknown.

    Exits with code 1 if the studio cannot work.
    """
    from genai_studio.hosts.cli.output.findings import print_findings

    if aws:
        from genai_studio.hosts.cli.deployed_studio.checks import examine as examine_deployed
        from genai_studio.hosts.cli.deployed_studio.outputs import read_outputs

        return print_findings(list(examine_deployed(read_outputs(outputs))), json=json)

    from genai_studio.hosts.cli.local_studio.checks import examine

    settings = local_settings(
        host=host,
        port=port,
        data_dir=data_dir,
        model_dirs=tuple(model_dir) if model_dir else None,
    )
    return print_findings(list(examine(settings)), json=json)
