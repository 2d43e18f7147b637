"""Hostile certificates, keystores, file names and special files, with what is expected of each.

	hostile.py DIR		write them all below DIR, to try them by hand; k*.p12 have the password "right"

import   all n certificates are imported           partial  n are, each bad one is named
reject   nothing is, one line says why             either   one of these, but it says which
"""
import base64
import collections
import gzip
import hashlib
import os
import socket
import struct
import subprocess
import sys
import tempfile
import zlib

from der import (BMP, C, CN, IA5, NULL, NUMERIC, O, OU, PRINTABLE, T61, UNIVERSAL, UTF8, bits, cert,
                 context, dns, ec_key, ECDSA, extension, general, integer, length, name, octets,
                 oid, pem,
                 rsa_key, san, seq, set_of, string, tlv, utc)

Item = collections.namedtuple("Item", "file what expect n data password", defaults=(None, None))

IMPORT, REJECT, PARTIAL, EITHER = "import", "reject", "partial", "either"

# What a terminal would obey: title, colour, a new line, the other direction.
EVIL = "\x1b]0;HX\x07\x1b[31mHX\n\u202e"


def item(file, what, data, expect=IMPORT, n=None, password=None):
    return Item(file, what, expect, (expect == IMPORT) if n is None else n, data, password)


def one(file, what, expect=IMPORT, **parts):
    return item(file + ".pem", what, pem(cert(**parts)), expect)


def nested(depth):
    heads, total = [], 2
    for _ in range(depth):
        heads.append(b"\x30" + length(total))
        total += len(heads[-1])
    return b"".join(reversed(heads)) + NULL


# file, common name, what it tries, string type
COMMON_NAMES = [
    ("s01-clear", "\x1b[2J\x1b[H\x1b[31mred", "clears the screen", UTF8),
    ("s02-title", "\x1b]0;title\x07", "sets the window's title", UTF8),
    ("s03-clipboard", "\x1b]52;c;SFhwd25lZA==\x1b\\", "writes the clipboard", UTF8),
    ("s04-link", "\x1b]8;;http://evil.test/\x1b\\good.test\x1b]8;;\x1b\\", "is a hyperlink", UTF8),
    ("s05-query", "\x1b[c\x1b[6n\x05\x1bZ\x1bP$qm\x1b\\", "makes the terminal type", UTF8),
    ("s06-c1", "\x9b2J\x9d0;HX\x9c\x90HX\x9c", "C1 controls in UTF-8", UTF8),
    ("s07-c1-raw", b"\x9b2J\x9d0;HX\x9c", "C1 controls as bytes", T61),
    ("s08-lines", "good.test\nStatus: trusted\r\nIssuer: Mozilla\r", "fakes further lines", UTF8),
    ("s09-overprint", "evil.test\rgood.test\b\b\b\x7f\x0b\x0c\x0e\x0f", "overprints", UTF8),
    ("s10-nul", "bank.test\0.evil.test", "ends too early", UTF8),
    ("s11-override", "gpj.\u202etset.live", "turns the direction", UTF8),
    ("s12-isolates", "\u2067live\u2066 \u2068x\u2069\u200f\u061c", "bidi isolates", UTF8),
    ("s13-zero-width", "go\u200bod\u200d.te\u2060st\ufeff\u00ad", "can't be seen", UTF8),
    ("s14-marks", "a" + "\u0301\u0327\u20dd" * 400 + "b", "1200 marks on a letter", UTF8),
    ("s15-twin", "\u0430pple.test", "a Cyrillic letter", UTF8),
    ("s16-64k", "A" * 65536, "64 KB", UTF8),
    ("s17-bmp", "Zürich ☃ 中", "BMPString", BMP),
    ("s18-bmp-controls", "\x1b[2J\u202e\ud800", "BMPString with controls", BMP),
    ("s19-universal", "Zürich\U0001f600", "UniversalString", UNIVERSAL),
    ("s20-t61", b"Z\xc8urich \xe9\xff", "T61String of 8 bits", T61),
    ("s21-printable", b"a*b@c\x1b[31m_\xe4", "what PrintableString forbids", PRINTABLE),
    ("s22-numeric", b"12\x1b[31m", "letters in NumericString", NUMERIC),
    ("s23-rfc4514", ' #a,b+c"d\\e<f>g;h=i ', "what RFC 4514 escapes", UTF8),
    ("s24-shell", "$(touch hx)`touch hx`;|&'\"\\", "a shell's characters", UTF8),
    ("s25-format", "%s%s%n%n%p%99999999d", "printf's characters", UTF8),
    ("s26-wide", "中文ｗｉｄｅ👩\u200d👩\u200d👧🇩🇪\t|", "wide, joined and a tab", UTF8),
    ("s27-odd", "\u2028\u2029\ufff9\uffff\U000e0041\ue000\u180e\u034f", "odd characters", UTF8),
    ("s28-escaped", "\\x1b[2J\\u{202e}\\x5c", "looks as if it were escaped", UTF8),
    ("s29-header", "x\nState: trusted\n-----BEGIN CERTIFICATE-----", "fakes its own file", UTF8),
    ("s30-broken-pair", b"HX\xc3(HX", "no UTF-8", UTF8),
    ("s31-overlong", b"HX\xc0\x80\xc1\xbfHX", "overlong UTF-8", UTF8),
    ("s32-surrogate", b"HX\xed\xa0\x80HX", "a surrogate in UTF-8", UTF8),
    ("s33-too-far", b"HX\xf5\x80\x80\x80\xff\xfeHX", "beyond Unicode", UTF8),
    ("s34-cut", b"HXabc\xe2\x80", "UTF-8 cut short", UTF8),
]
PATHS = ["../../../escaped", "/etc/hx", ".", "..", "-rf", "a/b", "x" * 300, "con.pem", " ",
         "Ünï/.."]


