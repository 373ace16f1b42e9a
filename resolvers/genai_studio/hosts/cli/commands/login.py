"""`genai-studio login`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from genai_studio.hosts.cli.options import DataDir, local_settings


def login(
    *,
    outputs: Annotated[Path, Parameter(help="The studio's amplify_outputs.json.")] = Path(
        "amplify_outputs.json"
    ),
    username: Annotated[
        str | None, Parameter(help="Whom to sign in; asked for when it is left out.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Sign in at a studio in an AWS account, for `generate --url` and `history --url`.

    Asks for the password, and for what else the user pool wants to know. Where
    no terminal is, the answers are read from standard input, one a line. The
    tokens are kept in the data directory, readable by you alone.
    """
    from genai_studio.hosts.cli.client.cognito import sign_in
    from genai_studio.hosts.cli.client.deployment import read_deployment
    from genai_studio.hosts.cli.client.sign_in_file import SignIn, keep_sign_in
    from genai_studio.hosts.cli.output.console import err
    from genai_studio.hosts.cli.output.prompts import ask

    deployment = read_deployment(outputs)
    pool = deployment.pool
    name = username or ask("User name", secret=False)
    tokens = sign_in(pool, name, ask("Password", secret=True), ask)
    signed_in = SignIn.at(deployment, name, tokens, datetime.now(UTC))
    keep_sign_in(local_settings(data_dir=data_dir).data_dir, signed_in)
    err().print(f"Signed in as {name}.", markup=False, soft_wrap=True)
    if deployment.appsync_url is not None:
        hint = f"Now for example: genai-studio history --url {deployment.appsync_url}"
        err().print(hint, markup=False, soft_wrap=True)
