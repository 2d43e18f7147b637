"""DER written by hand, so that it can be wrong on purpose, and certificates made of it.

Nobody signs here: keys and signatures are constants.  Who reads a certificate does not verify it,
and the same code gives the same bytes on every machine.
"""
import base64
import itertools

UTF8, NUMERIC, PRINTABLE, T61, IA5, VISIBLE, UNIVERSAL, BMP = 12, 18, 19, 20, 22, 26, 28, 30
CN, O, OU, C = "2.5.4.3", "2.5.4.10", "2.5.4.11", "2.5.4.6"
NULL = b"\x05\0"


def length(n):
    if n < 128:
        return bytes([n])
    octets = n.to_bytes((n.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets


def tlv(tag, content):
    return bytes([tag]) + length(len(content)) + content


def seq(*parts):
    return tlv(0x30, b"".join(parts))


def set_of(*parts):
    return tlv(0x31, b"".join(parts))


def integer(n):
    if isinstance(n, bytes):
        return tlv(2, n)
    size = (n if n >= 0 else ~n).bit_length() // 8 + 1
    return tlv(2, n.to_bytes(size, "big", signed=True))


def oid(dotted):
    first, second, *rest = (int(x) for x in dotted.split("."))
    out = b""
    for arc in [first * 40 + second] + rest:
        septets = [arc & 0x7F]
        while arc := arc >> 7:
            septets.append(0x80 | arc & 0x7F)
        out += bytes(reversed(septets))
    return tlv(6, out)


def octets(content):
    return tlv(4, content)


def bits(content):
    return tlv(3, b"\0" + content)


def context(n, content, constructed=True):
    return tlv((0xA0 if constructed else 0x80) | n, content)


def string(tag, value):
    if isinstance(value, bytes):
        return tlv(tag, value)
    code = {BMP: "utf-16-be", UNIVERSAL: "utf-32-be", T61: "latin-1"}.get(tag, "utf-8")
    return tlv(tag, value.encode(code, "surrogatepass"))


def name(*attributes):
    """Of (OID, value[, string type]); a list of those is one RDN of several values."""
    def ava(which, value, tag=UTF8):
        return seq(oid(which), string(tag, value))
    return seq(*[set_of(*[ava(*a) for a in (rdn if isinstance(rdn, list) else [rdn])])
                 for rdn in attributes])


def utc(text):
    return tlv(0x17, text.encode())


def general(text):
    return tlv(0x18, text.encode())


def extension(which, value, critical=False):
    return seq(oid(which), *[b"\x01\x01\xff"] * critical, octets(value))


def san(*names):
    return extension("2.5.29.17", seq(*names))


def dns(value):
    return context(2, value if isinstance(value, bytes) else value.encode(), False)


def ec_key(curve=oid("1.2.840.10045.3.1.7"), point=None):
    """Nobody's key: a point of P-256 that gencerts uses, too."""
    point = point if point is not None else bytes.fromhex(
        "04e8dda68bd954f6f286e707dc286a4834bbb9a0dde0ec771d081862be6c166559"
        "d2b5b2c55fc6d3261a8847282700892cb6a3e1d15a1129830cd7ce0428858f80")
    return seq(seq(oid("1.2.840.10045.2.1"), curve), bits(point))


def rsa_key(modulus, exponent=65537):
    return seq(seq(oid("1.2.840.113549.1.1.1"), NULL),
               bits(seq(integer(modulus), integer(exponent))))


ECDSA = seq(oid("1.2.840.10045.4.3.2"))
SIGNATURE = seq(integer(2 ** 255 - 19), integer(2 ** 254 + 7))
_numbers = itertools.count(0x1000)


def cert(subject=None, extensions=None, serial=None, begin=utc("240101000000Z"),
         end=utc("340101000000Z"),
         version=2, key=None, algorithm=ECDSA, inner=None, issuer=None):
    """One certificate unlike every other; what isn't given is as in any server's."""
    number = next(_numbers)
    if extensions is None:
        extensions = [san(dns(f"host{number}.test"))]
    tbs = seq(*[context(0, integer(version))] * (version > 0),
              integer(number if serial is None else serial), inner or algorithm,
              issuer or name((O, "Hostile CA"), (CN, "ca.test")), seq(begin, end),
              name((CN, f"host{number}.test")) if subject is None else subject, key or ec_key(),
              *[context(3, seq(*extensions))] * bool(extensions))
    return seq(tbs, algorithm, bits(SIGNATURE))


def pem(der, label="CERTIFICATE", width=64, eol="\n"):
    text = base64.b64encode(der).decode()
    lines = [text[i:i + width] for i in range(0, len(text), width)]
    return eol.join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""]).encode()