def subjects():
    for file, value, what, tag in COMMON_NAMES:
        yield one(file, "common name: " + what, subject=name((O, "HX"), (CN, value, tag)))
    for i, value in enumerate(PATHS):
        yield one(f"s40-path-{i}", f"common name {value[:20]!r}", subject=name((CN, value)))
    yield one("s50-bmp-odd", "BMPString of odd length", EITHER,
              subject=name((CN, b"\0A\0B\0", BMP)))
    yield one("s51-universal-big", "UniversalString beyond Unicode", EITHER,
              subject=name((CN, b"\x7f\xff\xff\xff\0\x11\0\0", UNIVERSAL)))
    yield one("s52-empty", "no subject", subject=seq())
    yield one("s53-nothing", "no subject, no names", subject=seq(), extensions=[])
    yield one("s54-blank", "attributes of no length", subject=name((CN, ""), (O, "")),
              extensions=[])
    yield one("s55-1000", "1000 RDNs", subject=name(*[(OU, f"u{i}") for i in range(1000)]))
    yield one("s56-multi", "an RDN of 100 values",
              subject=name([(OU, f"{i:03d}") for i in range(100)], (CN, "multi.test")))
    yield one("s57-attribute", "an unknown attribute",
              subject=name(("1.3.6.1.4.1.99999.1.2", b"\0\x1b]0;HX\x07\xff", 4)))
    yield one("s58-issuer", "the issuer", issuer=name((CN, EVIL), (C, EVIL)))
    for attribute in (O, OU, C, "2.5.4.7", "2.5.4.5", "1.2.840.113549.1.9.1"):
        yield one("s59-" + attribute, "attribute " + attribute,
                  subject=name((attribute, EVIL), (CN, "x")))


GENERAL_NAMES = [
    ("dns", context(2, EVIL.encode(), False)), ("mail", context(1, ("a@" + EVIL).encode(), False)),
    ("uri", context(6, ("https://" + EVIL).encode(), False)),
                 ("folder", context(4, name((CN, EVIL)))),
    ("upn", context(0, oid("1.3.6.1.4.1.311.20.2.3") + context(0, string(UTF8, EVIL)))),
    ("other", context(0, oid("1.2.3.4") + context(0, octets(EVIL.encode())))),
    ("id", context(8, oid("1.2.3.4.5")[2:], False)), ("nul", dns(b"bank.test\0.evil.test")),
    ("idn", dns("xn--80ak6aa92e.test") + dns("xn--\x7f\x7f.test") + dns("xn--99999999999.test")),
]


