"""The command `studio-endpoint deploy`."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from studio_endpoint.aws.waiter import Waiter
from studio_endpoint.commands.options import (
    DryRun,
    Name,
    Region,
    Yes,
    aws_clients,
    confirmed,
    print_calls,
    print_message,
    resolved_region,
)
from studio_endpoint.errors import InvalidOption
from studio_endpoint.plan.deploy_plan import deploy_plan
from studio_endpoint.plan.execution import deploy as execute
from studio_endpoint.price import hourly_price
from studio_endpoint.specification.container import (
    Container,
    has_gpu,
    marketplace_container,
    own_container,
)
from studio_endpoint.specification.deployment import Deployment, Mode

Topic = Annotated[str | None, Parameter(help="ARN of an SNS topic; requires --mode async.")]


def deploy(
    name: Name,
    /,
    *,
    role: Annotated[str, Parameter(help="ARN of the execution role.")],
    jumpstart: Annotated[str | None, Parameter(help="ID of a JumpStart model.")] = None,
    model_version: Annotated[str, Parameter(help="Version of the JumpStart model.")] = "*",
    accept_eula: Annotated[
        bool, Parameter(negative=(), help="Accept the JumpStart model's license.")
    ] = False,
    marketplace_package: Annotated[
        str | None, Parameter(name="--marketplace", help="ARN of a subscribed model package.")
    ] = None,
    image: Annotated[
        str | None, Parameter(help="URI of the project's own container image in ECR.")
    ] = None,
    archive: Annotated[
        str | None,
        Parameter(help="Model for --image: s3://…/model.tar.gz, or s3://…/PREFIX/."),
    ] = None,
    env: Annotated[
        tuple[str, ...],
        Parameter(help="Environment variable for --image: NAME=VALUE; repeatable."),
    ] = (),
    instance: Annotated[
        str | None,
        Parameter(help="Instance type; default for JumpStart: the recommended type."),
    ] = None,
    mode: Annotated[
        Mode, Parameter(help="How the endpoint is invoked, and whether it scales to zero.")
    ] = Mode.REAL_TIME,
    minimum: Annotated[
        int | None,
        Parameter(name="--min", help="Minimum number of instances; default: 1 (real-time) or 0."),
    ] = None,
    maximum: Annotated[
        int | None,
        Parameter(name="--max", help="Maximum number of instances; default: 1 or --min."),
    ] = None,
    bucket: Annotated[
        str | None,
        Parameter(help="The studio's bucket (OUT_S3_BUCKET_NAME); requires --mode async."),
    ] = None,
    success_topic: Topic = None,
    error_topic: Topic = None,
    region: Region = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> int:
    """Create an endpoint: model, configuration, instances and autoscaling.

    Shows the price first and asks for confirmation. If a step fails, the
    created resources are removed again. `--dry-run` makes no call that changes
    anything; for a JumpStart model, it reads JumpStart's public catalog.
    """
    region = resolved_region(region)
    container = _container(
        region,
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
    default_minimum = 1 if mode is Mode.REAL_TIME else 0
    minimum = default_minimum if minimum is None else minimum
    deployment = Deployment(
        name=name,
        region=region,
        mode=mode,
        container=container,
        instance_type=instance or container.instance_type or "",
        minimum=minimum,
        maximum=max(minimum, 1) if maximum is None else maximum,
        role_arn=role,
        bucket=bucket,
        success_topic=success_topic,
        error_topic=error_topic,
    )
    steps = deploy_plan(deployment)
    price = hourly_price(deployment.instance_type, region)
    print_message(price.description(deployment.minimum, deployment.maximum))
    if jumpstart is None and image is None:
        print_message("The seller charges for the software separately; see AWS Marketplace.")
    if dry_run:
        print_calls([step.call for step in steps])
        return 0
    if not confirmed(f"Deploy {name} to {region}?", yes=yes):
        print_message("Nothing was created.")
        return 1
    execute(steps, Waiter(aws_clients(region), print_message))
    endpoint = f"{name}/{name}" if mode is Mode.SCALE_TO_ZERO else name
    print_message(f"{name} is in service. Test it: studio-endpoint invoke {name} --mode {mode}")
    print_message(f"Use it: AWS_SM_EP={endpoint} AWS_REGION={region} genai-studio up")
    print_message(f"Delete it to stop the charges: studio-endpoint delete {name}")
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
        raise InvalidOption("Use exactly one of --jumpstart ID, --marketplace ARN and --image URI.")
    if image is None and (archive or environment):
        raise InvalidOption("--archive and --env require --image.")
    if jumpstart is not None:
        from studio_endpoint.specification.jumpstart import jumpstart_container

        return jumpstart_container(
            jumpstart,
            region=region,
            role_arn=role,
            instance_type=instance,
            version=version,
            accept_eula=accept_eula,
        )
    if instance is None:
        raise InvalidOption("Use --instance to set the instance type, such as ml.g5.xlarge.")
    if package is not None:
        return marketplace_container(package, region)
    return own_container(image or "", archive, environment, gpu=has_gpu(instance))


def _variables(texts: tuple[str, ...]) -> dict[str, str]:
    variables: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals):
            raise InvalidOption(f"--env {text}: expected NAME=VALUE.")
        variables[name] = value
    return variables
