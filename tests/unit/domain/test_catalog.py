"""Catalog lookups and ranges."""

from __future__ import annotations

import pytest

from genai_studio.domain.catalog import Catalog, Range, Style
from genai_studio.domain.errors import ErrorCode, UnknownModel
from tests.unit.domain.models import a_model


@pytest.mark.parametrize(
    ("value", "inside"),
    [(64, True), (72, True), (512, True), (56, False), (520, False), (65, False), (64.0, False)],
)
def test_range_includes_both_ends_and_every_step(value: object, inside: bool) -> None:
    assert (value in Range(min=64, max=512, step=8)) == inside


def test_range_steps_start_at_the_minimum() -> None:
    assert [value for value in range(20) if value in Range(min=3, max=15, step=4)] == [3, 7, 11, 15]


def test_the_first_model_is_the_default() -> None:
    catalog = Catalog((a_model("one"), a_model("two")))

    assert catalog.get(None).id == "one"
    assert catalog.get("two").id == "two"


def test_unknown_model_error_lists_the_models() -> None:
    with pytest.raises(UnknownModel) as refused:
        Catalog((a_model("one"), a_model("two"))).get("three")

    (problem,) = refused.value.problems
    assert problem.code is ErrorCode.UNKNOWN_MODEL
    assert "one, two" in problem.message
    assert problem.path == ("input", "model")


def test_an_empty_catalog_is_rejected() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Catalog(())


def test_duplicate_model_ids_are_rejected() -> None:
    with pytest.raises(ValueError, match="must be unique"):
        Catalog((a_model("one"), a_model("one")))


def test_style_lookup_by_id() -> None:
    ink = Style(id="ink", name="Ink", prompt="{prompt}, ink drawing")
    model = a_model(styles=(ink,))

    assert model.style("ink") is ink
    assert model.style("oil") is None
