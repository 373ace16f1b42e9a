"""Expected errors reach clients; bugs are masked, and logged without user data."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator

import pytest
import strawberry
from graphql import GraphQLError

from genai_studio.domain.errors import NotFound, StudioUnavailable, SubscriberTooSlow
from genai_studio.failure_log import describe
from genai_studio.schema.documents.document_cache import DocumentCache
from genai_studio.schema.errors import Forbidden
from genai_studio.schema.masked_schema import MaskedSchema
from genai_studio.schema.scalars import SCALARS

pytestmark = pytest.mark.anyio

SECRET = "a secret prompt"


class NeedsArguments(Exception):
    """An exception that cannot be constructed without arguments."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(first, second)


ERRORS: dict[str, Exception] = {
    "NOT_FOUND": NotFound(("id",)),
    "FORBIDDEN": Forbidden("Not for you."),
    "UNAVAILABLE": StudioUnavailable("The store cannot be reached."),
    "SUBSCRIBER_TOO_SLOW": SubscriberTooSlow("Events came faster than they were taken."),
    "KeyError": KeyError(SECRET),
    "NeedsArguments": NeedsArguments(SECRET, SECRET),
    "UnicodeEncodeError": UnicodeEncodeError("utf-8", SECRET, 0, 1, SECRET),
    "GraphQLError": GraphQLError(SECRET),
    "RecursionError": RecursionError(SECRET),
}
EXPECTED = ["NOT_FOUND", "FORBIDDEN", "UNAVAILABLE", "SUBSCRIBER_TOO_SLOW"]
BUGS = [name for name in ERRORS if name not in EXPECTED]


@strawberry.type
class Query:
    @strawberry.field
    async def fail(self, kind: str) -> str:
        prompt = SECRET  # noqa: F841  # a local that a log of locals would show
        try:
            raise ValueError(SECRET)
        except ValueError as cause:
            raise ERRORS[kind] from cause

    @strawberry.field
    def same(self, number: int) -> int:
        return number

    @strawberry.field
    def too_long(self) -> int:
        return 10**12

    @strawberry.field
    async def nothing(self) -> str:
        return None  # type: ignore[return-value]


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def fail(self, kind: str, after: int) -> AsyncIterator[int]:
        for number in range(after):
            yield number
        raise ERRORS[kind]

    @strawberry.subscription
    async def too_long(self) -> AsyncIterator[int]:
        yield 10**12


@pytest.fixture(params=["Strawberry executes", "compiled"])
def schema(request: pytest.FixtureRequest) -> MaskedSchema:
    """A schema that executes with Strawberry's pipeline, or directly."""
    documents = None if request.param == "Strawberry executes" else DocumentCache(10)
    return MaskedSchema(query=Query, subscription=Subscription, documents=documents)


@pytest.mark.parametrize("kind", EXPECTED)
async def test_expected_errors_have_a_code(
    schema: MaskedSchema, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    result = await schema.execute(f'{{ fail(kind: "{kind}") }}')

    (error,) = result.errors or []
    assert error.extensions is not None
    assert error.extensions["code"] == kind
    assert error.path == ["fail"]
    assert caplog.text == ""


@pytest.mark.parametrize("kind", BUGS)
async def test_bugs_are_masked_and_logged_with_type_and_location(
    schema: MaskedSchema, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    result = await schema.execute(f'{{ fail(kind: "{kind}") }}')

    (error,) = result.errors or []
    assert error.extensions == {"code": "INTERNAL"}
    assert error.original_error is None
    reference = error.message.removeprefix("Internal error (reference ").removesuffix(").")
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert reference in record.getMessage()
    assert kind in record.getMessage()
    assert "test_errors.py" in record.getMessage() or kind == "GraphQLError"
    assert SECRET not in caplog.text + str(error.formatted)
    assert record.exc_info is None


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        ("{ same(number: 4294967295) }", None),
        ("query Q($number: Int!) { same(number: $number) }", {"number": 4294967295}),
    ],
    ids=["literal", "variable"],
)
async def test_too_large_integer_names_the_limit(
    schema: MaskedSchema, document: str, variables: dict[str, object] | None
) -> None:
    result = await schema.execute(document, variables)

    (error,) = result.errors or []
    assert "4294967295" in error.message
    assert error.message.endswith(
        "The largest Int is 2147483647. Send a larger seed modulo 2147483648."
    )