def extensions():
    for kind, general_name in GENERAL_NAMES:
        yield one("e01-san-" + kind, "name of the kind " + kind, extensions=[san(general_name)])
    odd = [
        ("ip", EITHER, [san(*[context(7, bytes(n), False) for n in (0, 3, 4, 5, 16)])]),
        ("twice", EITHER, [san(dns("a.test")), san(dns("b.test"))]),
        ("critical", IMPORT, [extension("1.3.6.1.4.1.99999.7", EVIL.encode(), True)]),
        ("purposes", IMPORT, [extension("2.5.29.37", seq(
            *[oid(f"1.3.6.1.4.1.99999.{i}") for i in range(1000)], oid(f"1.3.{2 ** 200}")))]),
        ("policy", IMPORT, [extension("2.5.29.32", seq(seq(oid("1.2.3.4"), seq(
            seq(oid("1.3.6.1.5.5.7.2.1"), string(IA5, "http://" + EVIL)),
            seq(oid("1.3.6.1.5.5.7.2.2"), seq(string(UTF8, EVIL)))))))]),
        ("crl", IMPORT, [extension("2.5.29.31", seq(seq(context(0, context(0, context(
            6, ("http://" + EVIL + "a" * 10000).encode(), False))))))]),
        ("access", IMPORT, [extension("1.3.6.1.5.5.7.1.1", seq(seq(
            oid("1.3.6.1.5.5.7.48.1"), context(6, EVIL.encode(), False))))]),
        ("comment", IMPORT, [extension("2.16.840.1.113730.1.13", string(IA5, EVIL))]),
        ("deep", EITHER, [extension("1.3.6.1.4.1.99999.8", nested(5000))]),
        ("garbage", EITHER, [extension("2.5.29." + n, b"\xff\x1b]0;HX\x07")
                             for n in ("14", "15", "17", "19", "30", "31", "32", "35", "37")]),
        ("no-names", EITHER, [san()]),
        ("path", EITHER, [extension("2.5.29.19", seq(b"\x01\x01\xff", integer(2 ** 63)), True)]),
        ("2000", IMPORT, [extension(f"1.3.6.1.4.1.99999.9.{i}", NULL) for i in range(2000)]),
        ("usage", EITHER, [extension("2.5.29.15", bits(b"\xff" * 8))]),
        ("constraints", IMPORT, [extension("2.5.29.30", seq(context(0, seq(
            context(2, EVIL.encode(), False)) + seq(context(4, name((CN, EVIL)))))), True)]),
        ("10000-names", IMPORT, [san(*[dns(f"h{i}.test") for i in range(10000)])]),
    ]
    for file, expect, parts in odd:
        yield one("e02-" + file, "extensions: " + file, expect, extensions=parts)


SERIALS = [("negative", -5, IMPORT), ("zero", 0, IMPORT), ("huge", 2 ** 1600 - 1, IMPORT),
           ("padded", b"\0\0\0\5", EITHER), ("empty", b"", EITHER)]
DATES = [("9999", utc("240101000000Z"), general("99991231235959Z"), IMPORT),
         ("1950", utc("500101000000Z"), utc("340101000000Z"), IMPORT),
         ("0000", general("00000101000000Z"), general("00010101000000Z"), EITHER),
         ("month-13", utc("241301000000Z"), utc("340101000000Z"), EITHER),
         ("february-30", utc("240230000000Z"), utc("340101000000Z"), EITHER),
         ("no-seconds", utc("2401010000Z"), utc("3401010000Z"), EITHER),
         ("zone", utc("240101000000+0100"), utc("340101000000-2359"), EITHER),
         ("fraction", general("20240101000000.5Z"), general("20340101000000.9Z"), EITHER),
         ("swapped", utc("340101000000Z"), utc("240101000000Z"), IMPORT),
         ("expired", utc("000101000000Z"), utc("010101000000Z"), IMPORT),
         ("text", utc(EVIL[:-1]), utc("HX"), EITHER)]
