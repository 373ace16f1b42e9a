"""The scenarios of each rehearsal, and the final check.

All scenarios of a rehearsal share one cloud. The words of their prompts tell them
apart. Whatever fails, no generation is lost or processed twice, and every generation
ends in a final state with a reason.
"""

from __future__ import annotations

from genai_studio.domain.editing.upload import UPLOADS
from genai_studio.domain.generation import Status
from genai_studio.domain.image import mask_key, source_key
from tests.rehearsal.scenarios import bedrock, delivery, edits, images, services, signatures
from tests.rehearsal.system.cloud import Cloud

PURGED = 2
"""Number of generations that the scenarios purge."""


async def all_generations_are_final_and_nothing_is_left_over(cloud: Cloud) -> None:
    generations = await cloud.state.generations()
    referenced = {
        key
        for generation in generations
        for image in generation.images
        for key in (image.key, image.thumbnail_key)
    }
    edits = [(one, one.request.edit) for one in generations if one.request.edit is not None]
    kept = {source_key(one.owner, one.id) for one, _ in edits}
    kept |= {mask_key(one.owner, one.id) for one, edit in edits if edit.mask is not None}
    failed = [one for one in generations if one.status is Status.FAILED]
    succeeded = [one for one in generations if one.status is Status.SUCCEEDED]

    assert len(generations) == len(cloud.accepted) - PURGED
    assert {one.id for one in generations} <= cloud.accepted
    assert all(one.status.final for one in generations)
    assert all(one.failure is not None for one in failed)
    assert all(len(one.images) == one.request.count for one in succeeded)
    # S3 deletes uploads after a day.
    assert await cloud.poll(
        cloud.state.keys,
        lambda keys: {key for key in keys if not key.startswith(UPLOADS)} == referenced | kept,
    )
    await cloud.poll(cloud.state.queued_messages, lambda count: count == 0)


TOGETHER = (
    images.image_is_generated_pushed_and_downloaded,
    images.progress_is_pushed,
    images.image_is_found_by_text_search,
    images.image_is_found_on_its_board_until_it_is_removed,
    images.purged_generation_leaves_no_data,
    images.api_gateway_serves_the_same_studio,
    images.canceled_generation_stays_canceled,
    edits.image_is_inpainted_with_an_uploaded_mask,
    signatures.signatures_are_validated_for_the_owner_on_both_apis,
    delivery.repeated_message_is_processed_once,
    delivery.invalid_message_is_dead_lettered,
    delivery.dead_lettered_generation_fails_with_a_reason,
    services.throttled_endpoint_call_is_retried,
    services.endpoint_timeout_is_retried,
    services.invalid_endpoint_response_fails_after_all_attempts,
    services.filtered_content_fails_without_retry,
    services.failed_image_upload_is_retried,
    services.permanent_storage_failure_fails_the_generation,
    services.failed_publication_is_retried,
)
"""Scenarios that run concurrently."""

ALONE = (
    delivery.killed_worker_is_replaced,
    delivery.late_worker_is_fenced_off,
    all_generations_are_final_and_nothing_is_left_over,
)
"""Scenarios that run one after the other at the end. They advance the clock or check the total."""

ASYNCHRONOUS = (
    images.image_is_generated_pushed_and_downloaded,
    delivery.lost_notification_is_recovered_by_the_sweeper,
)
"""Scenarios of an asynchronous endpoint, which run one after the other."""

BEDROCK = (
    bedrock.image_of_bedrock_is_pushed_and_downloaded,
    bedrock.content_filtered_by_bedrock_fails_without_retry,
    services.throttled_endpoint_call_is_retried,
)
"""Scenarios of a model in Amazon Bedrock, which run one after the other."""
