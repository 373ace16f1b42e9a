"""Models by endpoint name, loaded on first use."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from genai_studio.failure_log import describe
from genai_studio.inference.errors import (
    InferenceError,
    ModelUnavailable,
    SamplingFailed,
    UnknownEndpoint,
)
from genai_studio.inference.pipelines.errors import PipelineUnavailable
from genai_studio.inference.pipelines.interface import Pipeline
from genai_studio.inference.sampling.execution import SamplingDefaults

log = logging.getLogger(__name__)


class ServedModel:
    """One model and its loaded copies, one for each concurrent invocation.

    Attributes:
        name: Endpoint name.
        defaults: Values for the fields that an invocation omits.
    """

    def __init__(
        self,
        name: str,
        load: Callable[[], Pipeline[Any, Any]],
        defaults: SamplingDefaults | None = None,
    ) -> None:
        self.name = name
        self.defaults = defaults or SamplingDefaults()
        self._load = load
        self._loading = threading.Lock()
        self._idle: list[Pipeline[Any, Any]] = []
        self._loaded = threading.Event()
        self._failure: InferenceError | None = None

    @property
    def ready(self) -> bool:
        """Return whether the model has been loaded."""
        return self._loaded.is_set()

    @property
    def failure(self) -> InferenceError | None:
        """Return the error of the last attempt to load the model, or None."""
        return self._failure

    @contextmanager
    def borrow(self) -> Iterator[Pipeline[Any, Any]]:
        """Lend a loaded copy to the calling thread. Blocks while the model loads.

        Raises:
            ModelUnavailable: The model cannot be loaded. Retrying does not help.
            SamplingFailed: Loading failed. The log holds the stack trace.
        """
        pipeline = self._take()
        try:
            yield pipeline
        finally:
            self._idle.append(pipeline)

    def _take(self) -> Pipeline[Any, Any]:
        with self._loading:
            if self._idle:
                return self._idle.pop()
            began = time.monotonic()
            try:
                pipeline = self._load()
            except PipelineUnavailable as error:
                self._failure = ModelUnavailable(str(error))
                raise self._failure from error
            except Exception as error:
                log.error("Model %s could not be loaded: %s", self.name, describe(error))
                self._failure = SamplingFailed(f"Model {self.name} could not be loaded.")
                raise self._failure from error
            self._failure = None
            self._loaded.set()
            log.info("Model %s loaded in %.2f s", self.name, time.monotonic() - began)
            return pipeline


class ModelRegistry:
    """The models of this process, the default model first."""

    def __init__(self, *models: ServedModel) -> None:
        if not models:
            raise ValueError("At least one model is required.")
        self.default = models[0]
        self._by_name: Mapping[str, ServedModel] = {model.name: model for model in models}
        if len(self._by_name) != len(models):
            raise ValueError("Endpoint names must be unique.")

    @property
    def names(self) -> tuple[str, ...]:
        """Return the endpoint names, that of the default model first."""
        return tuple(self._by_name)

    def get(self, name: str) -> ServedModel:
        """Return the model of an endpoint name.

        Raises:
            UnknownEndpoint: No model has this name.
        """
        try:
            return self._by_name[name]
        except KeyError:
            raise UnknownEndpoint(
                f"Endpoint {name} not found. Available: {', '.join(self.names)}.", "model"
            ) from None
