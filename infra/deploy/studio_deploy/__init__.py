"""Puts the studio into an AWS account from a clone, and takes it out again.

In Python, because the checks speak to AWS by boto3, which the studio has
anyway; the backend itself is deployed by the CDK's own command.
"""
