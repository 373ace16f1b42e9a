"""The types of the contract, each file a concept; every one says how it is made
from the domain.
"""
