"""Command line of `make deploy` and `make destroy`."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any

from studio_deploy import page, removal, stack
from studio_deploy.account import Account
from studio_deploy.advice import find_advice
from studio_deploy.amplify_outputs import amplify_outputs
from studio_deploy.checks import Requirements, find_problems
from studio_deploy.preflight.bedrock import Bedrock
from studio_deploy.preflight.model_settings import check_model_settings, configured_endpoint
from studio_deploy.problems import Problem
from studio_deploy.progress import Steps, say

MODEL = "model-txt2img-stabilityai-stable-diffusion-v2-1-base"
INSTANCE = "ml.g5.2xlarge"
"""Default instance type of a new endpoint; `GENAI_STUDIO_INSTANCE` overrides it."""

OUTPUTS = stack.ROOT / "amplify_outputs.json"


def main(
    arguments: list[str],
    open_account: Callable[[str], Account] = Account,
    ask: Callable[[str], str] = input,
) -> int:
    """Run a command and return the exit code of the process."""
    parser = argparse.ArgumentParser(
        prog="studio-deploy", description="Deploy the studio to an AWS account, or remove it."
    )
    parser.add_argument(
        "command",
        choices=["check", "deploy", "destroy"],
        help="check the account, check and deploy, or delete the stack",
    )
    parser.add_argument("--region", required=True, help="the AWS region, such as eu-central-1")
    parser.add_argument(
        "--data",
        choices=["keep", "delete"],
        default="keep",
        help="with destroy: keep or delete users, records and images (default: keep)",
    )
    options = parser.parse_args(arguments)
    if not options.region:
        say("Set a region, for example: make deploy REGION=eu-central-1")
        return 2
    account = open_account(options.region)
    try:
        if options.command == "destroy":
            return destroy(account, ask, delete_data=options.data == "delete")
        if not check(account):
            return 1
        return 0 if options.command == "check" else deploy(account)
    except Problem as problem:
        say(str(problem))
        return 1


def check(account: Account) -> bool:
    """Print problems with the account, or else advice. Returns whether there is no problem.

    Raises:
        Problem: The model or the catalog file is invalid, or the model does not support the mode.
    """
    settings = check_model_settings()
    requirements = Requirements(
        endpoint=configured_endpoint(),
        model=os.environ.get("GENAI_STUDIO_JUMPSTART_MODEL", MODEL),
        instance=os.environ.get("GENAI_STUDIO_INSTANCE", INSTANCE),
        reserved_concurrency=reserved_concurrency(
            os.environ.get("GENAI_STUDIO_RESERVED_CONCURRENCY", "")
        ),
        bedrock=None
        if settings.bedrock_model is None
        else Bedrock(settings.bedrock_model, settings.bedrock_region),
    )
    problems = list(find_problems(account, requirements))
    for problem in problems:
        say(str(problem))
    if not problems:
        for advice in find_advice(account):
            say(str(advice))
    return not problems


def reserved_concurrency(reservations: str) -> int:
    """Return the sum of reservations such as `worker=20,appsync=50`.

    The synthesis reports invalid ones.
    """
    return sum(int(number) for number in re.findall(r"=\s*(\d+)", reservations))


def deploy(account: Account) -> int:
    """Deploy the backend and the page, and print the next steps."""
    steps = Steps(4, f"make deploy REGION={account.region}")
    with steps.step("Upload the code and prepare the changes"):
        stack.prepare(account)
    with steps.step("Create or update the resources"):
        stack.execute(account)
    with steps.step(f"Write {OUTPUTS.name}"):
        outputs = amplify_outputs(stack.outputs(account))
        OUTPUTS.write_text(json.dumps(outputs, indent=2) + "\n", "utf-8")
    with steps.step("Publish the page"):
        url = page.publish(account, outputs)
    pool = outputs["auth"]["user_pool_id"]
    say(f"The studio is at {url}")
    endpoint = outputs["custom"].get("endpoint")
    if endpoint is not None and configured_endpoint() is None:
        say(f"It needs the endpoint {endpoint} to generate images: make endpoint")
    say(
        "Invite a user:\n"
        f"    aws cognito-idp admin-create-user --user-pool-id {pool} --username EMAIL"
        f" --user-attributes Name=email,Value=EMAIL Name=email_verified,Value=true"
        f" --region {account.region}"
    )
    return 0


def deployed_outputs(account: Account) -> dict[str, Any] | None:
    """Return the outputs of the stack. None for a stack whose creation failed: it has none.

    If an earlier `make destroy` deleted the stack but not the data, return those of the file.

    Raises:
        Problem: There is no stack in this region, and no file of one.
    """
    try:
        found = stack.outputs(account)
    except Problem:
        if not OUTPUTS.is_file():
            raise
        written: dict[str, Any] = json.loads(OUTPUTS.read_text("utf-8"))
        if written["auth"]["aws_region"] != account.region:
            raise
        return written
    return amplify_outputs(found) if found else None


def say_commands(title: str, commands: Sequence[str]) -> None:
    """Print commands for the operator to run."""
    say(title)
    for command in commands:
        say(f"    {command}")


def destroy(account: Account, ask: Callable[[str], str], *, delete_data: bool) -> int:
    """Delete the stack after confirmation, and its retained data if requested."""
    outputs = deployed_outputs(account)
    data = (
        removal.RetainedData.from_resources(account, stack.STACK)
        if outputs is None
        else removal.RetainedData.from_outputs(outputs)
    )
    lost = " and permanently deletes all users, records and images" if delete_data else ""
    answer = ask(f"This removes the studio in {account.region}{lost}. Type the region to confirm: ")
    if answer.strip() != account.region:
        say("Nothing was removed.")
        return 1
    steps = Steps(2 if delete_data else 1, f"make destroy REGION={account.region}")
    with steps.step("Delete the resources"):
        stack.delete(account)
    commands = data.commands(account.region)
    if delete_data:
        try:
            with steps.step("Delete users, records and images"):
                removal.delete(account, data)
        except BaseException:
            say_commands("To delete what is left without make destroy, run:", commands)
            raise
    elif commands:
        say_commands("Users, records and images are retained. To delete them, run:", commands)
    OUTPUTS.unlink(missing_ok=True)
    endpoint = None if outputs is None else outputs["custom"].get("endpoint")
    if endpoint is not None:
        say(
            "The SageMaker endpoint still runs and is billed. To delete it, run:\n"
            f'    make endpoint ARGS="delete {endpoint}"'
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
