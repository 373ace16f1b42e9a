"""The use cases of the studio. They depend only on the domain and the ports."""
