"""The serving container: SageMaker's contract over HTTP, and the pipelines behind it."""
