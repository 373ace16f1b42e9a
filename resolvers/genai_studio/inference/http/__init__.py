"""HTTP interface of the serving container: routes, request bodies, streamed responses."""
