"""Where posts are heard: streams, feeds and recorded files."""
