"""From which address somebody asks."""

from ipaddress import ip_address

from flask import request


def sender_address() -> str:
    """Behind a proxy the one that the proxy itself saw: the last in X-Forwarded-For.

    A proxy is believed on this machine or in its private network alone.
    """
    peer = request.remote_addr or ""
    told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return told if _is_address(told) and _is_near(peer) else peer


def _is_near(peer: str) -> bool:
    return _is_address(peer) and (ip_address(peer).is_private or ip_address(peer).is_loopback)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
