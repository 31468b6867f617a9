import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson } from "../../kernel/document-rules.ts";
import { dataHash, type Entry, entryText } from "./entry.ts";
import { lineText } from "./line.ts";
import { isSignedBy, newSigningKey, readCheckpoint, readVerifier, signCheckpoint, verifierText } from "./note.ts";
import { EMPTY_TREE, grow, leafHash, rootOf } from "./tree.ts";
import { verifyExport } from "./verify.ts";

const WORKSPACE = "0190aaaa-0000-7000-8000-000000000001";
const key = newSigningKey(`bailiwick/${WORKSPACE}`);
const KEY = verifierText(key);

/** A record of facts; `special` has the type and data of some. */
function record(
  size: number,
  name = "fact",
  special: Record<number, { type: string; data: Record<string, unknown> }> = {},
) {
  let tree = EMPTY_TREE;
  const lines: string[] = [];
  const checkpoints: string[] = [signCheckpoint(key, { size: 0, root: rootOf(tree) })];
  const peaks: string[][] = [[]];
  for (let leaf = 0; leaf < size; leaf++) {
    const usual = { note: `${name} ${leaf}`, list: [1.5, "é\u2028", null], "\u{1F600}": true };
    const { type, data } = special[leaf] ?? { type: "task.created", data: usual };
    const entry: Entry = {
      workspace_id: WORKSPACE,
      id: `0190aaaa-0000-7000-8000-${String(leaf).padStart(12, "0")}`,
      type,
      actor: { kind: "user", id: "somebody", key_id: null },
      subject: { kind: "task", id: WORKSPACE },
      agent_id: null,
      request_id: "r",
      trace_id: null,
      created_at: "2026-11-30T15:00:00.000Z",
      data_sha256: dataHash(data),
    };
    const hash = leafHash(entryText(entry));
    tree = grow(tree, [hash]).tree;
    lines.push(lineText({ ...entry, leaf, leaf_sha256: hash.toString("hex"), data }));
    checkpoints.push(signCheckpoint(key, { size: leaf + 1, root: rootOf(tree) }));
    peaks.push(tree.peaks.map((peak) => peak.toString("base64")));
  }
  return { lines, checkpoints, peaks };
}

async function verify(lines: readonly string[], checkpoint?: string, verifier: string | undefined = KEY) {
  async function* each() {
    yield* lines;
  }
  return verifyExport(each(), { checkpoint, key: checkpoint === undefined ? undefined : verifier });
}
const words = async (...given: Parameters<typeof verify>) => (await verify(...given)).lines[0];

const SIZE = 300;
const { lines, checkpoints, peaks } = record(SIZE);

test("a whole record is complete with its checkpoint, and consistent without", async () => {
  expect(await verify(lines, checkpoints[SIZE])).toEqual({ lines: ["complete"], exitCode: 0 });
  expect(await verify(lines)).toEqual({
    lines: [
      `consistent up to ${SIZE}, truncation not checked`,
      "without a checkpoint, facts that were altered, removed or added with new hashes stay unseen",
    ],
    exitCode: 0,
  });
  expect(await verify(lines, checkpoints[100])).toEqual({
    lines: ["consistent up to 100, truncation not checked", "the checkpoint does not cover the last 200 sealed facts"],
    exitCode: 0,
  });
  expect((await verify(lines, checkpoints[0])).exitCode).toBe(0);
  expect(await verify([], checkpoints[SIZE])).toEqual({ lines: ["no records"], exitCode: 2 });
});

test("a record that lost its end is cut, also when it is an older valid one", async () => {
  expect(await words(lines.slice(0, 200), checkpoints[SIZE])).toBe(`cut: the checkpoint has ${SIZE}, the file 200`);
});

test("a record that lost its beginning or a fact between is altered there", async () => {
  expect(await words(lines.slice(100), checkpoints[SIZE])).toMatch(/^altered at line 1, fact 0190aaaa-.*000100$/);
  expect(await words(lines.toSpliced(50, 1), checkpoints[SIZE])).toMatch(/^altered at line 51, fact .*000051$/);
  expect(await words([...lines.slice(0, 2), lines[1] ?? "", ...lines.slice(2)])).toMatch(/^altered at line 3, /);
});

