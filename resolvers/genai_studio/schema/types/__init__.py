"""The object, input and enum types, one concept per file, with conversions from the domain."""
