#!/usr/bin/env python3
"""Reckons a Jenjang award edition again without asking the server that announced it.

    recompute_award.py bundle.json

`bundle.json` is what /export/awards/{edition}.json gave. What every category comes to is reckoned from its inputs alone and
printed as the canonical JSON that `resultsSha256` is over. The exit status is 0 when the bundle says the same and its rules
hash to what it says, else 1, with a line for each thing that is otherwise.

Python's standard library is all it needs, and every number is a whole one. docs/awards.md says the same in words.
"""
import hashlib
import json
import re
import sys

# 1, in the millionths that everything is reckoned in.
ONE = 1_000_000

# How many calibrated sheets there have to be for each juror who has too few.
SHEETS_PER_OUTSIDER = 4


class Refused(Exception):
    """Why it cannot be reckoned."""


def canonical(value):
    """Canonical JSON (RFC 8785). The keys are ASCII and the numbers whole and small, so that this is all there is to it."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def sha256(octets):
    return hashlib.sha256(octets).hexdigest()


def millionths(figure):
    """A figure such as "87.50"."""
    if not re.fullmatch(r"(0|[1-9][0-9]?)\.[0-9]{2}|100\.00", figure, re.ASCII):
        raise Refused(f"{figure} is no figure from 0.00 to 100.00")
    return int(figure.replace(".", "")) * (ONE // 100)


def written(amount):
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // ONE}.{abs(amount) % ONE:06}"


def shared(total, among):
    """The next whole number, halves up: the one place where anything is rounded."""
    return (2 * total + among) // (2 * among)


def calibrated(inputs):
    """The mean of calibrated jurors, and of each juror the number of sheets, their mean and what is added to each of them."""
    sheets = {}
    for entry in inputs["entries"]:
        for sheet in entry["sheets"]:
            sheets.setdefault(sheet["juror"], []).append(millionths(sheet["total"]))
    minimum = inputs["calibrationMinimum"]
    enough = [] if minimum is None else [own for own in sheets.values() if len(own) >= max(minimum, 2)]
    count = sum(len(own) for own in enough)
    outsiders = len(sheets) - len(enough)
    mean = None
    if len(enough) >= 2 and count >= SHEETS_PER_OUTSIDER * outsiders:
        mean = shared(sum(sum(own) for own in enough), count)
    jurors = {}
    # J2 before J10.
    for juror in sorted(sheets, key=lambda juror: (len(juror), juror)):
        own = sheets[juror]
        own_mean = shared(sum(own), len(own))
        has_shift = mean is not None and len(own) >= max(minimum, 2)
        jurors[juror] = (len(own), own_mean, mean - own_mean if has_shift else None)
    return mean, jurors


def parts_of(inputs, entry, jurors):
    """What an entry comes to by each criterion: what counts, and what the jurors gave."""
    parts = []
    for criterion in inputs["criteria"]:
        if criterion["kind"] == "INDICATOR":
            parts.append((millionths(entry["figures"][criterion["key"]]), None))
        else:
            given = [millionths(sheet["total"]) for sheet in entry["sheets"]]
            shifts = [jurors[sheet["juror"]][2] or 0 for sheet in entry["sheets"]]
            parts.append((shared(sum(given) + sum(shifts), len(given)), shared(sum(given), len(given))))
    return parts


def honoured(scheme):
    """How many win, and how many are named after them."""
    if scheme["kind"] == "RANKED":
        return scheme["places"], scheme["nominees"]
    return (scheme["count"], 0) if scheme["kind"] == "UNRANKED" else (1, 0)


def ranked(inputs):
    """The order of a category, and what decided it."""
    weights = [criterion["weight"] for criterion in inputs["criteria"]]
    if any(type(weight) is not int or weight < 1 for weight in weights):
        raise Refused("a weight is a whole number from 1 up")
    keys = [criterion["key"] for criterion in inputs["criteria"]]
    breaks = [keys.index(key) for key in inputs["tieBreaks"]]
    mean, jurors = calibrated(inputs)
    standings = []
    for entry in inputs["entries"]:
        parts = parts_of(inputs, entry, jurors)
        points = sum(weight * figure for weight, (figure, _raw) in zip(weights, parts))
        lot = sha256(f"{inputs['seed']}\n{entry['id']}".encode("ascii"))
        standings.append((entry["id"], points, parts, lot))

    def before(standing):
        name, points, parts, lot = standing
        return [-points] + [-parts[place][0] for place in breaks], lot, name

    standings.sort(key=before)

    def decided(first, following):
        if first[1] != following[1]:
            ahead = first[1] - following[1]
            return {"by": "SCORE", "points": written(ahead), "score": written(shared(ahead, sum(weights)))}
        for place in breaks:
            margin = first[2][place][0] - following[2][place][0]
            if margin != 0:
                return {"by": "TIE_BREAK", "criterion": keys[place], "margin": written(margin)}
        return {"by": "LOT", "first": first[3], "next": following[3]}

    reasons = [decided(first, following) for first, following in zip(standings, standings[1:])]
    winners, nominees = honoured(inputs["scheme"])
    entries = []
    for place, (name, points, parts, _lot) in enumerate(standings):
        outcome = "WINNER" if place < winners else "NOMINEE" if place < winners + nominees else "UNPLACED"
        has_place = outcome == "WINNER" and inputs["scheme"]["kind"] == "RANKED"
        entries.append({
            "entry": name,
            "position": place + 1,
            "outcome": outcome,
            "place": place + 1 if has_place else None,
            "points": written(points),
            "score": written(shared(points, sum(weights))),
            "parts": [
                {"criterion": key, "figure": written(figure), "raw": None if raw is None else written(raw)}
                for key, (figure, raw) in zip(keys, parts)
            ],
            "decided": reasons[place] if place < len(reasons) else None,
        })
    cut = None
    if winners < len(standings):
        winner, following = standings[winners - 1][0], standings[winners][0]
        cut = {"winner": winner, "next": following, "decided": reasons[winners - 1]}
    told = [
        {"juror": juror, "sheets": count, "mean": written(own), "shift": None if shift is None else written(shift)}
        for juror, (count, own, shift) in jurors.items()
    ]
    calibration = {"mean": None if mean is None else written(mean), "jurors": told}
    return {"weights": sum(weights), "calibration": calibration, "entries": entries, "cut": cut}


def recomputed(bundle):
    """The results of a bundle, and everything it says otherwise."""
    if (bundle["typ"], bundle["version"]) != ("jenjang-award-bundle", 1):
        raise Refused("it is no award bundle of version 1")
    otherwise = []
    rules = bundle["rules"]
    if sha256(rules["text"].encode("utf-8")) != rules["sha256"]:
        otherwise.append("rules: the text does not hash to the SHA-256")
    results = []
    for place, category in enumerate(bundle["categories"]):
        inputs = category["inputs"]
        if inputs["seed"] != rules["sha256"]:
            otherwise.append(f"categories.{place}: the lots are not drawn from the SHA-256 of the rules")
        results.append({
            "category": category["category"],
            "round": category["round"],
            "unit": category["unit"]["id"],
            "inputsSha256": sha256(canonical(inputs)),
            "ranking": ranked(inputs),
        })
    octets = canonical(results)
    if octets != canonical(bundle["results"]):
        otherwise.append("results: recomputing gives others")
    if sha256(octets) != bundle["resultsSha256"]:
        otherwise.append("resultsSha256: what was recomputed hashes to another")
    return octets, otherwise


def each_once(pairs):
    """An object none of whose keys comes twice."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Refused("a key comes twice")
    return members


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        with open(sys.argv[1], encoding="utf-8") as file:
            octets, otherwise = recomputed(json.load(file, object_pairs_hook=each_once))
    except (Refused, OSError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError) as wrong:
        sys.exit(f"cannot be recomputed: {type(wrong).__name__}: {wrong}")
    sys.stdout.buffer.write(octets)
    sys.stdout.buffer.flush()
    if otherwise:
        sys.exit("\n".join(otherwise))


if __name__ == "__main__":
    main()
