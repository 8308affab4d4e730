"""Real mail programs in network namespaces, and what a peer sees of them."""
