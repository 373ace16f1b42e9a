"""`genai-studio logout`."""

from __future__ import annotations

from genai_studio.hosts.cli.options import DataDir, local_settings


def logout(*, data_dir: DataDir = None) -> None:
    """Sign out at the studio in an AWS account that `login` signed in at.

    Nothing of the sign-in stays on this machine, and the user pool gives no
    further tokens for it. One that is copied elsewhere works until its hour is
    over.
    """
    from genai_studio.hosts.cli.client.cognito import revoke
    from genai_studio.hosts.cli.client.sign_in_file import forget_sign_in, read_sign_in
    from genai_studio.hosts.cli.output.console import err

    directory = local_settings(data_dir=data_dir).data_dir
    signed_in = read_sign_in(directory)
    # Whatever the user pool answers, nothing stays here.
    forget_sign_in(directory)
    if signed_in is None:
        err().print("Nobody is signed in.")
        return
    revoke(signed_in.pool, signed_in.refresh_token)
    err().print(f"Signed out {signed_in.username}.", markup=False, soft_wrap=True)
