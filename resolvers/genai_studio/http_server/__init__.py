"""An HTTP server that limits its connections, for the studio and the inference process."""
