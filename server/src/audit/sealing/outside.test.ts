import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { consistencyText, planConsistency } from "./consistency.ts";
import { newSigningKey, proofText, signCheckpoint, verifierText } from "./note.ts";
import { EMPTY_TREE, grow, leafHash, planInclusion, rootOf } from "./tree.ts";

/** Debian's packages golang-go and golang-golang-x-mod-dev. */
const GO = "/usr/bin/go";
const GOPATH = "/usr/share/gocode";
const hasGo = existsSync(GO) && existsSync(join(GOPATH, "src/golang.org/x/mod/sumdb/tlog"));
const PROGRAM = new URL("../../../test/outside/verify.go", import.meta.url).pathname;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "bailiwick-outside-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test.skipIf(!hasGo)("Go's packages for transparency logs accept our proofs, and refuse changed ones", () => {
  const size = 700;
  const entries = Array.from({ length: size }, (_, leaf) => `{"v":1,"n":${leaf}}`);
  const leaves = entries.map(leafHash);
  const { tree, nodes } = grow(EMPTY_TREE, leaves);
  const stored = new Map(nodes.map(({ level, place, hash }) => [`${level} ${place}`, hash]));
  const key = newSigningKey("bailiwick/0190aaaa-0000-7000-8000-000000000001");
  const checkpoint = signCheckpoint(key, { size, root: rootOf(tree) });
  const hashAt = (level: number, place: number) =>
    (level === 0 ? leaves[place] : stored.get(`${level} ${place}`)) ?? Buffer.alloc(0);
  const proofOf = (index: number) =>
    proofText({
      entry: entries[index] ?? "",
      index,
      hashes: planInclusion(index, size).of(hashAt),
      checkpoint,
    });
  const other = signCheckpoint(newSigningKey(key.name), { size, root: rootOf(tree) });
  const good = [0, 1, 255, 256, 511, 512, 699].map(proofOf);
  const bad = [
    proofOf(5).replace("index 5", "index 6"),
    proofOf(5).replace(/extra .*/, `extra ${Buffer.from("{}").toString("base64")}`),
    proofOf(5).replace(`\n${size}\n`, `\n${size - 1}\n`),
    proofOf(5).replace(checkpoint, other),
  ];
  const files = [...good, ...bad].map((text, place) => {
    const file = join(folder, `${place}.tlog-proof`);
    writeFileSync(file, text);
    return file;
  });
  const headAt = (of: number) => ({ size: of, root: rootOf(grow(EMPTY_TREE, leaves.slice(0, of)).tree) });
  const consistencyOf = (old: number, hashesOf = old) =>
    consistencyText({ old, hashes: planConsistency(hashesOf, size).of(hashAt), checkpoint });
  const earlier: [number, string, boolean][] = [
    ...[1, 2, 255, 256, 512, 699, 700].map((old): [number, string, boolean] => [old, consistencyOf(old), true]),
    [256, consistencyOf(256, 257), false],
    [300, consistencyOf(300).replace(/\n[A-Za-z0-9+/]{43}=\n/, "\n"), false],
  ];
  for (const [place, [old, text]] of earlier.entries()) {
    const file = join(folder, `${place}.consistency`);
    writeFileSync(file, text);
    writeFileSync(`${file}.earlier`, signCheckpoint(key, headAt(old)));
    files.push(file);
  }
  const env = { ...process.env, GO111MODULE: "off", GOPATH, GOCACHE: join(folder, "cache"), GOFLAGS: "" };
  const printed = execFileSync(GO, ["run", PROGRAM, verifierText(key), ...files], { env, encoding: "utf8" });
  const verdicts = printed.trim().split("\n");
  expect(verdicts.slice(0, good.length)).toEqual(good.map(() => "accepted"));
  const others = verdicts.slice(good.length).map((line) => line.split(":")[0]);
  expect(others.slice(0, bad.length)).toEqual(bad.map(() => "refused"));
  expect(others.slice(bad.length)).toEqual(earlier.map(([, , isGood]) => (isGood ? "accepted" : "refused")));
});
