"""What schemathesis has to be told: chunks of an upload are bytes."""

import schemathesis
from hypothesis import strategies as st
from schemathesis import SerializationContext

CHUNK = "application/offset+octet-stream"

schemathesis.openapi.media_type(CHUNK, st.binary(max_size=64))


def chunk(_: SerializationContext, value: object) -> bytes:
    """As they are."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


schemathesis.serializer(CHUNK)(chunk)
