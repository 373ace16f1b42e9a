"""AWS's control plane in memory, behind real boto3 clients.

botocore builds and checks each request as always; what it lets through (it
knows patterns, enumerations and longest lengths, and checks none of them) is
checked here against its own service models. Nothing leaves the process.

Like the real one it makes things in an order: a configuration needs its model,
an endpoint its configuration, and an endpoint cannot go before its components.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import boto3
from botocore import xform_name
from botocore.model import OperationModel, Shape

REGION = "us-east-1"
ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/genai-studio-endpoint"

Answer = Mapping[str, Any]


class Refusal(Exception):
    """An error as AWS would answer it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass
class ControlPlane:
    """What there is, and what was asked.

    Attributes:
        things: Everything that exists, by kind and name.
        calls: Every operation, in order, with its parameters.
        refusals: By operation, what it answers instead; an exception that is
            no `Refusal` is a lost connection.
        states: By operation of the describe kind, the states it tells before
            the last one, which stays.
    """

    things: dict[tuple[str, str], Any] = field(default_factory=dict)
    calls: list[tuple[str, Any]] = field(default_factory=list)
    refusals: dict[str, Exception] = field(default_factory=dict)
    states: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def clients(self, service: str) -> Any:
        global _answering  # noqa: PLW0603 - clients are shared; whoever was asked last answers
        _answering = self
        return _client(service)

    @property
    def operations(self) -> list[str]:
        return [operation for operation, _ in self.calls]

    @property
    def made(self) -> list[str]:
        """Operations that change something."""
        asking = ("Describe", "List", "Get")
        return [name for name in self.operations if not name.startswith(asking)]

    def parameters(self, operation: str) -> Any:
        (found,) = (params for name, params in self.calls if name == operation)
        return found

    def answer(self, operation: str, params: Any) -> tuple[Any, Answer]:
        """Carry one operation out: the HTTP status, and the content of the answer."""
        self.calls.append((operation, params))
        try:
            refusal = self.refusals.get(operation)
            if isinstance(refusal, Refusal):
                raise refusal
            handle: Callable[[Any], Answer] = getattr(self, f"_{xform_name(operation)}")
            content = handle(params)
            if refusal is not None:
                # It was done, and nobody heard of it.
                raise refusal
        except Refusal as error:
            failure = {"Code": error.code, "Message": error.message}
            return _Http(400), {"Error": failure, "ResponseMetadata": {}}
        return _Http(200), {**content, "ResponseMetadata": {"HTTPStatusCode": 200}}

    def _put(self, kind: str, name: str, params: Any) -> None:
        if (kind, name) in self.things:
            raise Refusal("ValidationException", f"Cannot create already existing {kind} {name}.")
        self.things[kind, name] = params

    def _get(self, kind: str, name: str) -> Any:
        try:
            return self.things[kind, name]
        except KeyError:
            raise Refusal("ValidationException", f"Could not find {kind} {name}.") from None

    def _delete(self, kind: str, name: str) -> Answer:
        self._get(kind, name)
        del self.things[kind, name]
        return {}

    def _state(self, operation: str, settled: str) -> tuple[str, str]:
        waiting = self.states.get(operation, [])
        if not waiting:
            return settled, ""
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    def _create_model(self, params: Any) -> Answer:
        self._put("model", params["ModelName"], params)
        return {"ModelArn": _arn("model", params["ModelName"])}

    def _delete_model(self, params: Any) -> Answer:
        return self._delete("model", params["ModelName"])

    def _create_endpoint_config(self, params: Any) -> Answer:
        for variant in params["ProductionVariants"]:
            if "ModelName" in variant:
                self._get("model", variant["ModelName"])
        self._put("configuration", params["EndpointConfigName"], params)
        return {"EndpointConfigArn": _arn("endpoint-config", params["EndpointConfigName"])}

    def _describe_endpoint_config(self, params: Any) -> Answer:
        return dict(self._get("configuration", params["EndpointConfigName"]))

    def _delete_endpoint_config(self, params: Any) -> Answer:
        return self._delete("configuration", params["EndpointConfigName"])

    def _create_endpoint(self, params: Any) -> Answer:
        self._get("configuration", params["EndpointConfigName"])
        self._put("endpoint", params["EndpointName"], params)
        return {"EndpointArn": _arn("endpoint", params["EndpointName"])}

    def _describe_endpoint(self, params: Any) -> Answer:
        name = params["EndpointName"]
        made = self._get("endpoint", name)
        config = self._get("configuration", made["EndpointConfigName"])
        state, reason = self._state("DescribeEndpoint", "InService")
        running = {
            "VariantName": config["ProductionVariants"][0]["VariantName"],
            "CurrentInstanceCount": config["ProductionVariants"][0]["InitialInstanceCount"],
            "DesiredInstanceCount": config["ProductionVariants"][0]["InitialInstanceCount"],
        }
        return {
            "EndpointName": name,
            "EndpointArn": _arn("endpoint", name),
            "EndpointConfigName": made["EndpointConfigName"],
            "EndpointStatus": state,
            "FailureReason": reason,
            **({"ProductionVariants": [running]} if state == "InService" else {}),
        }

    def _delete_endpoint(self, params: Any) -> Answer:
        self._get("endpoint", params["EndpointName"])
        if self._state("DescribeEndpoint", "InService")[0] == "Creating":
            raise Refusal("ValidationException", "Cannot update in-progress endpoint.")
        if any(kind == "component" for kind, _ in self.things):
            raise Refusal("ValidationException", "Delete its inference components first.")
        return self._delete("endpoint", params["EndpointName"])

    def _list_tags(self, params: Any) -> Answer:
        kind, _, name = params["ResourceArn"].rpartition(":")[2].partition("/")
        return {"Tags": self._get(kind, name).get("Tags", [])}

    def _create_inference_component(self, params: Any) -> Answer:
        self._get("endpoint", params["EndpointName"])
        self._get("model", params["Specification"]["ModelName"])
        self._put("component", params["InferenceComponentName"], params)
        return {
            "InferenceComponentArn": _arn("inference-component", params["InferenceComponentName"])
        }

    def _describe_inference_component(self, params: Any) -> Answer:
        name = params["InferenceComponentName"]
        made = self._get("component", name)
        state, reason = self._state("DescribeInferenceComponent", "InService")
        return {
            "InferenceComponentName": name,
            "InferenceComponentStatus": state,
            "FailureReason": reason,
            "Specification": made["Specification"],
            "RuntimeConfig": {"CurrentCopyCount": made["RuntimeConfig"]["CopyCount"]},
        }

    def _list_inference_components(self, params: Any) -> Answer:
        names = [
            name
            for (kind, name), made in self.things.items()
            if kind == "component" and made["EndpointName"] == params["EndpointNameEquals"]
        ]
        return {"InferenceComponents": [{"InferenceComponentName": name} for name in names]}

    def _delete_inference_component(self, params: Any) -> Answer:
        return self._delete("component", params["InferenceComponentName"])

    def _register_scalable_target(self, params: Any) -> Answer:
        kind, name = params["ResourceId"].split("/")[:2]
        self._get("component" if kind == "inference-component" else kind, name)
        self.things["target", params["ResourceId"]] = params
        return {}

    def _deregister_scalable_target(self, params: Any) -> Answer:
        if ("target", params["ResourceId"]) not in self.things:
            raise Refusal("ObjectNotFoundException", "No scalable target found.")
        for kind, name in list(self.things):
            if kind == "policy" and name.startswith(f"{params['ResourceId']}:"):
                del self.things[kind, name]
        return self._delete("target", params["ResourceId"])

    def _put_scaling_policy(self, params: Any) -> Answer:
        self._get("target", params["ResourceId"])
        name = f"{params['ResourceId']}:{params['PolicyName']}"
        self.things["policy", name] = params
        return {"PolicyARN": _policy_arn(params["PolicyName"]), "Alarms": []}

    def _delete_scaling_policy(self, params: Any) -> Answer:
        return self._delete("policy", f"{params['ResourceId']}:{params['PolicyName']}")

    def _put_metric_alarm(self, params: Any) -> Answer:
        self.things["alarm", params["AlarmName"]] = params
        return {}

    def _delete_alarms(self, params: Any) -> Answer:
        for name in params["AlarmNames"]:
            self.things.pop(("alarm", name), None)
        return {}