test("an export that begins later says where, and leads to the same root", async () => {
  const first = JSON.parse(lines[100] ?? "");
  const late = [lineText({ ...first, before: peaks[100] }), ...lines.slice(101)];
  expect(await verify(late, checkpoints[SIZE])).toEqual({
    lines: ["complete from fact 101", "the file begins at fact 101; the facts before it were not checked"],
    exitCode: 0,
  });
  expect((await verify(late, checkpoints[100])).exitCode).toBe(0);
  const wrong = [
    lineText({ ...first, before: [...(peaks[99] ?? []), ...(peaks[1] ?? [])].slice(0, 3) }),
    ...lines.slice(101),
  ];
  expect((await verify(wrong, checkpoints[SIZE])).exitCode).toBe(1);
});

test("one changed byte anywhere in a line is found, with the number of its line", async () => {
  const line = Buffer.from(lines[7] ?? "");
  for (let place = 0; place < line.length; place++) {
    const changed = Buffer.from(line);
    changed[place] = (changed[place] ?? 0) ^ 1;
    const verdict = await words(lines.slice(0, 20).with(7, changed.toString()));
    expect(verdict, `byte ${place}`).toMatch(/^altered at line 8(?:, fact |: it is not in the form)/);
  }
});

test("a record that was made again with other facts does not fit the checkpoint", async () => {
  const other = record(SIZE, "lie");
  expect(await words(other.lines, checkpoints[SIZE])).toBe("altered: the facts do not make the root of the checkpoint");
  expect(await words([...lines.slice(0, 299), other.lines[299] ?? ""], checkpoints[SIZE])).toMatch(/^altered: /);
});

test("a checkpoint of another key, of another record, or of none is refused", async () => {
  const stranger = newSigningKey(`bailiwick/${WORKSPACE}`);
  const forged = signCheckpoint(stranger, {
    size: SIZE,
    root: readCheckpoint(checkpoints[SIZE] ?? "")?.root ?? Buffer.alloc(32),
  });
  expect(await words(lines, forged)).toBe("altered: the checkpoint is not signed by the key");
  const elsewhere = newSigningKey("bailiwick/0190bbbb-0000-7000-8000-000000000001");
  const foreign = signCheckpoint(elsewhere, { size: 1, root: Buffer.alloc(32) });
  expect(await words(lines, foreign, verifierText(elsewhere))).toBe("altered: the checkpoint is of another record");
  expect(await words(lines, "nothing")).toBe("altered: the checkpoint is no checkpoint");
  expect(await words(lines, checkpoints[SIZE], "no+key")).toBe("altered: the key is no verifier key");
});

test("a signed text with one changed byte is not signed", () => {
  const verifier = readVerifier(KEY);
  const note = checkpoints[SIZE] ?? "";
  if (!verifier) throw new Error("The key is readable.");
  expect(isSignedBy(note, verifier)).toBe(true);
  for (let place = 0; place < note.length; place++) {
    const changed = `${note.slice(0, place)}${note[place] === "A" ? "B" : "A"}${note.slice(place + 1)}`;
    expect(isSignedBy(changed, verifier), `character ${place}`).toBe(false);
  }
});

test("withdrawn content is named where the record has its redaction, and is altered content otherwise", async () => {
  const REDACTION = "0190cccc-0000-7000-8000-000000000001";
  const special = { 4: { type: "content.withdrawn", data: { redaction_id: REDACTION } } };
  const { lines, checkpoints } = record(5, "fact", special);
  const fact = JSON.parse(lines[1] ?? "");
  const withdrawn = (data: object) => lines.with(1, lineText({ ...fact, withdrawn: true, data }));
  expect(await verify(withdrawn({ redacted: { redaction_id: REDACTION } }), checkpoints[5])).toEqual({
    lines: ["complete", `the content at line 2, fact ${fact.id}, was withdrawn and was not checked`],
    exitCode: 0,
  });
  for (const data of [{ amount: 1 }, { redacted: { redaction_id: fact.id } }, { redacted: 1 }]) {
    expect(await words(withdrawn(data), checkpoints[5])).toBe(`altered at line 2, fact ${fact.id}`);
  }
});

