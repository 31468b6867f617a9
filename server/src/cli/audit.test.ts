import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { consistencyText } from "../audit/sealing/consistency.ts";
import { dataHash, entryText } from "../audit/sealing/entry.ts";
import { lineText } from "../audit/sealing/line.ts";
import { newSigningKey, proofText, signCheckpoint, verifierText } from "../audit/sealing/note.ts";
import { EMPTY_TREE, grow, leafHash, rootOf } from "../audit/sealing/tree.ts";
import { main } from "../cli.ts";

const WORKSPACE = "0190aaaa-0000-7000-8000-000000000001";
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "bailiwick-audit-"));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

async function run(...args: string[]) {
  const printed: string[] = [];
  vi.spyOn(console, "log").mockImplementation((text) => void printed.push(String(text)));
  vi.spyOn(process.stderr, "write").mockImplementation((text) => printed.push(String(text)) > 0);
  await main(["node", "bailiwick", "audit", ...args]);
  const { exitCode } = process;
  process.exitCode = undefined;
  return { text: printed.join("\n"), exitCode };
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test("verify prints the verdict and exits with its code, also for a text with line separators in it", async () => {
  const data = { text: "one\u2028two\r\nthree" };
  const entry = {
    workspace_id: WORKSPACE,
    id: WORKSPACE,
    type: "task.created",
    actor: { kind: "user", id: "a", key_id: null },
    subject: { kind: "task", id: WORKSPACE },
    agent_id: null,
    request_id: "r",
    trace_id: null,
    created_at: "2026-11-30T15:00:00.000Z",
    data_sha256: dataHash(data),
  } as const;
  const hash = leafHash(entryText(entry));
  const line = lineText({ ...entry, leaf: 0, leaf_sha256: hash.toString("hex"), data });
  const key = newSigningKey(`bailiwick/${WORKSPACE}`);
  const { tree } = grow(EMPTY_TREE, [hash]);
  const signed = signCheckpoint(key, { size: 1, root: rootOf(tree) });
  const checkpoint = file("checkpoint", signed);
  const record = file("record.jsonl", `${line}\n`);
  const against = ["--checkpoint", checkpoint, "--key", verifierText(key)];
  expect(await run("verify", record, ...against)).toEqual({ text: "complete", exitCode: 0 });
  expect(await run("verify", record)).toMatchObject({
    text: expect.stringMatching(/^consistent up to 1, truncation not checked\nwithout a checkpoint, /),
    exitCode: 0,
  });
  expect(await run("verify", record, "--key", verifierText(key))).toMatchObject({ exitCode: 2 });
  const changed = file("changed.jsonl", line.replace("three", "tree"));
  expect(await run("verify", changed)).toEqual({ text: `altered at line 1, fact ${WORKSPACE}`, exitCode: 1 });
  expect(await run("verify", file("empty.jsonl", ""), ...against)).toEqual({ text: "no records", exitCode: 2 });
  const proof = file(
    "fact.tlog-proof",
    proofText({ entry: entryText(entry), index: 0, hashes: [], checkpoint: signed }),
  );
  expect(await run("verify", proof, "--key", verifierText(key))).toEqual({
    text: `proven: fact ${WORKSPACE} is fact 1 of 1`,
    exitCode: 0,
  });
  const consistency = file("consistency", consistencyText({ old: 1, hashes: [], checkpoint: signed }));
  expect(await run("verify", consistency, ...against)).toEqual({
    text: "consistent: the first 1 of 1 facts are unaltered",
    exitCode: 0,
  });
  expect(await run("verify", consistency)).toMatchObject({ exitCode: 2 });
  expect(await run("verify", join(folder, "none"))).toMatchObject({ exitCode: 2 });
});
