"""The interview in a browser; `PROTOCOL.md` says what goes over the wire."""
