"""The price file: date, sources, and validation."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from genai_studio.catalog_file import read_models
from genai_studio.cost.prices import PUBLISHED, ImagePrice, InstancePrice, Price, read_prices
from genai_studio.domain.errors import StudioUnavailable


def test_published_prices_have_a_date_and_sources() -> None:
    prices = read_prices()
    assert prices.date >= date(2026, 11, 1)
    assert prices.currency == "USD"
    every: list[InstancePrice | ImagePrice | Price] = []
    for region in prices.regions.values():
        every += [*region.instances.values(), *region.items.values()]
        for name in region.instances:
            assert name.startswith("ml.")
    for models in prices.bedrock.values():
        every += models.values()
    for price in every:
        assert price.price > 0
        assert urlsplit(price.source).hostname == "aws.amazon.com"
        assert price.read_at


def test_catalog_and_price_file_agree_on_the_models_in_bedrock() -> None:
    catalog = {
        (region, model.bedrock.model_id): model.price_per_image
        for model in read_models()
        if model.bedrock is not None
        for region in model.bedrock.regions
    }
    assert catalog == {
        (region, model): price.price
        for region, models in read_prices().bedrock.items()
        for model, price in models.items()
    }


def test_a_custom_price_file_can_add_a_region(tmp_path: Path) -> None:
    own = json.loads(PUBLISHED.read_text("utf-8"))
    own["regions"] = {"eu-central-1": own["regions"]["us-east-1"]}
    path = tmp_path / "prices.json"
    path.write_text(json.dumps(own), "utf-8")
    assert read_prices(path).region("eu-central-1").instance_hour("ml.g5.xlarge") == 1.408


def test_an_unknown_region_is_rejected_by_name() -> None:
    with pytest.raises(
        StudioUnavailable, match=r"No prices for region mars-1\. Available: us-east-1"
    ):
        read_prices().region("mars-1")


@pytest.mark.parametrize("text", ["", "[]", '{"date": "2026-11-23"}'])
def test_a_malformed_price_file_is_rejected(tmp_path: Path, text: str) -> None:
    path = tmp_path / "prices.json"
    path.write_text(text, "utf-8")
    with pytest.raises(StudioUnavailable, match="is not a valid price file"):
        read_prices(path)


def test_a_missing_price_file_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(StudioUnavailable, match="cannot be read"):
        read_prices(tmp_path / "none.json")
