"""What a month uses of each service: the quantities that AWS counts.

Estimates on the safe side, each beside its reason. `tests/aws/test_consumed_capacity.py`
holds those of DynamoDB to what its server counts.
"""

from __future__ import annotations

from genai_studio.cost.workload import DAYS_PER_MONTH, HOURS_PER_MONTH, Mode, Workload

OPERATIONS_PER_IMAGE = 6
"""generateImage, the query after it, a page of history, and three publications."""

RESOLVED_PER_IMAGE = 3
"""Of these, those that a Lambda function answers; publications need none."""

CHANGES_PER_IMAGE = 3
"""Queued, running, succeeded: each is told to the browser that is open."""

WRITES_PER_IMAGE = 30
"""Record, key, counters, indexes and the words of the prompt."""

READS_PER_IMAGE = 20
"""The worker's looks at its claim, the publisher's, and pages of history."""

RECORD_KB = 6
"""A record with its key and the words of its prompt."""

IMAGE_MB, THUMBNAIL_MB = 0.5, 0.015
"""A PNG of 512 × 512 with its provenance, and its WebP."""

VIEWS, THUMBNAIL_VIEWS = 3, 10
"""How often an image is looked at whole, and in a list."""

WIRE_MB = 0.3
"""Base64 of a JPEG of 512 × 512, as the endpoint answers it."""

LOG_KB_PER_IMAGE = 10
"""Structured lines, metrics and Lambda's own lines, of some seven calls."""

APPSYNC_GB_SECONDS = 0.1 * 1.0
PUBLISHER_GB_SECONDS = 0.3 * 0.5
SWEEPER_GB_SECONDS = 0.2 * 0.5
COMPLETION_GB_SECONDS = 1.5 * 1.0
WORKER_GB = 1.0
WORKER_OWN_SECONDS = 1.0
"""Claim, thumbnail, PNG and S3, beside the wait for the endpoint."""

SWEEPS_PER_MONTH = HOURS_PER_MONTH * 60

PIPE_READS_PER_MONTH = HOURS_PER_MONTH * 3600 * 4
"""The pipe looks four times a second; Lambda's looks at a stream are free."""

QUEUE_POLLS_PER_MONTH = HOURS_PER_MONTH * 180 * 5
"""Lambda keeps five long polls of 20 seconds open, also when nothing comes."""

CONNECTED_MINUTES = 60
"""A day that each person keeps the page open."""

PAGE_MB = 1.0
BUILD_MINUTES = 4 * 10
METRICS, ALARMS, DASHBOARDS = 25, 10, 1


def usage(workload: Workload, mode: Mode) -> dict[str, float]:
    """Quantities a month by the names of `prices.json`; hours of instances not among them."""
    images = workload.images_per_month
    asynchronous = images if mode is Mode.ASYNC else 0.0
    worker_seconds = WORKER_OWN_SECONDS
    if mode is not Mode.ASYNC:
        # An asynchronous endpoint is not waited for.
        worker_seconds += workload.seconds_per_image
    calls = images * (RESOLVED_PER_IMAGE + 1 + CHANGES_PER_IMAGE) + asynchronous
    kept = workload.images_per_day * workload.kept_days
    return {
        "sagemaker_data": images * WIRE_MB / 1000,
        "lambda_requests": calls + SWEEPS_PER_MONTH,
        "lambda_compute": images
        * (
            RESOLVED_PER_IMAGE * APPSYNC_GB_SECONDS
            + CHANGES_PER_IMAGE * PUBLISHER_GB_SECONDS
            + worker_seconds * WORKER_GB
        )
        + asynchronous * COMPLETION_GB_SECONDS
        + SWEEPS_PER_MONTH * SWEEPER_GB_SECONDS,
        "appsync_operations": images * OPERATIONS_PER_IMAGE,
        "appsync_updates": images * CHANGES_PER_IMAGE,
        "appsync_connections": workload.users * CONNECTED_MINUTES * DAYS_PER_MONTH,
        "dynamodb_writes": images * WRITES_PER_IMAGE,
        "dynamodb_reads": images * READS_PER_IMAGE,
        "dynamodb_storage": kept * RECORD_KB / 1e6,
        "dynamodb_backup": kept * RECORD_KB / 1e6,
        "dynamodb_streams": PIPE_READS_PER_MONTH,
        "pipes_requests": images,
        "sqs_requests": images * 3 + QUEUE_POLLS_PER_MONTH,
        "sns_requests": asynchronous,
        "s3_storage": kept * (IMAGE_MB + THUMBNAIL_MB) / 1000,
        # Image and thumbnail, and the list of what a lost attempt left.
        "s3_writes": images * 3 + asynchronous,
        "s3_reads": images * (VIEWS + THUMBNAIL_VIEWS) + asynchronous,
        "transfer_out": images * (VIEWS * IMAGE_MB + THUMBNAIL_VIEWS * THUMBNAIL_MB) / 1000,
        "cloudwatch_logs": (images * LOG_KB_PER_IMAGE + SWEEPS_PER_MONTH * 0.5) / 1e6,
        "cloudwatch_metrics": METRICS,
        "cloudwatch_alarms": ALARMS,
        "cloudwatch_dashboards": DASHBOARDS,
        "xray_traces": calls + SWEEPS_PER_MONTH,
        "cognito_users": workload.users,
        "amplify_builds": BUILD_MINUTES,
        "amplify_served": workload.users * DAYS_PER_MONTH * PAGE_MB / 1000,
    }
