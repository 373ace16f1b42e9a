"""A model by the name of its endpoint, loaded when it is first needed."""

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
from genai_studio.inference.pipelines.pipeline import Pipeline
from genai_studio.inference.sampling.sampling_run import Defaults

log = logging.getLogger(__name__)


class ServedModel:
    """One model and its loaded copies: one for every sampling under way at once.

    Attributes:
        name: Of its endpoint.
        defaults: Used where an invocation leaves the choice open.
    """

    def __init__(
        self,
        name: str,
        load: Callable[[], Pipeline[Any, Any]],
        defaults: Defaults | None = None,
    ) -> None:
        self.name = name
        self.defaults = defaults or Defaults()
        self._load = load
        self._loading = threading.Lock()
        self._idle: list[Pipeline[Any, Any]] = []
        self._loaded = threading.Event()
        self._failure: InferenceError | None = None

    @property
    def ready(self) -> bool:
        """Whether it was loaded."""
        return self._loaded.is_set()

    @property
    def failure(self) -> InferenceError | None:
        """Why it could not be loaded, as the next caller would be told; None while it can."""
        return self._failure

    @contextmanager
    def borrow(self) -> Iterator[Pipeline[Any, Any]]:
        """A loaded copy for the calling thread alone. Blocks while it loads.

        Raises:
            ModelUnavailable: It can never be loaded as things are.
            SamplingFailed: Loading it failed; the log says where.
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


class ServedModels:
    """Every model of this process, the default one first."""

    def __init__(self, *models: ServedModel) -> None:
        if not models:
            raise ValueError("There is no model to serve.")
        self.default = models[0]
        self._by_name: Mapping[str, ServedModel] = {model.name: model for model in models}
        if len(self._by_name) != len(models):
            raise ValueError("Two models have the same endpoint name.")

    @property
    def names(self) -> tuple[str, ...]:
        """The endpoint names, the default one first."""
        return tuple(self._by_name)

    def get(self, name: str) -> ServedModel:
        """The model served under an endpoint name.

        Raises:
            UnknownEndpoint: None is.
        """
        try:
            return self._by_name[name]
        except KeyError:
            raise UnknownEndpoint(
                f"Endpoint {name} not found. Served here: {', '.join(self.names)}.", "model"
            ) from None