test("dropped data is counted where the record has its trimming, and is altered content otherwise", async () => {
  const trimming = (before: string, facts: number) => ({
    4: { type: "audit.payloads_trimmed", data: { before, facts, bytes: 1 } },
  });
  const check = async (dropped: readonly number[], special: Parameters<typeof record>[2]) => {
    const { lines, checkpoints } = record(5, "fact", special);
    const cut = (line: string) => lineText({ ...JSON.parse(line), trimmed: true, data: { payload_sha256: "" } });
    const file = lines.map((line, leaf) => (dropped.includes(leaf) ? cut(line) : line));
    return (await verify(file, checkpoints[5])).lines;
  };
  const note = (count: number) => `retention dropped the large data of ${count} facts, which were not checked`;
  expect(await check([1, 2], trimming("2026-12-01", 2))).toEqual(["complete", note(2)]);
  expect(await check([1], trimming("2026-12-01", 2))).toEqual(["complete", note(1)]);
  for (const [dropped, special] of [
    [[1, 2], trimming("2026-12-01", 1)],
    [[1], trimming("2026-11-30", 1)],
    [[1], {}],
    [[1, 4], trimming("2026-12-01", 2)],
  ] as const) {
    expect((await check(dropped, special))[0]).toMatch(/^altered at line 2, fact /);
  }
});

test("facts that are not sealed yet make no record complete, and are of the same workspace", async () => {
  const open = { ...JSON.parse(lines[3] ?? ""), leaf: null, leaf_sha256: null };
  expect(await verify([...lines, lineText(open)], checkpoints[SIZE])).toEqual({
    lines: [
      `consistent up to ${SIZE}, truncation not checked`,
      "1 facts at the end are not sealed yet and were not checked",
    ],
    exitCode: 0,
  });
  const foreign = lineText({ ...open, workspace_id: open.id });
  expect((await verify([...lines, foreign], checkpoints[SIZE])).exitCode).toBe(1);
});

test("a line with another type of a member is not in the form of an export", async () => {
  const fact = JSON.parse(lines[0] ?? "");
  for (const change of [
    { leaf: "0" },
    { before: 5 },
    { before: [5] },
    { id: "x\u001b[2K" },
    { data: null },
    { v: 2 },
  ]) {
    const text = JSON.stringify({ ...fact, ...change });
    expect(await words([text], checkpoints[1]), text).toBe("altered at line 1: it is not in the form of an export");
  }
});

test("the canonical form is that of RFC 8785", () => {
  // The example of its section 3.2.2, as text: JavaScript would shorten the first number.
  const given =
    JSON.parse(String.raw`{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001, -0],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}`);
  expect(canonicalJson(given)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27,0],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
  const keys = { "\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\u{1F600}": 5, "\u0080": 6, "\u00f6": 7 };
  expect(canonicalJson(keys)).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"\u{1F600}":5,"\ufb33":3}');
});

test("the text of an entry is its canonical form", () => {
  const text = fc.string({ unit: "grapheme" });
  const maybe = fc.option(text);
  const actor = fc.record({ kind: fc.constantFrom("user" as const, "agent" as const), id: text, key_id: maybe });
  const texts = { workspace_id: text, id: text, type: text, request_id: text, created_at: text, data_sha256: text };
  const subject = fc.record({ kind: text, id: text });
  fc.assert(
    fc.property(fc.record({ ...texts, actor, subject, agent_id: maybe, trace_id: maybe }), (entry) => {
      expect(entryText(entry)).toBe(canonicalJson({ v: 1, ...entry }));
    }),
  );
});

test("the canonical form depends on the value alone", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(canonicalJson(JSON.parse(text))).toBe(text);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
