"""The demo: a made-up brand, a made-up town, a made-up night."""
