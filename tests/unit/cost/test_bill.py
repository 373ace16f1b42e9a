"""Bills calculated by hand from the published prices of us-east-1."""

from __future__ import annotations

import pytest

from genai_studio.cost.bill import Bill, Line, bedrock_bill, bill
from genai_studio.cost.prices import RegionPrices, read_prices
from genai_studio.cost.usage import usage
from genai_studio.cost.workload import Mode, Workload
from genai_studio.domain.errors import StudioUnavailable

# A month has 730 hours, or 730 / 24 days: 1,440 images per day are 43,800 per month.
A_DAY = Workload(images_per_day=1440, seconds_per_image=5)


@pytest.fixture
def prices() -> RegionPrices:
    return read_prices().region("us-east-1")


def line_of(monthly: Bill, item: str) -> Line:
    (line,) = [line for line in monthly.lines if line.item == item]
    return line


def test_the_endpoint_is_billed_by_instance_hours(prices: RegionPrices) -> None:
    # Always on: 730 h × 1.408 = 1,027.84.
    always_on = bill(A_DAY, Mode.REAL_TIME, "ml.g5.xlarge", prices)
    assert line_of(always_on, "ml.g5.xlarge instances").cost == pytest.approx(1027.84)
    # Scaled to zero: 1,440 × 5 s = 2 h, and 8 × (8 + 15) min = 3.0667 h: 5.0667 h per day;
    # × 730 / 24 = 154.1111 h × 1.408 = 216.99.
    scaled = bill(A_DAY, Mode.SCALE_TO_ZERO, "ml.g5.xlarge", prices)
    assert line_of(scaled, "ml.g5.xlarge instances").cost == pytest.approx(216.99, abs=0.01)


def test_usage_is_multiplied_by_its_price(prices: RegionPrices) -> None:
    monthly = bill(A_DAY, Mode.REAL_TIME, "ml.g5.xlarge", prices)
    # 43,800 × 80 writes = 3,504,000 × 0.625 / 1,000,000 = 2.19.
    assert line_of(monthly, "records written").cost == pytest.approx(2.19)
    # 43,800 × (6 operations + 3 validations) = 394,200 × 4 / 1,000,000 = 1.5768.
    assert line_of(monthly, "queries and mutations").cost == pytest.approx(1.5768)
    # 1,440 × 365 days × 0.515 MB = 270.684 GB × 0.023 = 6.2257.
    assert line_of(monthly, "images kept").cost == pytest.approx(6.2257, abs=1e-4)


def test_the_free_tier_is_deducted(prices: RegionPrices) -> None:
    monthly = bill(A_DAY, Mode.REAL_TIME, "ml.g5.xlarge", prices)
    # The pipe reads 730 × 3,600 × 4 = 10,512,000 times, less 2,500,000 free:
    # 8,012,000 × 0.02 / 100,000 = 1.6024.
    assert line_of(monthly, "stream reads of the pipe").cost == pytest.approx(1.6024)
    # 43,800 × (3 × 0.5 MB + 10 × 0.015 MB) = 72.27 GB lie below the 100 GB free.
    assert line_of(monthly, "images to browsers").cost == 0


def test_without_the_free_tier_all_usage_is_charged(prices: RegionPrices) -> None:
    monthly = bill(A_DAY, Mode.REAL_TIME, "ml.g5.xlarge", prices, free_tier=False)
    # 72.27 GB × 0.09 = 6.5043.
    assert line_of(monthly, "images to browsers").cost == pytest.approx(6.5043)
    # 43,800 × (3 × 0.1 + 3 × 0.15 + 3 × 0.2 + 6 × 1) + 43,800 sweeps × 0.1 = 326,310 GB-seconds;
    # × 0.0000133334 = 4.3508.
    assert line_of(monthly, "memory by time, Arm").cost == pytest.approx(4.3508, abs=1e-4)


