"""Limits on the lengths of texts, checked before any resolver normalizes or matches one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    GraphQLError,
    ObjectFieldNode,
    StringValueNode,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    visit,
)

from genai_studio.domain.validation import (
    MAX_NAME_CHARACTERS,
    MAX_PROMPT_CHARACTERS,
    MAX_SEARCH_CHARACTERS,
)

MAX_TEXT_CHARACTERS: Mapping[str, int] = {
    "prompt": MAX_PROMPT_CHARACTERS,
    "negativePrompt": MAX_PROMPT_CHARACTERS,
    "text": MAX_SEARCH_CHARACTERS,
    # The services report a key or a name that is too long as a user error.
    "clientRequestId": MAX_SEARCH_CHARACTERS,
    "name": MAX_SEARCH_CHARACTERS,
    # Only AppSync's publisher may send it.
    "generation": 100_000,
}
"""Limits of arguments and input fields in characters. All others have `MAX_NAME_CHARACTERS`."""


class TextArguments(Visitor):
    """The texts of a document: literals, and the arguments that use variables.

    Attributes:
        errors: One for each literal that is too long.
        arguments: The argument with the lowest limit, by variable.
    """

    def __init__(self, document: DocumentNode) -> None:
        super().__init__()
        self.errors: list[GraphQLError] = []
        self.arguments: dict[str, str] = {}
        self._names: list[str] = []
        self._literals: list[tuple[str, StringValueNode]] = []
        visit(document, self)
        for name, node in self._literals:
            # The default value of a variable has the limit of the argument that uses it.
            argument = self.arguments.get(name.removeprefix("$"), "") if name[:1] == "$" else name
            if len(node.value) > _limit(argument):
                self.errors.append(_error(argument or name, len(node.value), node))

    def enter_argument(self, node: ArgumentNode, *_: Any) -> None:
        self._names.append(node.name.value)

    def leave_argument(self, *_: Any) -> None:
        self._names.pop()

    def enter_object_field(self, node: ObjectFieldNode, *_: Any) -> None:
        self._names.append(node.name.value)

    def leave_object_field(self, *_: Any) -> None:
        self._names.pop()

    def enter_variable_definition(self, node: VariableDefinitionNode, *_: Any) -> None:
        self._names.append(f"${node.variable.name.value}")

    def leave_variable_definition(self, *_: Any) -> None:
        self._names.pop()

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        if self._names and not self._names[-1].startswith("$"):
            variable, argument = node.name.value, self._names[-1]
            self.arguments[variable] = min(
                self.arguments.get(variable, argument), argument, key=_limit
            )

    def enter_string_value(self, node: StringValueNode, *_: Any) -> None:
        if len(node.value) > MAX_NAME_CHARACTERS:
            self._literals.append((self._names[-1] if self._names else "", node))


def long_texts(
    variables: Mapping[str, Any], arguments: Mapping[str, str]
) -> Iterator[GraphQLError]:
    """Yield one error for each text in the variables that is too long.

    Args:
        variables: Variables within the limits on nesting.
        arguments: The argument that uses each variable. Other variables have no effect.
    """
    for variable, argument in arguments.items():
        pending: list[tuple[str, object]] = [(argument, variables.get(variable))]
        while pending:
            name, item = pending.pop()
            if isinstance(item, str):
                if len(item) > _limit(name):
                    yield _error(name, len(item))
            elif isinstance(item, dict):
                pending.extend(item.items())
            elif isinstance(item, list):
                pending.extend((name, element) for element in item)


def _limit(name: str) -> int:
    return MAX_TEXT_CHARACTERS.get(name, MAX_NAME_CHARACTERS)


def _error(name: str, length: int, node: ValueNode | None = None) -> GraphQLError:
    shown = name[:MAX_NAME_CHARACTERS]
    return GraphQLError(
        f"`{shown}` must be at most {_limit(name)} characters, is {length}.",
        nodes=node,
        extensions={"code": "INVALID_INPUT", "path": [shown]},
    )
