#!/usr/bin/env python3
"""Keeps a copy of what happens in Jenjang, and drafts a report: an integration to begin with.

Needs Python 3.10 or newer and nothing else. The program's token comes from the environment, never from the command line,
where others could read it; docs/api.md ("Programs") tells how a unit's head makes one.

    export JENJANG_URL=http://127.0.0.1:8080/graphql JENJANG_TOKEN=jjg_...
    python3 sync.py sync
    python3 sync.py draft laporan-akhir-kehumasan-2024 program="Sekolah kader di 31 kecamatan."

Both keep what they have to remember in one file (--state), written anew in one step, so that they may be interrupted at any
moment and simply be run again: `sync` goes on from its cursor, `draft` sends again what it does not know to be done, under
the same idempotency key, so that nothing is done twice.
"""

import argparse
import http.client
import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid

CHANGES = """
query Changes($after: String) {
  changes(after: $after, first: 100) {
    nodes {
      id
      kind
      at
      subject {
        ... on ChangedReport { version statusAfter report { id unit { code name } cycle { code } } }
        ... on ChangedUnit { code name effectiveOn }
        ... on ChangedRegions { effectiveOn added renamed moved ended }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""

CYCLES = "{ reportCycles(first: 100) { nodes { id code } } }"

REPORT = "id version draft { answers { key text } }"

START = "mutation Start($input: StartReportInput!) { startReport(input: $input) { report { %s } userErrors { code message field } } }"
START = START % REPORT

EDIT = "mutation Edit($input: EditReportInput!) { editReport(input: $input) { report { %s } userErrors { code message field } } }"
EDIT = EDIT % REPORT

# How often a request is sent before it is given up.
ATTEMPTS = 6


class Refused(Exception):
    """The server understood, and refused. Sending it again would change nothing."""

    def __init__(self, code, message):
        super().__init__(f"{code}: {message}")
        self.code = code


class Jenjang:
    """The API, asked with a program's token."""

    def __init__(self, url, token, pause):
        self.url = url
        self.token = token
        self.pause = pause

    def ask(self, document, variables=None, key=None):
        """Sends a document until there is an answer, and gives its data. Only what may be sent twice is sent through here:
        queries, and commands with an idempotency key."""
        body = json.dumps({"query": document, "variables": variables or {}}).encode()
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Accept": "application/graphql-response+json",
            "Accept-Language": "en",
        }
        if key:
            headers["Idempotency-Key"] = key
        pause = self.pause
        for attempt in range(1, ATTEMPTS + 1):
            wait = None
            try:
                request = urllib.request.Request(self.url, body, headers)
                with urllib.request.urlopen(request, timeout=30) as response:
                    return self.data(json.load(response))
            except urllib.error.HTTPError as error:
                # 4xx says what is wrong with the request; what is wrong with the server may pass.
                if error.code < 500 and error.code not in (408, 429):
                    raise self.refusal(error) from None
                wait = error.headers.get("Retry-After")
                trouble = f"HTTP {error.code}"
            except Busy:
                trouble = "the same command is still at work"
            except (OSError, http.client.HTTPException, ValueError) as error:
                # No connection, one that was cut, or half an answer: nobody knows whether it was done.
                trouble = str(error)
            if attempt == ATTEMPTS:
                break
            print(f"{trouble}; trying again", file=sys.stderr)
            time.sleep(float(wait) if wait and wait.isdigit() else pause)
            pause *= 2
        raise SystemExit(f"no answer after {ATTEMPTS} attempts: {trouble}")

    @staticmethod
    def data(answer):
        errors = answer.get("errors")
        if errors:
            code = errors[0].get("extensions", {}).get("code", "")
            if code == "CONFLICT":
                raise Busy()
            raise Refused(code, errors[0].get("message", ""))
        return answer["data"]

    @staticmethod
    def refusal(error):
        try:
            answer = json.load(error)
            first = answer["errors"][0]
            return Refused(first["extensions"]["code"], first["message"])
        except (ValueError, KeyError, IndexError, TypeError):
            return Refused(f"HTTP {error.code}", error.reason)


class Busy(Exception):
    """An earlier attempt of the same command has not ended yet."""


class State:
    """What has to survive an interruption, in a file that is replaced as a whole."""

    def __init__(self, path):
        self.path = path
        try:
            with open(path, encoding="utf-8") as file:
                self.kept = json.load(file)
        except FileNotFoundError:
            self.kept = {"cursor": None, "reports": {}, "drafts": {}, "pending": {}}

    def save(self):
        beside = f"{self.path}.new"
        with open(beside, "w", encoding="utf-8") as file:
            json.dump(self.kept, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, self.path)


