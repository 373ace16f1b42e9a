"""`genai-studio login`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from genai_studio.hosts.cli.options import DataDir, local_settings


def login(
    *,
    outputs: Annotated[Path, Parameter(help="Path of the studio's amplify_outputs.json.")] = Path(
        "amplify_outputs.json"
    ),
    username: Annotated[str | None, Parameter(help="User name. Prompted for if omitted.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Sign in to a studio in an AWS account, for `generate --url` and `history --url`.

    Prompts for the password and for further challenges of the user pool. Without
    a terminal, reads one answer per line from standard input. The tokens are stored
    in the data directory, readable only by you.
    """
    from genai_studio.hosts.cli.client.cognito import sign_in
    from genai_studio.hosts.cli.client.deployment import read_deployment
    from genai_studio.hosts.cli.client.sign_in_file import SignIn, write_sign_in
    from genai_studio.hosts.cli.output.console import err
    from genai_studio.hosts.cli.output.prompts import prompt_user

    deployment = read_deployment(outputs)
    pool = deployment.pool
    name = username or prompt_user("User name", secret=False)
    tokens = sign_in(pool, name, prompt_user("Password", secret=True), prompt_user)
    signed_in = SignIn.create(deployment, name, tokens, datetime.now(UTC))
    write_sign_in(local_settings(data_dir=data_dir).data_dir, signed_in)
    err().print(f"Signed in as {name}.", markup=False, soft_wrap=True)
    if deployment.appsync_url is not None:
        hint = f"Try: genai-studio history --url {deployment.appsync_url}"
        err().print(hint, markup=False, soft_wrap=True)