KEYS = [("rsa-512", rsa_key(2 ** 511 + 187), IMPORT), ("rsa-16384", rsa_key(2 ** 16383 + 7),
                                                       IMPORT),
        ("rsa-65536", rsa_key(2 ** 65535 + 7), EITHER),
        ("rsa-one", rsa_key(2 ** 2047 + 9, 1), EITHER),
        ("rsa-zero", rsa_key(0, 0), EITHER), ("rsa-negative", rsa_key(-7, -1), EITHER),
        ("off-curve", ec_key(point=b"\4" + b"\1" * 64), EITHER),
        ("infinity", ec_key(point=b"\0"), EITHER),
        ("explicit", ec_key(seq(integer(1), seq(oid("1.2.840.10045.1.1"), integer(23)),
                                octets(b"\4"))),
         EITHER),
        ("curve", ec_key(oid("1.3.132.0.6"), b"\4" + bytes(28)), EITHER),
        ("ml-dsa", seq(seq(oid("2.16.840.1.101.3.4.3.18")), bits(bytes(1952))), IMPORT),
        ("unknown", seq(seq(oid("1.3.6.1.4.1.99999.6"), octets(EVIL.encode())), bits(b"HX")),
         IMPORT)]


def fields():
    for file, serial, expect in SERIALS:
        yield one("f01-serial-" + file, "serial number: " + file, expect, serial=serial)
    for file, begin, end, expect in DATES:
        yield one("f02-date-" + file, "dates: " + file, expect, begin=begin, end=end)
    for file, key, expect in KEYS:
        yield one("f03-key-" + file, "key: " + file, expect, key=key)
    unknown = seq(oid("1.3.6.1.4.1.99999.5"), octets(EVIL.encode()))
    yield one("f04-v1", "version 1", version=0, extensions=[])
    yield one("f04-v1-extensions", "version 1 with extensions", EITHER, version=0)
    yield one("f04-v4", "version 4", EITHER, version=3)
    yield one("f05-algorithms", "two signature algorithms", EITHER, inner=unknown)
    yield one("f05-algorithm", "unknown signature algorithm", EITHER, algorithm=unknown)