def test_signatures_and_their_key_are_billed_without_a_free_tier(prices: RegionPrices) -> None:
    monthly = bill(A_DAY, Mode.REAL_TIME, "ml.g5.xlarge", prices)
    # AWS excludes requests to asymmetric keys from the free tier.
    # 43,800 × 0.15 / 10,000 = 0.657, and the key 1.00.
    assert line_of(monthly, "signatures of images (ECC)").cost == pytest.approx(0.657)
    assert line_of(monthly, "signing key").cost == 1
    assert monthly.services["KMS"] == pytest.approx(1.657)
    idle = bill(Workload(images_per_day=0), Mode.ASYNC, "ml.g5.xlarge", prices)
    assert idle.services["KMS"] == 1


def test_snapshots_are_billed_all_month_and_each_start_from_them(prices: RegionPrices) -> None:
    idle = bill(Workload(images_per_day=0), Mode.ASYNC, "ml.g5.xlarge", prices)
    # 2 GB × 730 × 3,600 seconds × 0.0000015046 = 7.9082.
    assert line_of(idle, "snapshots kept (SnapStart)").cost == pytest.approx(7.9082, abs=1e-4)
    starts = line_of(idle, "starts from snapshots (SnapStart)")
    assert starts.cost == pytest.approx(starts.quantity * 0.0001397998)


def test_the_worker_does_not_wait_for_an_asynchronous_endpoint(prices: RegionPrices) -> None:
    monthly = bill(A_DAY, Mode.ASYNC, "ml.g5.xlarge", prices)
    # 43,800 × (3 × 0.1 + 3 × 0.15 + 3 × 0.2 + 1 × 1 + 1.5) + 43,800 × 0.1 = 173,010 GB-seconds.
    assert line_of(monthly, "memory by time, Arm").quantity == pytest.approx(173_010)
    assert line_of(monthly, "completion notices").quantity == pytest.approx(43_800)


def test_bedrock_is_billed_by_the_image_and_nothing_while_idle(prices: RegionPrices) -> None:
    monthly = bedrock_bill(A_DAY, "stability.sd3-5-large-v1:0", 0.08, prices)
    # 43,800 images × 0.08 = 3,504.
    assert monthly.services["Bedrock"] == pytest.approx(3504)
    assert monthly.services["SageMaker"] == 0
    # The worker waits for it: the same GB-seconds as with a real-time endpoint.
    assert line_of(monthly, "memory by time, Arm").quantity == pytest.approx(
        line_of(bill(A_DAY, Mode.REAL_TIME, "ml.g5.xlarge", prices), "memory by time, Arm").quantity
    )
    idle = bedrock_bill(Workload(images_per_day=0), "a-model", 0.08, prices)
    assert idle.services["Bedrock"] == 0


def test_cost_per_image_is_total_divided_by_images(prices: RegionPrices) -> None:
    monthly = bill(A_DAY, Mode.SCALE_TO_ZERO, "ml.g5.xlarge", prices)
    assert monthly.total == pytest.approx(sum(monthly.services.values()))
    assert monthly.per_image == pytest.approx(monthly.total / 43_800)
    nothing = bill(Workload(images_per_day=0), Mode.ASYNC, "ml.g5.xlarge", prices)
    assert nothing.per_image is None


def test_usage_and_prices_have_the_same_items(
    prices: RegionPrices,
) -> None:
    assert set(usage(A_DAY, Mode.ASYNC)) == set(prices.items)


def test_a_missing_price_is_reported_by_name(prices: RegionPrices) -> None:
    with pytest.raises(
        StudioUnavailable, match=r"No price for instance type ml\.g9\.huge.*ml\.g5\.xlarge"
    ):
        bill(A_DAY, Mode.REAL_TIME, "ml.g9.huge", prices)
    without_items = RegionPrices(instances=prices.instances, items={})
    with pytest.raises(StudioUnavailable, match="no entry sagemaker_data"):
        bill(A_DAY, Mode.REAL_TIME, "ml.g5.xlarge", without_items)
