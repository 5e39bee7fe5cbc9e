"""What a browser must not do with our pages (OWASP ASVS 5.0 §3.4)."""

from __future__ import annotations

from flask import g


def content_policy(*, ancestors: str = "'none'") -> str:
    """The Content-Security-Policy of this request's page; ancestors: whose frames it may stand in."""
    return (
        f"default-src 'self'; script-src 'self' 'nonce-{g.get('nonce', '')}'; style-src 'self'; "
        f"img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        f"frame-ancestors {ancestors}"
    )
