"""The root fields of the schema: queries, mutations, subscriptions."""
