"""Estimate the monthly usage of each AWS service.

The estimates err on the high side. `tests/aws/test_consumed_capacity.py` compares
those of DynamoDB with the capacity that a DynamoDB server reports.
"""

from __future__ import annotations

from genai_studio.cost.workload import DAYS_PER_MONTH, HOURS_PER_MONTH, Mode, Workload

OPERATIONS_PER_IMAGE = 6
"""generateImage, one query, one page of history, and three published events."""

RESOLVED_PER_IMAGE = 3
"""Operations that a Lambda function resolves; published events need none."""

CHANGES_PER_IMAGE = 3
"""QUEUED, RUNNING, SUCCEEDED: each is published to the open browser."""

WRITES_PER_IMAGE = 80
"""Record, idempotency key, counters, indexes and search terms."""

READS_PER_IMAGE = 20
"""Lease checks of the worker, reads of the publisher, and pages of history."""

RECORD_KB = 10
"""A record with its idempotency key and search terms."""

IMAGE_MB, THUMBNAIL_MB = 0.5, 0.015
"""A PNG of 512 × 512 pixels with provenance metadata, and a WebP thumbnail."""

VIEWS, THUMBNAIL_VIEWS = 3, 10
"""How often an image is viewed in full and as a thumbnail. A full view validates the signature."""

SIGNATURES_PER_IMAGE = 1
"""Signatures of KMS; one more with a visible label (`download_label`)."""

WIRE_MB = 0.3
"""Response of the endpoint: a JPEG of 512 × 512 pixels in base64."""

LOG_KB_PER_IMAGE = 10
"""Structured logs, metrics and Lambda's own lines of about ten invocations."""

APPSYNC_GB_SECONDS = 0.1 * 1.0
PUBLISHER_GB_SECONDS = 0.3 * 0.5
SWEEPER_GB_SECONDS = 0.2 * 0.5
COMPLETION_GB_SECONDS = 1.5 * 1.0
VERIFIER_GB_SECONDS = 0.2 * 1.0
WORKER_GB = 1.0
WORKER_OWN_SECONDS = 1.0
"""Claim, thumbnail, PNG and S3; excludes the wait for the endpoint."""

SNAPSHOT_GB = 2 * 1.0
"""Memory of the two functions that start from a snapshot (SnapStart)."""

STARTS_PER_USER_AND_DAY = 10
"""How often a user's request finds no idle environment of a function of 1 GB."""

SWEEPS_PER_MONTH = HOURS_PER_MONTH * 60

PIPE_READS_PER_MONTH = HOURS_PER_MONTH * 3600 * 4
"""EventBridge Pipes reads the stream four times per second; reads by Lambda are free."""

QUEUE_POLLS_PER_MONTH = HOURS_PER_MONTH * 180 * 5
"""Lambda keeps five long polls of 20 seconds open, even if the queue is empty."""

CONNECTED_MINUTES = 60
"""Minutes per day that each user keeps the page open."""

PAGE_MB = 1.0
BUILD_MINUTES = 4 * 10
METRICS, ALARMS, DASHBOARDS = 25, 10, 1


def usage(workload: Workload, mode: Mode) -> dict[str, float]:
    """Return monthly quantities by item name of `prices.json`.

    Instance hours, or images of Amazon Bedrock, are not included.
    """
    images = workload.images_per_month
    asynchronous = images if mode is Mode.ASYNC else 0.0
    worker_seconds = WORKER_OWN_SECONDS
    if mode is not Mode.ASYNC:
        # The worker does not wait for an asynchronous endpoint.
        worker_seconds += workload.seconds_per_image
    calls = images * (RESOLVED_PER_IMAGE + 1 + CHANGES_PER_IMAGE + VIEWS) + asynchronous
    kept = workload.images_per_day * workload.kept_days
    return {
        "sagemaker_data": 0.0 if mode is Mode.BEDROCK else images * WIRE_MB / 1000,
        "lambda_requests": calls + SWEEPS_PER_MONTH,
        "lambda_compute": images
        * (
            RESOLVED_PER_IMAGE * APPSYNC_GB_SECONDS
            + CHANGES_PER_IMAGE * PUBLISHER_GB_SECONDS
            + VIEWS * VERIFIER_GB_SECONDS
            + worker_seconds * WORKER_GB
        )
        + asynchronous * COMPLETION_GB_SECONDS
        + SWEEPS_PER_MONTH * SWEEPER_GB_SECONDS,
        "lambda_snapshots": SNAPSHOT_GB * HOURS_PER_MONTH * 3600,
        "lambda_restores": workload.users * DAYS_PER_MONTH * STARTS_PER_USER_AND_DAY * 1.0,
        "appsync_operations": images * (OPERATIONS_PER_IMAGE + VIEWS),
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
        # Image, thumbnail, and the list request that finds files of lost attempts.
        "s3_writes": images * 3 + asynchronous,
        # A full view also reads the image to validate it.
        "s3_reads": images * (2 * VIEWS + THUMBNAIL_VIEWS) + asynchronous,
        "transfer_out": images * (VIEWS * IMAGE_MB + THUMBNAIL_VIEWS * THUMBNAIL_MB) / 1000,
        "kms_keys": 1,
        "kms_signatures": images * SIGNATURES_PER_IMAGE,
        "cloudwatch_logs": (images * LOG_KB_PER_IMAGE + SWEEPS_PER_MONTH * 0.5) / 1e6,
        "cloudwatch_metrics": METRICS,
        "cloudwatch_alarms": ALARMS,
        "cloudwatch_dashboards": DASHBOARDS,
        "xray_traces": calls + SWEEPS_PER_MONTH,
        "cognito_users": workload.users,
        "amplify_builds": BUILD_MINUTES,
        "amplify_served": workload.users * DAYS_PER_MONTH * PAGE_MB / 1000,
    }
