from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address
from socket import inet_aton

import pytest
from chitti_shared.errors import InvalidInput
from chitti_shared.http import is_public
from chitti_shared.http.addresses import checked_url
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize("address", ["8.8.8.8", "142.250.183.206", "2404:6800:4009::200e", "1.1.1.1"])
def test_addresses_of_the_internet_are_public(address: str):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "0.1.2.3",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.127.255.255",
        "192.0.0.1",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "198.51.100.7",
        "203.0.113.7",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2002:808:808::1",
        "2001:0:4136:e378::1",
        "2001:2::1",
        "2001:10::1",
        "2001:db8::1",
        "2a00:1450:4009::5efe:7f00:1",
        "2a00:1450:4009::200:5efe:8.8.8.8",
        "2404:6800:4009::200e%eth0",
        "100::1",
        "5f00::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "not an address",
    ],
)
def test_addresses_of_other_networks_and_carriers_are_not_public(address: str):
    assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_no_v4_address_becomes_public_by_being_carried_in_v6(address: IPv4Address):
    for carrier in (0xFFFF << 32, 0x0064FF9B << 96, 0):
        assert not is_public(str(IPv6Address(carrier | int(address))))
    assert not is_public(str(IPv6Address((0x2002 << 112) | (int(address) << 80))))


@pytest.mark.parametrize(
    ("url", "constraint"),
    [
        ("ftp://example.com/feed", "http or https"),
        ("file:///etc/passwd", "http or https"),
        ("javascript:alert(1)", "http or https"),
        ("//example.com/feed", "http or https"),
        ("http://example.com:8080/", "port 80 or 443"),
        ("https://example.com:80/", "port 80 or 443"),
        ("http://user:secret@example.com/", "no credentials"),
        ("http://127.0.0.1/", "public address"),
        ("http://[::1]/", "public address"),
        ("http://[::ffff:169.254.169.254]/", "public address"),
        ("http://127.1/", "public address"),
        ("http://2130706433/", "public address"),
        ("http://0x7f.1/", "public address"),
        ("http://0x7f000001/", "public address"),
        ("http://0177.0.0.1/", "public address"),
        ("http://127.0.0.1./", "public address"),
        ("http://8.8.8.8./", "public address"),
        ("http://1.2.3.4.5/", "public address"),
        ("http://name.0x/", "public address"),
        ("http://\uff11\uff12\uff17.0.0.1/", "public address"),
        ("http://127\u30020\u30020\u30021/", "public address"),
        ("http://\u246f\u2468.254.169.254/", "public address"),
        ("http://[::127.0.0.1]/", "public address"),
        ("http://localhost/", "public address"),
        ("http://LOCALHOST./", "public address"),
        ("http://a.b.localhost/", "public address"),
        ("http://[fe80::1%25eth0]/", "public address"),
        ("http:///feed", "a host"),
        ("http://[]@/", "a URL"),
        ("http://[2001:4860:0:5efe:7f00:1]/", "labels of 1 to 63 characters"),  # two groups too few
        ("http://a..b/", "labels of 1 to 63 characters"),
        (f"http://{'a' * 64}.example/", "labels of 1 to 63 characters"),
        (f"http://{'a.' * 127}example/", "labels of 1 to 63 characters"),
    ],
)
def test_urls_that_are_not_fetched_say_why(url: str, constraint: str):
    with pytest.raises(InvalidInput) as refused:
        checked_url(url, frozenset())
    assert refused.value.details["constraint"] in (constraint, "a URL")


@pytest.mark.parametrize(
    "url", ["http://exa mple.com/", "http://example.com/\r\nHost: x", "http://e.com/" + "a" * 2048]
)
def test_urls_with_spaces_controls_or_no_end_are_refused(url: str):
    with pytest.raises(InvalidInput):
        checked_url(url, frozenset())


def test_a_name_that_only_looks_like_this_machine_s_own_may_be_fetched():
    assert checked_url("http://localhost.example.com/", frozenset()).host == "localhost.example.com"
    assert checked_url("http://mylocalhost/", frozenset()).host == "mylocalhost"
    assert checked_url("http://localhost:8080/", {"localhost:8080"}).port == 8080


def test_an_allowed_pair_is_exact_in_host_and_port():
    allow = frozenset({"127.0.0.1:8080"})
    assert checked_url("http://127.0.0.1:8080/feed", allow).port == 8080
    assert checked_url("http://[::1]:8080/feed", {"[::1]:8080"}).port == 8080
    for url in ("http://127.0.0.1:8081/", "http://127.0.0.2:8080/", "http://127.0.0.1/"):
        with pytest.raises(InvalidInput):
            checked_url(url, allow)


HOSTS = st.one_of(
    st.ip_addresses().map(lambda address: f"[{address}]" if address.version == 6 else str(address)),
    st.text("0123456789.xabcdef-:[]@\\/%", min_size=1, max_size=20),
    st.text(max_size=20),
)


@given(
    st.sampled_from(["http://", "https://", "HTTP://", "//", "ftp://"]),
    HOSTS,
    st.sampled_from(["", ":80", ":443", "/x"]),
)
def test_what_passes_is_a_public_address_or_a_name_that_a_resolver_must_be_asked_for(scheme: str, host: str, rest: str):
    try:
        url = checked_url(scheme + host + rest, frozenset())
    except InvalidInput:
        return
    assert url.raw_host is not None
    assert (url.scheme, url.port) in (("http", 80), ("https", 443))
    assert url.user is None
    if not is_public(url.raw_host):
        # neither the C library nor the HTTP library may find an address in it: that would never meet the resolver
        with pytest.raises(OSError, match="illegal IP address"):
            inet_aton(url.raw_host)
        assert ":" not in url.raw_host
        assert not url.raw_host.replace(".", "").isdigit()
