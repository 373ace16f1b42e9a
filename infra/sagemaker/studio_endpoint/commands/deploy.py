"""`studio-endpoint deploy`: make an endpoint."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from studio_endpoint.carry_out import deploy as carry_out
from studio_endpoint.commands.options import (
    DryRun,
    Name,
    Region,
    Yes,
    agreed,
    aws_clients,
    chosen_region,
    note,
    print_calls,
)
from studio_endpoint.container import Container, has_gpu, marketplace, own_container
from studio_endpoint.deployment import Deployment, Mode
from studio_endpoint.errors import InvalidChoice
from studio_endpoint.plan import deploy_plan
from studio_endpoint.price import hourly_price
from studio_endpoint.waiting import Waiting

Topic = Annotated[str | None, Parameter(help="ARN of an SNS topic; with --mode async.")]


def deploy(
    name: Name,
    /,
    *,
    role: Annotated[str, Parameter(help="ARN of the execution role.")],
    jumpstart: Annotated[str | None, Parameter(help="Id of a JumpStart model.")] = None,
    model_version: Annotated[str, Parameter(help="Of the JumpStart model.")] = "*",
    accept_eula: Annotated[
        bool, Parameter(negative=(), help="You accept the JumpStart model's licence.")
    ] = False,
    marketplace_package: Annotated[
        str | None, Parameter(name="--marketplace", help="ARN of a subscribed model package.")
    ] = None,
    image: Annotated[str | None, Parameter(help="The project's own container, in ECR.")] = None,
    archive: Annotated[
        str | None, Parameter(help="Its model: s3://…/model.tar.gz, or s3://…/PREFIX/.")
    ] = None,
    env: Annotated[tuple[str, ...], Parameter(help="Its variables: NAME=VALUE; repeatable.")] = (),
    instance: Annotated[
        str | None, Parameter(help="Type of the instances; JumpStart models recommend one.")
    ] = None,
    mode: Annotated[Mode, Parameter(help="How it is called, and whether it can rest.")] = (
        Mode.REAL_TIME
    ),
    minimum: Annotated[
        int | None, Parameter(name="--min", help="Instances always there; 1, or 0 at rest.")
    ] = None,
    maximum: Annotated[int | None, Parameter(name="--max", help="Instances at most.")] = None,
    bucket: Annotated[
        str | None, Parameter(help="The studio's bucket (OUT_S3_BUCKET_NAME); with --mode async.")
    ] = None,
    success_topic: Topic = None,
    error_topic: Topic = None,
    region: Region = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> int:
    """Make an endpoint: model, configuration, instances, autoscaling.

    What it costs is told first, and nothing is made before you agree. When a
    step fails, what was made is removed again. `--dry-run` makes no call that
    changes anything; for a JumpStart model, JumpStart's public catalogue is read.
    """
    where = chosen_region(region)
    container = _container(
        where,
        role,
        instance,
        jumpstart=jumpstart,
        version=model_version,
        accept_eula=accept_eula,
        package=marketplace_package,
        image=image,
        archive=archive,
        environment=_variables(env),
    )
    rests = mode is not Mode.REAL_TIME
    lowest = (0 if rests else 1) if minimum is None else minimum
    deployment = Deployment(
        name=name,
        region=where,
        mode=mode,
        container=container,
        instance_type=instance or container.instance_type or "",
        minimum=lowest,
        maximum=max(lowest, 1) if maximum is None else maximum,
        role_arn=role,
        bucket=bucket,
        success_topic=success_topic,
        error_topic=error_topic,
    )
    steps = deploy_plan(deployment)
    price = hourly_price(deployment.instance_type, where)
    note(price.told(deployment.minimum, deployment.maximum))
    if jumpstart is None and image is None:
        note("The seller's own price for the software comes on top; see AWS Marketplace.")
    if dry_run:
        print_calls([step.call for step in steps])
        return 0
    if not agreed(f"Deploy {name} to {where}?", yes=yes):
        note("Nothing was made.")
        return 1
    carry_out(steps, Waiting(aws_clients(where), note))
    offered = f"{name}/{name}" if mode is Mode.SCALE_TO_ZERO else name
    note(f"{name} is in service. Try it: studio-endpoint invoke {name} --mode {mode}")
    note(f"Offer it: AWS_SM_EP={offered} AWS_REGION={where} genai-studio up")
    note(f"End its costs: studio-endpoint delete {name}")
    return 0


def _container(
    region: str,
    role: str,
    instance: str | None,
    *,
    jumpstart: str | None,
    version: str,
    accept_eula: bool,
    package: str | None,
    image: str | None,
    archive: str | None,
    environment: dict[str, str],
) -> Container:
    if [jumpstart, package, image].count(None) != 2:
        raise InvalidChoice("Say one of --jumpstart ID, --marketplace ARN and --image URI.")
    if image is None and (archive or environment):
        raise InvalidChoice("--archive and --env belong to --image.")
    if jumpstart is not None:
        from studio_endpoint.jumpstart import jumpstart as jumpstart_container

        return jumpstart_container(
            jumpstart,
            region=region,
            role_arn=role,
            instance_type=instance,
            version=version,
            accept_eula=accept_eula,
        )
    if instance is None:
        raise InvalidChoice("Say which instances it runs on, such as --instance ml.g5.xlarge.")
    if package is not None:
        return marketplace(package, region)
    return own_container(image or "", archive, environment, gpu=has_gpu(instance))


def _variables(texts: tuple[str, ...]) -> dict[str, str]:
    variables: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals):
            raise InvalidChoice(f"--env {text}: expected NAME=VALUE.")
        variables[name] = value
    return variables
