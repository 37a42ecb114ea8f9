"""What clients may send, made by chance from what the site itself names.

Addresses come from the routes, parameters with their values from the links and forms of the pages
and from the description of the API: what is new there is tried without being named here.
"""

from __future__ import annotations

import codecs
import encodings.aliases
import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import quote, unquote_to_bytes

from hypothesis import strategies as st

from tests.served.test_headers import HEADERS

T = TypeVar("T")

#: Stands in whatever is hostile; where it comes back as part of markup, it is live.
MARK = "zq7x"
#: Stands where a client names a host, and nowhere else.
FOREIGN_HOST = "fremd-zq7x.example"
#: Each would be live markup or a header of its own, if it came back as it is.
MARKUP = (
    f"<{MARK}>",
    f'"><{MARK} onload="{MARK}()">',
    f"'><{MARK} onload='{MARK}()'>",
    f'" {MARK}="1',
    f"' {MARK}='1",
    f"</script></style></title></textarea>--><{MARK}/>",
    f"]]><{MARK}/><![CDATA[",
    f"javascript:{MARK}",
    f"&lt;{MARK}&gt;&#60;{MARK}>",
    f"{{{{ {MARK} }}}}{{% {MARK} %}}<{MARK}>",
    f"x\r\nX-{MARK}: 1\r\n\r\n<{MARK}>",
    f"//{MARK}.example/",
    f"https:{MARK}.example",
    f"\\\\{MARK}.example",
)
#: As they stand in an address: what is no text, no number, no day, or more than anybody needs.
ODD = (
    *("", "%00", "a%00b", "%0d%0a", "%ff%fe", "%c0%ae", "%c0%80", "%ed%a0%80", "%f4%90%80%80"),
    *("%ef%bf%be", "%e2%80%ae", "%f0%9f%98%80", "%", "%zz", "%u0041", "+", "%2b", "%25%30%30"),
    *("%c2%bd%c2%b2", "%d9%a1%d9%a2", "%e0%a5%a7", "%ef%bc%91"),
    *("0", "-0", "-1", "1e999", "-1e999", "nan", "inf", "0x10", "010", "1_000", "1.5", "true"),
    *("9" * 20, "9" * 400, "-" + "9" * 5000, "2147483648", "9223372036854775808"),
    *("0000-00-00", "0000-01-01", "0001-01-01", "9999-12-31", "99999-01-01", "2024-02-30"),
    *("2024-1-1", "2024-W01", "-2024-01-01", "2024-01-01T25%3A00", "31.12.9999", "heute"),
    *("a" * 200, "a" * 3000, "%C3%A4" * 500, "a%20" * 700, "(" * 900, "[" * 900, "%22" * 300),
    *("..", "../" * 20, "..%2f..%2fetc%2fpasswd", "%2e%2e%2f", "%5c..%5c", ";", "a;b=c", "a&b=c"),
    *("'", "%27%20OR%201=1%20--", "%25%25", "_", "*", "(a", "[a-", "a)(", "%5C", "$", "~", "None"),
    *("null", "undefined", "[object Object]".replace(" ", "%20"), "__class__", "a__b__c", "-"),
)
_METHODS = (
    *("HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"),
    *("get", "QUERY", "GETT", "M-SEARCH"),
)
#: Every encoding that Python knows, also those from bytes to bytes.
_CHARSETS = sorted({*encodings.aliases.aliases.values(), "idna", "punycode", "undefined"})
_COOKIES = (
    *("sessionid=" + "a" * 32, 'sessionid="abcdefgh\\000"', "sessionid=abcdefgh%00", "sessionid"),
    *('csrftoken="\\000"', "csrftoken=" + "a" * 32, "csrftoken=" + "a" * 64, "csrftoken=ä"),
    *("messages=x", "=", ";;;", "a=b; a=c; __proto__=1", f'sessionid="<{MARK}>"', "a" * 3000),
    'messages="W1siX19qc29uX21lc3NhZ2UiLDAsMjAsIngiXV0:x:x"',
)
_HOSTS = (
    *(FOREIGN_HOST, f"testserver@{FOREIGN_HOST}", f"testserver:80@{FOREIGN_HOST}", "testserver:"),
    *("testserver:99999", "testserver:x", "TESTSERVER", "testserver.", "localhost", "[::1]", ""),
    *("testserver,testserver", "testserver/x", "testserver ", f"{FOREIGN_HOST}:80", "ä", ".", "*"),
)
_DATES = (
    *("Fri, 01 Jan 2100 00:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "0", "x", "-1"),
    *("Fri, 31 Feb 2023 99:99:99 GMT", "Sun, 06 Nov 99999 08:49:37 GMT", "1 1 1 1 1 1 1 1"),
    *(
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "Mon, 00 Jan 0000 00:00:00 GMT",
    ),
)
_TAGS = ("*", '""', 'W/""', '"x"', 'W/"x", "y"', '"', "W/", "x", '"a"' * 300, ",,,")
_RANGES = (
    *("bytes=0-0", "bytes=0-9", "bytes=-1", "bytes=-0", "bytes=9-0", "bytes=0-0,5-6", "bytes=x"),
    *("bytes=" + "0-," * 300, "bytes=" + "9" * 5000 + "-", "items=0-1", "bytes=--1", "bytes=0-1-2"),
)
#: Values of headers that mean something; all others are given what is odd.
VALUES: Mapping[str, Iterable[str]] = {
    "Cookie": _COOKIES,
    "Host": _HOSTS,
    "X-Forwarded-Host": _HOSTS,
    "Origin": (*(f"http://{host}" for host in _HOSTS), "null", "http://[", "//", "x"),
    "Referer": (*(f"https://{host}/" for host in _HOSTS), "null", "http://[", "//", "x"),
    "If-Modified-Since": _DATES,
    "If-Unmodified-Since": _DATES,
    "If-None-Match": _TAGS,
    "If-Match": _TAGS,
    "If-Range": (*_TAGS, *_DATES),
    "Range": _RANGES,
    "X-Forwarded-For": (
        "192.0.2.1",
        "::1",
        "x",
        ",,,",
        "1" * 3000,
        f"{FOREIGN_HOST}",
        "127.0.0.1, x",
    ),
    "X-Forwarded-Proto": ("https", "http", "HTTPS", "https,http", "x"),
    "Accept-Encoding": ("gzip", "br", "identity;q=0", "*;q=0", "gzip;q=0", "x" * 500, ","),
    "Accept": ("application/json", "*/*;q=0", "x", "text/html;version=" + "9" * 500, ",", ";"),
    "Accept-Language": ("en", "x" * 500, "de-" * 200, "*", ",;q=", "en;q=nan"),
    "Content-Type": (
        *(f"text/html; charset={name}" for name in _CHARSETS),
        *("application/json", "multipart/form-data", "multipart/form-data; boundary=", "/", ";"),
        f"multipart/form-data; boundary={'a' * 300}",
        "application/x-www-form-urlencoded; charset=" + "x" * 500,
        "text/plain; charset*=utf-8''%00; =; a*0=b; a*x=c",
        "text/plain; charset*=hex''%41",
    ),
}
#: What gunicorn would not pass on as the header that it looks like has no place here.
_OTHERS = [name for name in HEADERS if re.fullmatch(r"[A-Za-z-]+", name)]
_HEADER_NAMES = sorted({*_OTHERS, *VALUES, "Sec-Fetch-Site", "X-Request-Id", "Purpose", "DNT"})
_MEANT = {name: [*VALUES.get(name, ()), *HEADERS.get(name, ())] for name in _HEADER_NAMES}
#: What a line of a request may have, over a socket and so here.
MOST = 4000


@dataclass(frozen=True)
class Sent:
    """One request as a client sends it; as it is printed, it may stand in a test."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path, decoded as servers hand it on (PEP 3333)."""
        return unquote_to_bytes(self.target.partition("?")[0].encode("latin-1")).decode("latin-1")

    @property
    def query(self) -> str:
        """The query string as it was sent."""
        return self.target.partition("?")[2]


@dataclass
class Vocabulary:
    """The words that the site itself uses: its addresses, and parameters with values."""

    addresses: list[str]
    parameters: dict[str, set[str]] = field(default_factory=dict)

    def learn(self, page: str) -> None:
        """Take in what links and forms of a page ask with."""
        for query in re.findall(r'(?:href|action)="[^"?]*\?([^"#]*)', page):
            for pair in html.unescape(query).split("&"):
                name, _, value = pair.partition("=")
                self.take(name, value)
        for tag in re.findall(r"<(?:input|select|textarea|button)\s[^>]*>", page):
            attributes = dict(re.findall(r'(name|value)="([^"]*)"', tag))
            if "name" in attributes:
                value = html.unescape(attributes.get("value", ""))
                self.take(quote(html.unescape(attributes["name"])), quote(value))

    def take(self, name: str, value: str) -> None:
        """Take in one parameter and a value of it, as they stand in an address."""
        if name:
            self.parameters.setdefault(name, set()).add(value)


#: Drawn for each choice; cheaper than a strategy of its own for each.
_NUMBER = st.integers(0, 2**16 - 1)
_TEXT = st.text(max_size=12)
#: Kinds of values, so that each is as frequent as it is named.
_KINDS = ("as it is", "as it is", "extended", "odd", "odd", "markup", "text")
_BODIES = (
    b'{"a":' * 2000,
    b"[" * 20_000,
    b'<!DOCTYPE x [<!ENTITY a "zq7x">]><x>&a;</x>',
    b'--a\r\nContent-Disposition: form-data; name="q"\r\n\r\nx\r\n--a--\r\n',
    b'--a\r\nContent-Disposition: form-data; name="f"; filename="../x"\r\n\r\n',
    b"--a\r\nContent-Disposition: form-data; name*=hex''%41\r\n\r\nx\r\n--a--\r\n",
    b"--a\r\nContent-Disposition: form-data; name*=x''%41\r\n\r\nx\r\n--a--\r\n",
    (
        b"--a\r\nContent-Disposition: form-data; name=q\r\nContent-Type: text/plain; charset=hex"
        b"\r\n\r\nx\r\n--a--\r\n"
    ),
    (
        b"--a\r\nContent-Disposition: form-data; name=q\r\nContent-Transfer-Encoding: base64"
        b"\r\n\r\n\xff=\r\n--a--\r\n"
    ),
    b"&".join(b"a=b" for _ in range(1200)),
    b"a" * 100_000,
    b"\x1f\x8b\xff\xfe\x00",
)


class Chance:
    """The choices of one request."""

    def __init__(self, draw: st.DrawFn, values: dict[str, list[str]]) -> None:
        self._draw = draw
        self._values = values
        self._names = list(values)

    def below(self, limit: int) -> int:
        """Return a number."""
        return self._draw(_NUMBER) % limit

    def of(self, items: Sequence[T]) -> T:
        """Return one of ``items``."""
        return items[self.below(len(items))]

    def value(self, known: Sequence[str] = ()) -> str:
        """Return a value as it stands in an address, often one of ``known`` or beside one."""
        match self.of(_KINDS if known else _KINDS[3:]):
            case "as it is":
                return self.of(known)
            case "extended":
                return self.of(known) + self.value()
            case "odd":
                return self.of(ODD)
            case "markup":
                return quote(self.of(MARKUP))
            case _:
                return quote(self._draw(_TEXT), errors="surrogatepass")

    def pair(self) -> str:
        """Return a parameter with its value; now and then one that nobody knows."""
        name = self.of(self._names)
        value = self.value(self._values[name])
        match self.below(12):
            case 11:
                name = self.value()
            case 10:
                name += self.value()
        return f"{name}={value}"

    def query(self) -> str:
        """Return a query string."""
        match self.below(16):
            case 15:
                return self.value()
            case 14:
                return "&".join([self.pair()] * 100)
            case 0 | 1 | 2 | 3:
                return ""
            case number:
                return "&".join(self.pair() for _ in range(number % 3 + 1))

    def header(self) -> tuple[str, str]:
        """Return a header of a request."""
        name = self.of(_HEADER_NAMES)
        meant = _MEANT[name]
        if meant and self.below(3) < 2:
            return name, self.of(meant)
        return name, _as_header(self.of(MARKUP) if self.below(2) else self.value())

    def headers(self) -> tuple[tuple[str, str], ...]:
        """Return some headers, each once."""
        number = max(self.below(6) - 2, 0)
        return tuple(dict(self.header() for _ in range(number)).items())

    def body(self) -> bytes:
        """Return a body; mostly none, as most requests have none."""
        match self.below(10):
            case 9:
                return self.of(_BODIES)
            case 8:
                return self.query().encode("latin-1")
        return b""

    def path(self, addresses: Sequence[Sequence[str]]) -> str:
        """Return the path of an address, or one beside it."""
        path = self.of(self.of(addresses))
        return _bent(path, self.below(60), self.value()) if self.below(2) else path

    def request(self, addresses: Sequence[Sequence[str]]) -> Sent:
        """Return a request to one of ``addresses``, or beside it."""
        path, query = self.path(addresses), self.query()
        return _consistent(
            Sent(
                method=self.of(_METHODS) if self.below(4) == 3 else "GET",
                target=(f"{path}?{query}" if query else path)[:MOST],
                headers=self.headers(),
                body=self.body(),
            )
        )


def requests(known: Vocabulary) -> st.SearchStrategy[Sent]:
    """Return requests of all kinds to what is known."""
    values = {name: sorted(found) for name, found in sorted(known.parameters.items())}
    # One address in many formats is asked for as often as any other.
    by_stem: dict[str, list[str]] = {}
    for address in known.addresses:
        by_stem.setdefault(address.partition(".")[0], []).append(address)
    addresses = list(by_stem.values())

    @st.composite
    def request(draw: st.DrawFn) -> Sent:
        return Chance(draw, values).request(addresses)

    return request()


def _bent(path: str, number: int, hostile: str) -> str:
    """Return a path beside the one that there is."""
    parts = path.split("/")
    place = number % len(parts)
    match number % 7:
        case 0:
            return f"/{hostile}"
        case 1 | 2:
            parts[place] = hostile
        case 3:
            parts.insert(place, hostile)
        case 4:
            parts[place] += hostile
        case 5:
            return f"/{path}"
        case _:
            return path.rstrip("/") if path.endswith("/") else f"{path}/"
    bent = "/".join(parts).replace("?", "%3F").replace("#", "%23")
    return bent if bent.startswith("/") else f"/{bent}"


def _as_header(text: str) -> str:
    """Return a text as a value that gunicorn lets through."""
    raw = text.encode("utf-8", "surrogatepass").decode("latin-1")
    return re.sub(r"[\x00-\x08\x0a-\x1f\x7f]", "", raw).strip(" \t")


def _consistent(sent: Sent) -> Sent:
    """Return a request whose body is of some kind that it names."""
    if not sent.body or any(name == "Content-Type" for name, _ in sent.headers):
        return sent
    kind = (
        "multipart/form-data; boundary=a"
        if sent.body.startswith(b"--a")
        else ("application/x-www-form-urlencoded")
    )
    return Sent(sent.method, sent.target, (*sent.headers, ("Content-Type", kind)), sent.body)


assert all(codecs.lookup(name) for name in _CHARSETS if name not in ("mbcs", "oem"))
