"""`make deploy`, `make destroy`, and the steps of a build of Amplify's own."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable

from studio_deploy import page, removal, stack
from studio_deploy.account import Account
from studio_deploy.amplify_outputs import amplify_outputs
from studio_deploy.checks import Wanted, problems
from studio_deploy.problems import Problem

MODEL = "model-txt2img-stabilityai-stable-diffusion-v2-1-base"
INSTANCE = "ml.g5.xlarge"
"""On which a new endpoint is meant to run; `GENAI_STUDIO_INSTANCE` names another."""

OUTPUTS = stack.ROOT / "amplify_outputs.json"


def main(
    arguments: list[str],
    account_of: Callable[[str], Account] = Account,
    ask: Callable[[str], str] = input,
) -> int:
    """Carry a command out; gives what the process ends with."""
    parser = argparse.ArgumentParser(prog="studio-deploy")
    parser.add_argument("command", choices=["check", "deploy", "destroy"])
    parser.add_argument("--region", required=True)
    parser.add_argument("--data", choices=["keep", "delete"], default="keep")
    asked = parser.parse_args(arguments)
    if not asked.region:
        say("Name a region, such as: make deploy REGION=eu-central-1")
        return 2
    account = account_of(asked.region)
    try:
        if asked.command == "destroy":
            return destroy(account, ask, forget=asked.data == "delete")
        if not ready(account):
            return 1
        return 0 if asked.command == "check" else deploy(account)
    except Problem as problem:
        say(str(problem))
        return 1


def ready(account: Account) -> bool:
    """Whether nothing stands in the way; says what does."""
    wanted = Wanted(
        # Of an inference component, `ENDPOINT/COMPONENT`.
        endpoint=os.environ.get("AWS_SM_EP", "").partition("/")[0] or None,
        model=os.environ.get("GENAI_STUDIO_JUMPSTART_MODEL", MODEL),
        instance=os.environ.get("GENAI_STUDIO_INSTANCE", INSTANCE),
    )
    found = list(problems(account, wanted))
    for problem in found:
        say(str(problem))
    return not found


def deploy(account: Account) -> int:
    """Backend, then page; says what comes next."""
    stack.deploy(account)
    outputs = amplify_outputs(stack.outputs(account))
    OUTPUTS.write_text(json.dumps(outputs, indent=2) + "\n", "utf-8")
    url = page.publish(account, outputs)
    pool = outputs["auth"]["user_pool_id"]
    say(f"The studio is at {url}")
    if not os.environ.get("AWS_SM_EP"):
        say(f"It draws when the endpoint {outputs['custom']['endpoint']} is there: make endpoint")
    say(
        "Invite somebody:\n"
        f"    aws cognito-idp admin-create-user --user-pool-id {pool} --username EMAIL"
        f" --user-attributes Name=email,Value=EMAIL Name=email_verified,Value=true"
        f" --region {account.region}"
    )
    return 0


def destroy(account: Account, ask: Callable[[str], str], *, forget: bool) -> int:
    """The stack, and only when asked to also what it retains."""
    outputs = amplify_outputs(stack.outputs(account))
    data = removal.Data.of(outputs)
    lost = ", all its people and all their pictures, for ever" if forget else ""
    answer = ask(f"This removes the studio in {account.region}{lost}. Type the region to go on: ")
    if answer.strip() != account.region:
        say("Nothing was removed.")
        return 1
    stack.delete(account)
    OUTPUTS.unlink(missing_ok=True)
    if forget:
        removal.delete(account, data)
    else:
        say("People, records and pictures stay. These commands delete them:")
        for command in data.commands(account.region):
            say(f"    {command}")
    endpoint = outputs["custom"]["endpoint"]
    say(f'The endpoint stays, and is paid for: make endpoint ARGS="delete {endpoint}"')
    return 0


def say(text: str) -> None:
    """To the operator."""
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
