#!/usr/bin/env python3
"""Verifies a Jenjang receipt or certificate without asking the server that issued it.

    verify_receipt.py receipt.json keys.json

`receipt.json` is of a receipt or of a certificate; it has the members `payload`, `signature` and `kid`, as the API and /verify/{code} give them; `keys.json` is a
copy of /.well-known/receipt-keys.json, however old, that holds the key. With `--report FILE` the SHA-256 of a report's
revision is compared, too. Where the answer about a certificate tells a name, it has to be the one whose hash was signed.
Whether a certificate was revoked, only the server knows.

Python's standard library is all it needs: Ed25519 is written out below after RFC 8032, section 5.1.7. It is meant to be
read, not to be fast, and never handles a secret.
"""
import argparse
import base64
import hashlib
import json
import sys

# The field, the order of the group, the curve (RFC 8032, 5.1).
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def add(one, other):
    """The sum of two points in extended coordinates (RFC 8032, 5.1.4)."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number, point):
    """A point added to itself so many times."""
    total = (0, 1, 1, 0)
    while number > 0:
        if number & 1:
            total = add(total, point)
        point = add(point, point)
        number >>= 1
    return total


def equal(one, other):
    return (one[0] * other[2] - other[0] * one[2]) % P == 0 and (one[1] * other[2] - other[1] * one[2]) % P == 0


def x_of(y, sign):
    """The x of a point by its y and the lowest bit of the x; None where there is none (RFC 8032, 5.1.3)."""
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P != 0:
        x = x * SQRT_OF_MINUS_ONE % P
    if (x * x - square) % P != 0:
        return None
    return P - x if x & 1 != sign else x


def point_of(octets):
    y = int.from_bytes(octets, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    x = x_of(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = x_of(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def verifies(public, message, signature):
    """Whether an Ed25519 signature over a message is that of a public key."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, commitment = point_of(public), point_of(signature[:32])
    response = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or response >= L:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    return equal(times(response, BASE), add(commitment, times(challenge, key)))


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Refused(Exception):
    """Why it cannot be relied on."""


def verified(receipt, keys):
    """What a receipt or certificate says, once it is shown to be signed."""
    kid, payload = receipt["kid"], receipt["payload"]
    key = next((key for key in keys["keys"] if key["kid"] == kid), None)
    if key is None or (key["kty"], key["crv"]) != ("OKP", "Ed25519"):
        raise Refused(f"there is no key {kid}")
    if not verifies(decoded(key["x"]), payload.encode("utf-8"), decoded(receipt["signature"])):
        raise Refused("the signature does not fit")
    said = json.loads(payload)
    # Of the two only the signed one counts.
    if said["typ"] not in TOLD or (said["version"], said["kid"]) != (1, kid):
        raise Refused("what was signed is not a receipt or certificate of version 1 by this key")
    return said


def named(said, name, salt):
    """The name on a certificate, if the signed hash is that of the name."""
    if name is None or salt is None:
        return "not told"
    if hashlib.sha256(bytes.fromhex(salt) + name.encode("utf-8")).hexdigest() != said["holder"]["sha256"]:
        raise Refused("the certificate is not of this name")
    return name


def told_of_receipt(said):
    print(f"report    {said['report']['template']['name']}, {said['report']['cycle']['name']}")
    print(f"unit      {said['unit']['name']} ({said['unit']['code']})")
    print(f"revision  {said['revision']['number']}, SHA-256 {said['revision']['sha256']}")
    for role in ("giver", "receiver"):
        seat = said[role]
        print(f"{role:<9} {seat['title']}, {seat['unit']['name']}")
    print(f"place     {said['handover']['place']}, {said['handover']['at']}")
    print(f"received  {said['receivedAt']}")


def told_of_award(said):
    award = said["about"]["award"]
    place = f", place {award['place']}" if award["place"] else ""
    print(f"honour    {award['honour']}{place}")
    print(f"category  {award['category']['title']}")
    print(f"edition   {award['edition']['title']}")
    print(f"given by  {said['issuer']['name']}, announced {award['announcedOn']}")
    print(f"rules     SHA-256 {award['rulesSha256']}")
    print(f"list      {award['list']['number']}, SHA-256 {award['list']['sha256']}")
    print(f"issued    {said['issuedAt']}")


def told_of_certificate(said):
    print(f"of        {said['about']['kind']}")
    print(f"unit      {said['unit']['name']} ({said['unit']['code']})")
    if said["about"]["kind"] == "AWARD":
        told_of_award(said)
        return
    event = said["about"]["event"]
    print(f"event     {event['title']}")
    print(f"held by   {said['issuer']['name']}, {event['place'] or 'online'}")
    print(f"from      {event['startsAt']} to {event['endsAt']}")
    print(f"issued    {said['issuedAt']}")


TOLD = {"jenjang-receipt": told_of_receipt, "jenjang-certificate": told_of_certificate}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("receipt")
    parser.add_argument("keys")
    parser.add_argument("--report", help="the content of the revision, a file")
    arguments = parser.parse_args()
    with open(arguments.receipt, encoding="utf-8") as file:
        receipt = json.load(file)
    # Both the node of the API and the whole answer of /verify/{code} are taken.
    shown = receipt.get("receipt") or receipt.get("certificate") or receipt
    receipt = shown.get("signed") or shown
    with open(arguments.keys, encoding="utf-8") as file:
        keys = json.load(file)
    try:
        said = verified(receipt, keys)
        is_certificate = said["typ"] == "jenjang-certificate"
        name = named(said, shown.get("name"), shown.get("salt")) if is_certificate else None
        if arguments.report and is_certificate:
            raise Refused("a certificate is not of a report")
        if arguments.report:
            with open(arguments.report, "rb") as file:
                found = hashlib.sha256(file.read()).hexdigest()
            if found != said["revision"]["sha256"]:
                raise Refused("this is not the revision that was received")
    except (Refused, KeyError, ValueError, TypeError, AttributeError) as error:
        print(f"NOT VALID: {error}")
        sys.exit(1)
    print("VALID")
    print(f"code      {said['code']}")
    if name:
        print(f"name      {name}")
    TOLD[said["typ"]](said)
    if said["auditHead"]:
        print(f"audit     {said['auditHead']['position']} {said['auditHead']['link']}")
    print(said["statement"]["en"])


if __name__ == "__main__":
    main()
