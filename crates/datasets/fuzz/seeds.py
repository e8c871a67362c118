#!/usr/bin/env python3
"""Writes the inputs that fuzzing starts from to corpus/<target>/: the fixtures, each for every reader it may interest.

The first byte of an input chooses the reader (see src/case.rs), byte 0x1E stands between its parts.
"""

from pathlib import Path

HERE = Path(__file__).parent
FIXTURES = HERE.parent / "fixtures"


def parts(*parts):
    return b"\x1e".join(parts)


def read(pattern):
    return [path.read_bytes() for path in sorted(FIXTURES.glob(pattern)) if path.is_file()]


def rows(pattern):
    """Exports without their header."""
    return [text.partition(b"\n")[2] for text in read(pattern)]


def seeds():
    formats, lines = "formats/{}/*", read("formats/jsonl/*.jsonl") + read("calls.jsonl")
    redaction = [b"\n".join(text.split(b"\n")[:3]) for text in read("redaction/*.jsonl")]
    for arm, files in [
        ("0", read("formats/vtt/*.vtt") + read("worked-example/calls/*.vtt")),
        ("1", read("formats/srt/*.srt")),
        ("2", read("formats/text/*.txt")),
        ("3", lines),
        ("4", read("formats/text/*.txt")),
        ("6", read("formats/text/*.txt")),
        ("7", read("formats/srt/*.srt")),
        ("8", [line for file in lines for line in file.split(b"\n")]),
        ("9", read("formats/*/*.*")),
    ]:
        yield "text", arm, files
    for arm, files in [
        ("1", rows("formats/tables/warehouse-turns.csv")),
        ("2", rows("formats/tables/hubspot-calls.csv")),
        ("3", read("formats/tables/*.csv")),
        ("4", rows("formats/tables/*.csv")),
        ("5", [parts(*read("formats/tables/tabelle.toml"), *read("formats/tables/tabelle.csv"))]),
        ("6", read("formats/tables/*.csv")),
        ("8", rows("formats/tables/warehouse-turns.csv")),
    ]:
        yield "tables", arm, files
    vendors = "formats/vendors/"
    for arm, files in [
        ("0", read(vendors + "whisper*.json")),
        ("1", read(vendors + "deepgram*.json")),
        ("2", read(vendors + "assemblyai*.json")),
        ("3", read(vendors + "gong-transcripts.json")),
        ("4", read(vendors + "chat*") + read(vendors + "intercom.json") + read(vendors + "zendesk.json")),
        ("5", [parts(*read(vendors + "gong-calls.json"), *read(vendors + "gong-transcripts.json"))]),
    ]:
        yield "vendors", arm, files
    for arm, files in [
        ("0", [parts(text, b"Jane Doe\nSPEAKER_01\njo@acme.example") for text in read("worked-example/roles.toml")]),
        ("1", [parts(path.read_bytes(), b"Closed Won (New)") for path in sorted((HERE.parent / "src/labels").glob("*.toml"))]),
        ("2", read("formats/tables/tabelle.toml")),
        ("3", [b'[deals]\nid = "Nr"\nstage = "Phase"\ncreated = "Angelegt"\n']),
        ("4", [b'kinds = ["PERSON", "EMAIL"]\nmetadata = "keep"\nname_fields = ["signed_by"]\n[[custom]]\nname = "POLICY"\npattern = \'HL-\\d{4}\'\n']),
        ("5", [b"text=What they said", b"shape=turns"]),
    ]:
        yield "rules", arm, files
    said = b"Hi, this is Jane Doe, call me at +49 30 901820 or jane@example.com, um, uh"
    for arm, files in [
        ("0", [parts(said, b"My card is 4111 1111 1111 1111, IBAN DE89 3704 0044 0532 0130 00", b"Jane Doe")]),
        ("1", lines + redaction),
        ("2", [b'{"conversation":"a","pseudonyms":[["[PERSON_1]","Jane"],["[EMAIL_1]","j@x.example"]]}\n']),
    ]:
        yield "redaction", arm, files
    for arm, files in [
        ("0", read("craigslist-bargain/*.json")),
        ("1", [parts(*read("craigslist-bargain/*.json"))]),
        ("2", [parts(b"d-1,0,Hello\nd-1,1,Hi\nd-2,1,\xff\n", b"d-1,u1,0,0\nd-1,u2,1,0.5\nd-3,u,1,1\n")]),
        ("3", read("folds.csv")),
        ("4", lines + [parts(*lines)]),
        ("5", lines),
    ]:
        yield "corpora", arm, files
    crm = "crm/"
    hubspot = parts(
        b"1,Ovens,contractsent,1200.50,2026-03-04,2026-01-02,2026-03-05,Mara,Obi,Tom Obi,7,2026-02-01\n"
        b"2,Bread,closedwon,,,03/14/2026 10:00,,Mara,Obi,,,\n",
        b"7,Tom,Obi,tom@obi.example,Obi,9,1;2\n",
        b"c-1,Demo,2026-02-03,1,9,7\n",
    )
    salesforce = parts(
        b"006A,001A,Obi,Ovens,Closed Won,1200,2026-03-04,2026-01-02T10:00:00.000Z,2026-03-05,TRUE,TRUE,005,003\n",
        b"h1,006A,Negotiation,900,2026-03-01,2026-02-01T00:00:00Z\n",
        b"e1,006A,003,2026-02-02\n",
    )
    pipedrive = parts(
        b"1;Ovens;Won;Proposal;1.200,50;2026-01-02 10:00:00;2026-03-04 10:00:00;;Obi\n",
        b"7;Tom Obi;tom@obi.example;Obi\n",
    )
    mapped = parts(
        b'[deals]\nid = "Nr"\nstage = "Phase"\ncreated = "Angelegt"\namount = "Wert"\n',
        b'won.stages = ["gewonnen"]\nlost.stages = ["verloren"]\nhorizon_days = 90\n',
        b"Nr;Phase;Angelegt;Wert\n1;gewonnen;31.01.2026;1.200,50\n",
    )
    for arm, files in [("0", read(crm + "*-deals.csv") + read(crm + "*.tsv")), ("1", [hubspot]), ("2", [salesforce]), ("3", [pipedrive]), ("4", [mapped])]:
        yield "crm", arm, files
    named = []
    for pattern, place in [("jsonl/*.jsonl", 0), ("tables/*.csv", 1), ("vtt/*.vtt", 2), ("srt/*.srt", 3), ("text/*.txt", 4), ("vendors/*.json", 5)]:
        for number, file in enumerate(read("formats/" + pattern)):
            packed = (0, 0x80, 0xC0)[number % 3]
            named.append(bytes([packed | place]) + file)
    call = b'{"id":"ID","turns":[{"speaker":"seller","text":"hello"},{"speaker":"buyer","text":"NUMBER thanks"}],"outcome":"won","metadata":{"date":"2026-01-02","deal_id":"1"}}\n'
    calls = b"".join(call.replace(b"ID", b"c%d" % at).replace(b"NUMBER", b"n%d" % at) for at in range(6))
    resumed = [
        parts(calls, b'{"records":1}', b"", b""),
        parts(calls, b'{"summary":{"read":9},"lengths":{"calls.jsonl":3}}', b"", b""),
        parts(calls, b'{"version":', b"", b""),
        parts(calls, b"", b"\x30abc", b""),
        parts(calls, b"", b"", b"\x01abc"),
    ]
    for arm, files in [("0", named), ("1", lines), ("2", lines + [calls]), ("3", resumed), ("4", [parts(calls, b"\x30abc"), parts(calls, b"")])]:
        yield "ingest", arm, files


def main():
    for case in sorted(FIXTURES.glob("fuzz/*/*")):
        folder = HERE / "corpus" / case.parent.name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / case.name).write_bytes(case.read_bytes())
    for target, arm, files in seeds():
        folder = HERE / "corpus" / target
        folder.mkdir(parents=True, exist_ok=True)
        for number, file in enumerate(file for file in files if file):
            # Below a low limit and in pieces as well.
            for first, name in [(arm, arm), (chr(ord(arm) | 0x40), arm + "-low")]:
                (folder / f"seed-{name}-{number}").write_bytes(first.encode() + file)
            (folder / f"seed-{arm}-pieces-{number}").write_bytes(bytes([ord(arm) | 0x80]) + file)


if __name__ == "__main__":
    main()