_answering: ControlPlane


@cache
def _client(service: str) -> Any:
    """A client for all planes: reading SageMaker's service model takes a second."""
    session: Any = boto3.Session("key", "secret", region_name=REGION)
    client = session.client(service)
    checked: list[Any] = []

    def check(params: Any, model: OperationModel, **_: Any) -> None:
        _check(params, model.input_shape, model.name)
        checked.append(params)

    def answer(model: OperationModel, **_: Any) -> tuple[Any, Answer]:
        return _answering.answer(model.name, checked.pop())

    client.meta.events.register("before-parameter-build.*.*", check)
    client.meta.events.register("before-call.*.*", answer)
    return client


@dataclass(frozen=True)
class _Http:
    status_code: int


def _arn(kind: str, name: str) -> str:
    return f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:{kind}/{name}"


def _policy_arn(name: str) -> str:
    return f"arn:aws:autoscaling:{REGION}:{ACCOUNT}:scalingPolicy:1:policyName/{name}"


def _check(value: Any, shape: Shape | None, where: str) -> None:
    """Hold a value to what botocore's model says of it, and botocore does not check."""
    if shape is None:
        return
    if shape.type_name == "structure":
        for name, member in value.items():
            _check(member, shape.members[name], f"{where}.{name}")  # type: ignore[attr-defined] # a structure's
    elif shape.type_name == "list":
        _check_length(value, shape, where)
        for member in value:
            _check(member, shape.member, where)  # type: ignore[attr-defined] # a list's
    elif shape.type_name == "map":
        _check_length(value, shape, where)
    elif shape.type_name == "string":
        _check_length(value, shape, where)
        _check_text(value, shape, where)
    elif shape.type_name in ("integer", "long", "float", "double"):
        low, high = shape.metadata.get("min"), shape.metadata.get("max")
        assert low is None or value >= low, f"{where}: {value} is less than {low}"
        assert high is None or value <= high, f"{where}: {value} is more than {high}"


def _check_length(value: Any, shape: Shape, where: str) -> None:
    longest = shape.metadata.get("max")
    assert longest is None or len(value) <= longest, f"{where}: longer than {longest}"


def _check_text(value: str, shape: Shape, where: str) -> None:
    known = shape.metadata.get("enum")
    assert not known or value in known, f"{where}: {value} is none of {known}"
    pattern = shape.metadata.get("pattern", "")
    # Some patterns are written for Java, which knows more classes and surrogates.
    if pattern and not re.search(r"\\p\{|\\u", pattern):
        assert re.fullmatch(pattern, value), f"{where}: {value} does not match {pattern}"
