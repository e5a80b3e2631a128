"""The courier bundle 摆渡包 as a format: its names, manifests, letter, and safe work on a stick."""