@pytest.mark.parametrize("field", ["tooLong", "nothing"])
async def test_invalid_return_values_are_masked(
    schema: MaskedSchema, field: str, caplog: pytest.LogCaptureFixture
) -> None:
    result = await schema.execute(f"{{ {field} }}")

    (error,) = result.errors or []
    assert error.extensions == {"code": "INTERNAL"}
    assert "1000000000000" not in error.message + caplog.text


@pytest.mark.parametrize("after", [0, 2])
@pytest.mark.parametrize("kind", [kind for kind in ERRORS if kind != "GraphQLError"])
async def test_masks_errors_at_every_item_of_a_stream(
    schema: MaskedSchema, kind: str, after: int, caplog: pytest.LogCaptureFixture
) -> None:
    document = f'subscription {{ fail(kind: "{kind}", after: {after}) }}'
    results = [result async for result in await schema.stream(document)]

    assert [result.data for result in results[:after]] == [{"fail": n} for n in range(after)]
    (error,) = results[-1].errors or []
    assert error.extensions is not None
    assert error.extensions["code"] == (kind if kind in EXPECTED else "INTERNAL")
    assert SECRET not in caplog.text + str(error.formatted)


async def test_masks_invalid_values_of_a_stream(schema: MaskedSchema) -> None:
    (result,) = [one async for one in await schema.stream("subscription { tooLong }")]

    assert (result.errors or [])[0].extensions == {"code": "INTERNAL"}


async def test_masks_errors_of_every_execution_method(schema: MaskedSchema) -> None:
    over_stream = [one async for one in await schema.stream('{ fail(kind: "KeyError") }')]
    subscribed = [
        one
        async for one in await schema.subscribe('subscription { fail(kind: "KeyError", after: 0) }')
    ]
    for result in (over_stream[0], subscribed[0], schema.execute_sync("{ tooLong }")):
        assert [error.extensions for error in result.errors or ()] == [{"code": "INTERNAL"}]


@pytest.mark.parametrize(
    ("document", "variables", "expected"),
    [
        ("{", None, "Syntax Error"),
        ("{ nope }", None, "Cannot query field 'nope'"),
        ("{ fail }", None, "Argument 'Query.fail(kind:)' of type 'String!' is required"),
        ("{ fail(kind: 1) }", None, "String cannot represent a non string value: 1"),
        ("query ($k: String!) { fail(kind: $k) }", None, "'$k'"),
        ("query ($k: String!) { fail(kind: $k) }", {"k": 1}, "'$k'"),
        ('query ($k: String = "x") { fail(kind: $k) }', {"k": None}, "'kind'"),
    ],
)
async def test_request_errors_keep_their_message(
    schema: MaskedSchema,
    document: str,
    variables: dict[str, object] | None,
    expected: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    result = await schema.execute(document, variable_values=variables)

    (error,) = result.errors or []
    assert expected in error.message
    assert caplog.text == ""


@pytest.mark.parametrize("scalar", SCALARS.values(), ids=lambda scalar: scalar.name)
def test_scalars_explain_rejected_values(scalar: object) -> None:
    with pytest.raises(ValueError, match=r".{20,}"):
        scalar.parse_value(7)  # type: ignore[attr-defined]


def test_log_description_has_only_types_and_frames() -> None:
    def fail(prompt: str) -> None:
        try:
            int(prompt)
        except ValueError as cause:
            raise NeedsArguments(prompt, prompt) from cause

    with pytest.raises(NeedsArguments) as raised:
        fail(SECRET)
    text = describe(raised.value)

    assert "NeedsArguments from ValueError" in text.splitlines()[0]
    assert text.splitlines()[-1].endswith("in fail")
    assert SECRET not in text


def test_describes_circular_causes() -> None:
    first, second = KeyError("x"), ValueError("y")
    first.__cause__, second.__cause__ = second, first

    assert describe(first).count("Error") == 5
