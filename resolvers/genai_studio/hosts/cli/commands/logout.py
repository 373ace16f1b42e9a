"""`genai-studio logout`."""

from __future__ import annotations

from genai_studio.hosts.cli.options import DataDir, local_settings


def logout(*, data_dir: DataDir = None) -> None:
    """Sign out of the studio in an AWS account.

    Deletes the stored tokens and revokes the refresh token. A copied access token
    stays valid until it expires, after at most one hour.
    """
    from genai_studio.hosts.cli.client.cognito import revoke
    from genai_studio.hosts.cli.client.sign_in_file import delete_sign_in, read_sign_in
    from genai_studio.hosts.cli.output.console import err

    directory = local_settings(data_dir=data_dir).data_dir
    signed_in = read_sign_in(directory)
    # Delete the file first, so that it is gone even if the revocation fails.
    delete_sign_in(directory)
    if signed_in is None:
        err().print("Not signed in.")
        return
    revoke(signed_in.pool, signed_in.refresh_token)
    err().print(f"Signed out {signed_in.username}.", markup=False, soft_wrap=True)
