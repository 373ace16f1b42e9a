"""Deploy the studio to an AWS account from a clone, and remove it again.

The checks call AWS with boto3, which the studio depends on anyway. The CDK
command line deploys the backend.
"""
