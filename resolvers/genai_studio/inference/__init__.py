"""The serving container: SageMaker's HTTP contract and the pipelines behind it."""
