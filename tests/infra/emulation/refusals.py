"""What ministack's CloudFormation refuses of the templates, and why.

A refusal is explained here or mended in `amplify/`. cfn-lint checks the resources in
`REFUSED` against AWS's own specification (`tests/infra/backend/test_cfn_lint.py`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.infra.assembly import Assembly, Resource

METRIC_MATH = "AWS::CloudWatch::Alarm with metric math"

REFUSED: Mapping[str, str] = {
    # ministack emulates neither service in CloudFormation.
    "AWS::Amplify::App": "Unrecognized resource types: [AWS::Amplify::App]",
    "AWS::Amplify::Branch": "Unrecognized resource types: [AWS::Amplify::Branch]",
    # ministack emulates the API of AWS Budgets, but has no handler of the resource.
    "AWS::Budgets::Budget": "Unrecognized resource types: [AWS::Budgets::Budget]",
    # ministack emulates web ACLs, but has no handler of their associations.
    "AWS::WAFv2::WebACLAssociation": "Unrecognized resource types: [AWS::WAFv2::WebACLAssociation]",
    # ministack evaluates alarms of one metric only.
    METRIC_MATH: "Properties.Metrics (metric math) is not supported",
}
"""The error message by type of resource."""

NOT_RUN = {
    # Amplify's function calls the Amplify service, which ministack does not emulate.
    "Custom::AmplifyBranchLinkerResource",
}
"""What ministack accepts but cannot complete."""


def kind(resource: Resource) -> str:
    """Return the type of a resource as `REFUSED` names it."""
    of_type: str = resource["Type"]
    has_math = of_type == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]
    return METRIC_MATH if has_math else of_type


def is_accepted(resource: Resource) -> bool:
    """Return whether the emulated stack contains the resource."""
    return kind(resource) not in {*REFUSED, *NOT_RUN}


def every_resource(assembly: Assembly) -> list[Resource]:
    """Return the resources of all templates."""
    return [
        resource
        for path in assembly.templates
        for resource in json.loads(path.read_text("utf-8"))["Resources"].values()
    ]


def accepted(template: dict[str, Any]) -> dict[str, Any]:
    """Return a template without the resources that ministack refuses or cannot complete.

    References to them become text.
    """
    resources: dict[str, Resource] = template["Resources"]
    kept = {name: resource for name, resource in resources.items() if is_accepted(resource)}
    removed = resources.keys() - kept.keys()
    found: dict[str, Any] = _without_references(template | {"Resources": kept}, removed)
    return found


def alone(resource: Resource) -> dict[str, Any]:
    """Return a template of one resource, with text instead of references."""
    names = {"Type": resource["Type"], "Properties": resource["Properties"]}
    return {"Resources": {"Only": _without_references(names, None)}}


def _without_references(node: Any, removed: set[str] | None) -> Any:
    """Replace references to removed resources by text. None: references to any resource."""
    if isinstance(node, list):
        return [_without_references(one, removed) for one in node]
    if not isinstance(node, dict):
        return node
    match node:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]} if (
            removed is None or name in removed
        ):
            return "left-out"
        case {"Fn::Join": _} if removed is None:
            return "left-out"
    copy = {key: _without_references(value, removed) for key, value in node.items()}
    if removed and isinstance(copy.get("DependsOn"), list):
        copy["DependsOn"] = [name for name in copy["DependsOn"] if name not in removed]
    return copy
