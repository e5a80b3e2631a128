"""Forms: JSON Schema with a JSON Forms UI schema, asked one question a page."""
