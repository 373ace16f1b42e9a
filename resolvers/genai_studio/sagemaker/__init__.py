"""The endpoint port over Amazon SageMaker, the same on one machine and on AWS."""
