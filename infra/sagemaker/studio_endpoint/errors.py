"""Errors that a command reports. Each message says what to do."""

from __future__ import annotations


class StudioEndpointError(Exception):
    """Base class of all errors that a command reports."""


class InvalidOption(StudioEndpointError):
    """An option conflicts with another one, or has a value that AWS does not accept."""


class QuotaExceeded(StudioEndpointError):
    """The account's quota does not allow this number of instances of this type."""


class InvalidRole(StudioEndpointError):
    """The execution role is missing, cannot be assumed, or lacks a permission."""


class NotSubscribed(StudioEndpointError):
    """The account has no AWS Marketplace subscription to the model package."""


class UnknownModel(StudioEndpointError):
    """JumpStart does not offer this model in this region."""


class EulaNotAccepted(StudioEndpointError):
    """The model has a license that the operator must accept."""


class AlreadyExists(StudioEndpointError):
    """A resource with this name exists."""


class NotFound(StudioEndpointError):
    """No resource with this name exists."""


class NotManaged(StudioEndpointError):
    """The endpoint was not created by this tool."""


class AccessDenied(StudioEndpointError):
    """The caller's credentials do not allow the call."""


class InvalidCredentials(StudioEndpointError):
    """There are no credentials, or they are expired or invalid."""


class ResourceBusy(StudioEndpointError):
    """AWS is still creating or changing the resource and accepts no other call."""


class InsufficientCapacity(StudioEndpointError):
    """AWS has no free instance of this type at the moment."""


class StartupFailed(StudioEndpointError):
    """AWS created the endpoint or component, but it did not come into service."""


class NoResponse(StudioEndpointError):
    """AWS could not be reached, or did not respond."""


class WaitTimeout(StudioEndpointError):
    """A state or a result did not arrive within the time limit."""


class RequestRejected(StudioEndpointError):
    """AWS or the endpoint rejected the request for a reason without its own error type."""
