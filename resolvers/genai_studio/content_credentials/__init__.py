"""Sign images and validate signatures with C2PA's library (`ports.content_credentials`)."""
