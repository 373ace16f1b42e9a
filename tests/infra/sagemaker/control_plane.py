"""An in-memory emulation of AWS's control plane behind real boto3 clients.

botocore builds and validates each request as usual. `request_checks` adds the checks that
botocore omits. Nothing leaves the process.

The emulation enforces the order of operations like AWS: a configuration requires its model,
an endpoint requires its configuration, and an endpoint cannot be deleted before its
inference components.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import boto3
from botocore import xform_name
from botocore.model import OperationModel

from tests.infra.sagemaker.request_checks import check_request

REGION = "us-east-1"
ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/genai-studio-endpoint"

Response = Mapping[str, Any]


class AwsError(Exception):
    """An error response of AWS."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass
class ControlPlane:
    """The existing resources and the received calls.

    Attributes:
        resources: Every existing resource, by kind and name.
        calls: Every operation with its parameters, in order.
        errors: Errors by operation. An `AwsError` replaces the operation. Any other
            exception is raised after the operation, like a lost connection.
        states: States that a describe operation returns in turn. The last one stays.
    """

    resources: dict[tuple[str, str], Any] = field(default_factory=dict)
    calls: list[tuple[str, Any]] = field(default_factory=list)
    errors: dict[str, Exception] = field(default_factory=dict)
    states: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def clients(self, service: str) -> Any:
        global _active_plane  # noqa: PLW0603 - clients are shared, so the plane in use must be global
        _active_plane = self
        return _client(service)

    @property
    def operations(self) -> list[str]:
        return [operation for operation, _ in self.calls]

    @property
    def changes(self) -> list[str]:
        """The operations that change something."""
        read_only = ("Describe", "List", "Get")
        return [name for name in self.operations if not name.startswith(read_only)]

    def parameters(self, operation: str) -> Any:
        (found,) = (params for name, params in self.calls if name == operation)
        return found

    def respond(self, operation: str, params: Any) -> tuple[Any, Response]:
        """Execute one operation and return the HTTP response and its parsed content."""
        self.calls.append((operation, params))
        try:
            planned_error = self.errors.get(operation)
            if isinstance(planned_error, AwsError):
                raise planned_error
            handle: Callable[[Any], Response] = getattr(self, f"_{xform_name(operation)}")
            content = handle(params)
            if planned_error is not None:
                # The operation succeeded, but its response is lost.
                raise planned_error
        except AwsError as error:
            failure = {"Code": error.code, "Message": error.message}
            return _Http(400), {"Error": failure, "ResponseMetadata": {}}
        return _Http(200), {**content, "ResponseMetadata": {"HTTPStatusCode": 200}}

    def _put(self, kind: str, name: str, params: Any) -> None:
        if (kind, name) in self.resources:
            raise AwsError("ValidationException", f"Cannot create already existing {kind} {name}.")
        self.resources[kind, name] = params

    def _get(self, kind: str, name: str) -> Any:
        try:
            return self.resources[kind, name]
        except KeyError:
            raise AwsError("ValidationException", f"Could not find {kind} {name}.") from None

    def _delete(self, kind: str, name: str) -> Response:
        self._get(kind, name)
        del self.resources[kind, name]
        return {}

    def _state(self, operation: str, default: str) -> tuple[str, str]:
        pending = self.states.get(operation, [])
        if not pending:
            return default, ""
        return pending.pop(0) if len(pending) > 1 else pending[0]

    def _create_model(self, params: Any) -> Response:
        self._put("model", params["ModelName"], params)
        return {"ModelArn": _arn("model", params["ModelName"])}

    def _delete_model(self, params: Any) -> Response:
        return self._delete("model", params["ModelName"])

    def _create_endpoint_config(self, params: Any) -> Response:
        for variant in params["ProductionVariants"]:
            if "ModelName" in variant:
                self._get("model", variant["ModelName"])
        self._put("configuration", params["EndpointConfigName"], params)
        return {"EndpointConfigArn": _arn("endpoint-config", params["EndpointConfigName"])}

    def _describe_endpoint_config(self, params: Any) -> Response:
        return dict(self._get("configuration", params["EndpointConfigName"]))

    def _delete_endpoint_config(self, params: Any) -> Response:
        return self._delete("configuration", params["EndpointConfigName"])

    def _create_endpoint(self, params: Any) -> Response:
        self._get("configuration", params["EndpointConfigName"])
        self._put("endpoint", params["EndpointName"], params)
        return {"EndpointArn": _arn("endpoint", params["EndpointName"])}

    def _describe_endpoint(self, params: Any) -> Response:
        name = params["EndpointName"]
        resource = self._get("endpoint", name)
        config = self._get("configuration", resource["EndpointConfigName"])
        state, reason = self._state("DescribeEndpoint", "InService")
        running = {
            "VariantName": config["ProductionVariants"][0]["VariantName"],
            "CurrentInstanceCount": config["ProductionVariants"][0]["InitialInstanceCount"],
            "DesiredInstanceCount": config["ProductionVariants"][0]["InitialInstanceCount"],
        }
        return {
            "EndpointName": name,
            "EndpointArn": _arn("endpoint", name),
            "EndpointConfigName": resource["EndpointConfigName"],
            "EndpointStatus": state,
            "FailureReason": reason,
            **({"ProductionVariants": [running]} if state == "InService" else {}),
        }

    def _delete_endpoint(self, params: Any) -> Response:
        self._get("endpoint", params["EndpointName"])
        if self._state("DescribeEndpoint", "InService")[0] == "Creating":
            raise AwsError("ValidationException", "Cannot update in-progress endpoint.")
        if any(kind == "component" for kind, _ in self.resources):
            raise AwsError("ValidationException", "Delete its inference components first.")
        return self._delete("endpoint", params["EndpointName"])

    def _list_tags(self, params: Any) -> Response:
        kind, _, name = params["ResourceArn"].rpartition(":")[2].partition("/")
        return {"Tags": self._get(kind, name).get("Tags", [])}

    def _create_inference_component(self, params: Any) -> Response:
        self._get("endpoint", params["EndpointName"])
        self._get("model", params["Specification"]["ModelName"])
        self._put("component", params["InferenceComponentName"], params)
        return {
            "InferenceComponentArn": _arn("inference-component", params["InferenceComponentName"])
        }

    def _describe_inference_component(self, params: Any) -> Response:
        name = params["InferenceComponentName"]
        resource = self._get("component", name)
        state, reason = self._state("DescribeInferenceComponent", "InService")
        return {
            "InferenceComponentName": name,
            "InferenceComponentStatus": state,
            "FailureReason": reason,
            "Specification": resource["Specification"],
            "RuntimeConfig": {"CurrentCopyCount": resource["RuntimeConfig"]["CopyCount"]},
        }

    def _list_inference_components(self, params: Any) -> Response:
        names = [
            name
            for (kind, name), resource in self.resources.items()
            if kind == "component" and resource["EndpointName"] == params["EndpointNameEquals"]
        ]
        return {"InferenceComponents": [{"InferenceComponentName": name} for name in names]}

    def _delete_inference_component(self, params: Any) -> Response:
        return self._delete("component", params["InferenceComponentName"])

    def _register_scalable_target(self, params: Any) -> Response:
        kind, name = params["ResourceId"].split("/")[:2]
        self._get("component" if kind == "inference-component" else kind, name)
        self.resources["target", params["ResourceId"]] = params
        return {}

    def _deregister_scalable_target(self, params: Any) -> Response:
        if ("target", params["ResourceId"]) not in self.resources:
            raise AwsError("ObjectNotFoundException", "No scalable target found.")
        for kind, name in list(self.resources):
            if kind == "policy" and name.startswith(f"{params['ResourceId']}:"):
                del self.resources[kind, name]
        return self._delete("target", params["ResourceId"])

    def _put_scaling_policy(self, params: Any) -> Response:
        self._get("target", params["ResourceId"])
        name = f"{params['ResourceId']}:{params['PolicyName']}"
        self.resources["policy", name] = params
        return {"PolicyARN": _policy_arn(params["PolicyName"]), "Alarms": []}

    def _delete_scaling_policy(self, params: Any) -> Response:
        return self._delete("policy", f"{params['ResourceId']}:{params['PolicyName']}")

    def _put_metric_alarm(self, params: Any) -> Response:
        self.resources["alarm", params["AlarmName"]] = params
        return {}

    def _delete_alarms(self, params: Any) -> Response:
        for name in params["AlarmNames"]:
            self.resources.pop(("alarm", name), None)
        return {}


_active_plane: ControlPlane


@cache
def _client(service: str) -> Any:
    """Return a client for all planes, because SageMaker's service model takes a second to load."""
    session: Any = boto3.Session("key", "secret", region_name=REGION)
    client = session.client(service)
    checked: list[Any] = []

    def check(params: Any, model: OperationModel, **_: Any) -> None:
        check_request(params, model.input_shape, model.name)
        checked.append(params)

    def respond(model: OperationModel, **_: Any) -> tuple[Any, Response]:
        return _active_plane.respond(model.name, checked.pop())

    client.meta.events.register("before-parameter-build.*.*", check)
    client.meta.events.register("before-call.*.*", respond)
    return client


@dataclass(frozen=True)
class _Http:
    status_code: int


def _arn(kind: str, name: str) -> str:
    return f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:{kind}/{name}"


def _policy_arn(name: str) -> str:
    return f"arn:aws:autoscaling:{REGION}:{ACCOUNT}:scalingPolicy:1:policyName/{name}"