def ders():
    d = cert()
    for n in (0, 1, 4, len(d) // 2, len(d) - 1):
        yield item(f"d01-cut-{n}.der", f"cut at {n}", d[:n], REJECT)
    for at in range(0, len(d), max(1, len(d) // 20)):
        yield item(f"d02-flip-{at}.der", f"byte {at} inverted",
                   d[:at] + bytes([d[at] ^ 0xFF]) + d[at + 1:], EITHER)
    yield item("d03-good.der", "plain DER", d)
    yield item("d04-trailing.der", "garbage behind it", d + b"\x1b]0;HX\7garbage", EITHER)
    yield item("d05-two.der", "two in a row", d + cert(), EITHER)
    yield item("d06-indefinite.der", "indefinite length", b"\x30\x80" + d[4:] + b"\0\0", EITHER)
    yield item("d07-long-length.der", "a length too long", b"\x30\x84\0\0" + d[2:], EITHER)
    yield item("d08-2gb.der", "claims 2 GB", b"\x30\x84\x7f\xff\xff\xff" + d[4:], REJECT)
    yield item("d09-2to64.der", "claims 2^64-1", b"\x30\x88" + b"\xff" * 8 + d[4:], REJECT)
    yield item("d10-nested.der", "100 000 deep", nested(100000), REJECT)
    yield item("d11-zeros.der", "zeros", bytes(100000), REJECT)
    yield item("d12-base64.der", "bare base64", base64.b64encode(d), EITHER)
    yield item("d13-hex.txt", "hexadecimal", d.hex().encode(), REJECT)
    yield item("d14-utf16.pem", "UTF-16", pem(d).decode().encode("utf-16"), EITHER)


def pems():
    a, b, c = pem(cert()), pem(cert()), pem(cert())
    broken = b.splitlines(True)
    bad, short = list(broken), list(broken)
    bad[2], short[2] = b"!!" + bad[2][2:], short[2][2:]
    key = pem(seq(integer(0), seq(oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.7")), octets(seq(
        integer(1), octets(b"\1" * 32)))), "PRIVATE KEY")
    auxiliary = seq(seq(oid("1.3.6.1.5.5.7.3.1")), string(UTF8, EVIL))
    der = base64.b64decode(b"".join(a.splitlines()[1:-1]))
    yield item("p01-crlf.pem", "CRLF", a.replace(b"\n", b"\r\n"))
    yield item("p02-bom.pem", "a byte order mark", b"\xef\xbb\xbf" + a)
    yield item("p03-text.pem", "text around", EVIL.encode() + b"\n" + a + b"more \x1b[2J text\n")
    yield item("p04-three.pem", "three", a + b + c, n=3)
    yield item("p05-key.pem", "a private key among them", a + key + b, REJECT)
    yield item("p06-broken.pem", "good, broken, good", a + pem(b"\x30\x03junk") + c, PARTIAL, 2)
    yield item("p07-base64.pem", "good, no base64, good", a + b"".join(bad) + c, PARTIAL, 2)
    yield item("p08-short.pem", "good, letters missing, good", a + b"".join(short) + c, PARTIAL, 2)
    yield item("p09-no-end.pem", "no END", a.split(b"-----END")[0], REJECT)
    yield item("p10-nested.pem", "BEGIN in BEGIN",
               a.replace(b"\n", b"\n-----BEGIN CERTIFICATE-----\n", 1), EITHER)
    yield item("p11-headers.pem", "headers inside", a.replace(
        b"E-----\n", b"E-----\nProc-Type: 4,ENCRYPTED\n\n", 1), EITHER)
    yield item("p12-one-line.pem", "all in one line", pem(der, width=1 << 20))
    yield item("p13-width-1.pem", "a letter a line", pem(der, width=1))
    yield item("p14-indented.pem", "indented", b"".join(b"  " + x for x in a.splitlines(True)),
               EITHER)
    yield item("p15-x509.pem", "X509 CERTIFICATE", a.replace(b"CERT", b"X509 CERT"))
    yield item("p16-trusted.pem", "TRUSTED CERTIFICATE",
               pem(der + auxiliary, "TRUSTED CERTIFICATE"))
    yield item("p17-lower.pem", "lower-case", a.lower(), REJECT)
    yield item("p18-ends.pem", "another END", a.replace(b"END CERTIFICATE", b"END X509 CRL"),
               EITHER)
    yield item("p19-thrice.pem", "the same three times", a * 3, n=1)
    yield item("p20-nuls.pem", "NUL bytes between", a + bytes(1000) + b, EITHER)
    yield item("p21-request.pem", "a request", pem(b"\x30\0", "CERTIFICATE REQUEST"), REJECT)
    yield item("p22-only-key.pem", "a private key", key, REJECT)
    yield item("p23-dashes.pem", "em dashes", a.replace(b"-----", "——".encode()), REJECT)
    yield item("p24-empty.pem", "no byte", b"", REJECT)
    yield item("p25-blank.pem", "no content", pem(b""), REJECT)
    yield item("p26-page.pem", "an error page", f"<html>404 {EVIL}</html>".encode(), REJECT)
    yield item("p27-begins.pem", "50 000 BEGINs", b"-----BEGIN CERTIFICATE-----\n" * 50000, REJECT)
    yield item("p28-500.pem", "500", b"".join(pem(cert()) for _ in range(500)), n=500)
    yield item("p29-no-newline.pem", "no last newline", a[:-1])
    yield item("p30-cr.pem", "CR", a.replace(b"\n", b"\r"), EITHER)
    yield item("p31-gzip.pem", "compressed", gzip.compress(a), REJECT)
    yield item("p32-label.pem", "a label that writes", pem(der, EVIL.replace("\n", "")), REJECT)
    yield item("p33-long-line.pem", "a line of 8 MB", b"x" * (8 << 20), REJECT)
    yield item("p34-too-big.pem", "20 MB", a + b"\n" * (20 << 20), REJECT)


def signed_data(*certificates):
    return seq(oid("1.2.840.113549.1.7.2"), context(0, seq(
        integer(1), set_of(), seq(oid("1.2.840.113549.1.7.1")), context(0, b"".join(certificates)),
        set_of())))


def pkcs7():
    a, b = cert(), cert()
    zeros = zlib.compress(bytes(50 << 20), 9)
    yield item("7a-two.p7b", "two", signed_data(a, b), n=2)
    yield item("7b-two.pem", "two in PEM", pem(signed_data(a, b), "PKCS7"), n=2)
    yield item("7c-none.p7b", "none", signed_data(), REJECT)
    yield item("7d-broken.p7b", "good, broken, good", signed_data(a, seq(b"junk"), b), PARTIAL, 2)
    yield item("7e-empty.p7b", "20 000 empty ones", signed_data(b"\x30\0" * 20000), REJECT)
    yield item("7f-many.p7b", "20 000 times one", signed_data(*[a] * 20000), EITHER)
    yield item("7g-bomb.p7", "50 MB of zeros", seq(oid("1.2.840.113549.1.9.16.1.9"), context(0, seq(
        integer(0), seq(oid("1.2.840.113549.1.9.16.3.8")),
        seq(oid("1.2.840.113549.1.7.1"), context(0, octets(zeros)))))), REJECT)
    yield item("7h-trailing.p7b", "garbage behind it", signed_data(a) + b"HX\x1b[2J", EITHER)


def utf(text):
    encoded = text.encode("utf-8", "surrogatepass").replace(b"\0", b"\xc0\x80")
    return struct.pack(">H", len(encoded)) + encoded


def jks_entry(alias, der, tag=2, size=None, kind="X.509"):
    return struct.pack(">I", tag) + utf(alias) + struct.pack(">Q", 1700000000000) + utf(kind) + \
        struct.pack(">I", len(der) if size is None else size) + der


def jks(*parts, magic=0xFEEDFEED, version=2, count=None):
    body = struct.pack(">III", magic, version,
                       len(parts) if count is None else count) + b"".join(parts)
    return body + hashlib.sha1("changeit".encode("utf-16-be") + b"Mighty Aphrodite" + body).digest()


def keystores():
    a, b = cert(), cert()
    good, single = jks(jks_entry("one", a), jks_entry("two", b)), jks_entry("one", a)
    rows = [
        ("good", good, IMPORT, 2), ("alias", jks(jks_entry(EVIL, a), jks_entry("a\0b", b)), IMPORT,
                                    2),
        ("digest", jks(single)[:-1] + b"\0", EITHER, 1),
            ("count", jks(single, count=2 ** 31 - 1), REJECT, 0),
        ("minus-one", jks(single, count=2 ** 32 - 1), REJECT, 0),
        ("length", jks(jks_entry("one", a, size=2 ** 31 - 1)), REJECT, 0),
        ("negative", jks(jks_entry("one", a, size=2 ** 31)), REJECT, 0),
        ("alias-length", jks(struct.pack(">IH", 2, 0xFFFF) + b"x"), REJECT, 0),
        ("tag", jks(jks_entry("one", a, tag=7)), REJECT, 0),
            ("version", jks(single, version=9), REJECT, 0),
        ("kind", jks(jks_entry("one", a, kind="PGP")), REJECT, 0),
        ("same-alias", jks(single, jks_entry("one", b)), EITHER, 2),
        ("chain", jks(struct.pack(">I", 1) + utf("key") + struct.pack(">QI", 0, 8) + bytes(8)
                      + struct.pack(">I", 2 ** 31 - 1)), REJECT, 0),
        ("jceks", jks(single, magic=0xCECECECE), EITHER, 1),
            ("trailing", good + b"garbage", EITHER, 2),
    ] + [(f"cut-{n}", good[:n], REJECT, 0) for n in (3, 11, 14, len(good) // 2, len(good) - 21)]
    for file, data, expect, n in rows:
        yield item(f"j-{file}.jks", "JKS: " + file, data, expect, n, "changeit")


def parts(der):
    """The elements inside of a constructed one, each with its head."""
    def element(at):
        size, at = der[at + 1], at + 2
        if size & 0x80:
            octets_ = size & 0x7F
            size, at = int.from_bytes(der[at:at + octets_], "big"), at + octets_
        return at, at + size
    at, end = element(0)
    while at < end:
        start, (_, at) = at, element(at)
        yield der[start:at]


def pkcs12():
    with tempfile.TemporaryDirectory() as folder:
        def call(*words):
            return subprocess.run(["openssl", *words], cwd=folder, check=True,
                                  capture_output=True).stdout
        call("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
             "-keyout", "k",
             "-out", "c", "-subj", "/CN=p12.test", "-days", "3650")
        certs_only = call("pkcs12", "-export", "-nokeys", "-in", "c", "-name", "HX\x1b[31m",
                          "-passout",
                          "pass:right")
        keyed = call("pkcs12", "-export", "-inkey", "k", "-in", "c", "-passout", "pass:right")
    version, contents, mac = parts(keyed)
    digest, salt, _ = parts(mac)
    yield item("k01-good.p12", "a name that writes", certs_only, IMPORT, 1, "right")
    yield item("k02-wrong.p12", "another password", certs_only, REJECT, 0, "wrong")
    for rounds in (0, -1, 10 ** 8, 2 ** 31 - 1, 2 ** 64):
        yield item(f"k03-rounds-{rounds}.p12", f"{rounds} rounds",
                   seq(version, contents, seq(digest, salt, integer(rounds))), REJECT, 0, "right")
    for n in (8, len(keyed) // 2, len(keyed) - 1):
        yield item(f"k04-cut-{n}.p12", f"cut at {n}", keyed[:n], REJECT, 0, "right")
    half = len(contents) // 2
    flipped = contents[:half] + bytes([contents[half] ^ 1]) + contents[half + 1:]
    yield item("k05-flip.p12", "a bit flipped", seq(version, flipped, mac), REJECT, 0, "right")


NAMES = [b"-rf.pem", b"--help", b" lead.pem", b"trail.pem ", b"a\nb.pem", b"\x1b]0;HX\x07.pem",
         b"\xc2\x9b31mHX.pem", b"\xff\xfe\xc3.pem", "gp\u202efx.pem".encode(), b".hidden.pem",
         b"$(touch hx).pem", b"%s%n.pem", b"*.pem", b"a\\b.pem", b"\\x41.pem", b"x" * 251 + b".pem",
         "A\u0301.pem".encode(), "Á.pem".encode(), b"UPPER.PEM", b"none", b"a.pem~"]


def file_names():
    for file in NAMES:
        yield item(file, f"file name {file[:30]!r}", pem(cert()))


def everything():
    for maker in (subjects, extensions, fields, ders, pems, pkcs7, keystores, pkcs12, file_names):
        yield from maker()


LINKS = [("zero.pem", "/dev/zero"), ("urandom.pem", "/dev/urandom"), ("tty.pem", "/dev/tty"),
         ("full.pem", "/dev/full"), ("loop-a.pem", "loop-b.pem"), ("loop-b.pem", "loop-a.pem"),
         ("dangling.pem", "not-there"), ("passwd.pem", "/etc/passwd"),
         ("self.pem", "/proc/self/mem")]


def specials(folder):
    """What can't be written as bytes, made below folder."""
    def at(file):
        return os.path.join(folder, file)
    os.mkfifo(at("fifo.pem"))
    for file, target in LINKS:
        os.symlink(target, at(file))
    os.mkdir(at("folder.pem"))
    with open(at("sparse.pem"), "wb") as f:
        f.truncate(1 << 33)
    here = os.getcwd()
    os.chdir(folder)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.pem")
    os.chdir(here)
    return [item(file, "special file", None, REJECT) for file in
            ("fifo.pem", "folder.pem", "sparse.pem", "socket.pem", *[link for link, _ in LINKS])]


def main(folder):
    os.makedirs(folder, exist_ok=True)
    for each in everything():
        with open(os.path.join(os.fsencode(folder), os.fsencode(each.file)), "wb") as f:
            f.write(each.data)
        print(f"{each.expect:8}{each.n:4} {ascii(each.file)} {each.what!a}")
    specials(folder)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
