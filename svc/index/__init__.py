"""Many records as rows: links, search, sort, sum."""