def sync(api, state):
    """Takes over everything that has happened since the last time."""
    told = 0
    while True:
        try:
            page = api.ask(CHANGES, {"after": state.kept["cursor"]})["changes"]
        except Refused as refused:
            # The place is gone, as after the server was restored from a backup: begin again.
            if refused.code != "BAD_USER_INPUT" or state.kept["cursor"] is None:
                raise
            print(f"{refused}; beginning again", file=sys.stderr)
            state.kept.update(cursor=None, reports={})
            continue
        for change in page["nodes"]:
            take_over(state.kept["reports"], change)
        told += len(page["nodes"])
        # Copy and cursor are written together: neither a loss nor a repetition can come between.
        state.kept["cursor"] = page["pageInfo"]["endCursor"]
        state.save()
        # A page may be empty although more comes, so this alone says whether to go on.
        if not page["pageInfo"]["hasNextPage"]:
            print(f"{told} changes")
            return


def take_over(reports, change):
    """Takes one change over. It may be told again, so an older version never replaces a newer one."""
    subject = change["subject"]
    print(change["at"], change["kind"], subject.get("code") or subject.get("report", {}).get("unit", {}).get("code", ""))
    if "report" not in subject:
        return
    report = subject["report"]
    known = reports.get(report["id"])
    if known is None or known["version"] < subject["version"]:
        reports[report["id"]] = {
            "version": subject["version"],
            "status": subject["statusAfter"],
            "unit": report["unit"]["code"],
            "cycle": report["cycle"]["code"],
        }


def command(api, state, name, document, field, new_input):
    """Gives a command once, whatever happens in between: what is sent is written down first, with the key under which the
    server knows it again."""
    pending = state.kept["pending"]
    if name not in pending:
        pending[name] = {"key": str(uuid.uuid4()), "input": new_input}
        state.save()
    sent = pending[name]
    try:
        payload = api.ask(document, {"input": sent["input"]}, sent["key"])[field]
    except Refused as refused:
        # Another token may still bring it to its end; anything else no repetition will.
        if refused.code not in ("UNAUTHENTICATED", "FORBIDDEN"):
            del pending[name]
            state.save()
        raise
    del pending[name]
    state.save()
    if payload["userErrors"]:
        first = payload["userErrors"][0]
        raise Refused(first["code"], f"{first['message']} ({'.'.join(first['field'] or [])})")
    return payload["report"]


def draft(api, state, cycle_code, answers):
    """Starts the unit's report for a round, unless it is there, and writes these answers into its draft."""
    cycles = {cycle["code"]: cycle["id"] for cycle in api.ask(CYCLES)["reportCycles"]["nodes"]}
    if cycle_code not in cycles:
        raise SystemExit(f"there is no round {cycle_code}, only: {', '.join(sorted(cycles))}")
    # A name of our own for the report: starting it again under the same one gives the report that is there.
    client_id = state.kept["drafts"].setdefault(cycle_code, str(uuid.uuid4()))
    start = {"cycle": cycles[cycle_code], "clientId": client_id}
    report = command(api, state, f"start {cycle_code}", START, "startReport", start)
    # An edit that was interrupted is finished first, as it was meant then.
    name = f"edit {report['id']}"
    while True:
        there = {answer["key"]: answer["text"] for answer in report["draft"]["answers"]}
        missing = {field: text for field, text in answers.items() if there.get(field) != text}
        if not missing and name not in state.kept["pending"]:
            print(f"draft {report['id']} is at version {report['version']}")
            return
        edit = {
            "report": report["id"],
            "expectedVersion": report["version"],
            "answers": [{"field": field, "value": {"text": text}} for field, text in missing.items()],
        }
        # Where somebody has saved another answer meanwhile this is refused, and nothing is overwritten: running it again,
        # on what is there then, is for whoever reads the refusal to decide.
        report = command(api, state, name, EDIT, "editReport", edit)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--state", default="jenjang-sync.json", help="the file that remembers (default: %(default)s)")
    parser.add_argument("--pause", type=float, default=1, help="seconds before a second attempt, doubled each time")
    tasks = parser.add_subparsers(dest="task", required=True)
    tasks.add_parser("sync", help="take over what has happened since the last time")
    drafting = tasks.add_parser("draft", help="start the unit's report for a round and fill in fields of text")
    drafting.add_argument("cycle", help="the round's code")
    drafting.add_argument("answers", nargs="+", metavar="field=text")
    arguments = parser.parse_args()
    try:
        url, token = os.environ["JENJANG_URL"], os.environ["JENJANG_TOKEN"]
    except KeyError as missing:
        raise SystemExit(f"{missing.args[0]} is not set") from None
    api, state = Jenjang(url, token, arguments.pause), State(arguments.state)
    try:
        if arguments.task == "sync":
            sync(api, state)
        else:
            answers = dict(answer.partition("=")[::2] for answer in arguments.answers)
            draft(api, state, arguments.cycle, answers)
    except Refused as refused:
        raise SystemExit(str(refused)) from None


if __name__ == "__main__":
    main()
