"""The GraphQL contract, code first: what every host serves."""
