/** Verifies an export without server or database. It trusts nothing in the file: the checkpoint and the key come apart. */
import { dataHash, entryText } from "./entry.ts";
import { Altered, type ExportLine, parseLine, place } from "./line.ts";
import type { Checkpoint } from "./note.ts";
import { EMPTY_TREE, grow, HASH_BYTES, type Hash, leafHash, rootOf, type Tree } from "./tree.ts";
import { type Against, requireSigned, UNSIGNED, type Verdict, verdictFrom } from "./verdict.ts";
import { createWithdrawals, type Withdrawals } from "./withdrawals.ts";

export function verifyExport(lines: AsyncIterable<string>, { checkpoint, key }: Against): Promise<Verdict> {
  return verdictFrom(async () => {
    const kept = checkpoint === undefined ? undefined : requireSigned(checkpoint, key);
    const reading = await read(lines, kept);
    if (!reading) return { lines: ["no records"], exitCode: 2 };
    reading.withdrawals.requireAll();
    return verdictOf(reading, kept, key !== undefined);
  });
}

interface Reading {
  tree: Tree;
  /** The index of the first fact in the file. */
  first: number;
  workspace: string;
  withdrawals: Withdrawals;
  unsealed: number;
  /** The root at the size of the checkpoint, once that many facts were read. */
  rootAtCheckpoint: Hash | undefined;
}

async function read(lines: AsyncIterable<string>, kept: Checkpoint | undefined): Promise<Reading | undefined> {
  let reading: Reading | undefined;
  let number = 0;
  for await (const text of lines) {
    number++;
    if (text === "") continue;
    const line = parseLine(text, number);
    reading ??= beginning(line, number, kept);
    requireHashes(line, number);
    if (line.workspace_id !== reading.workspace) throw new Altered(place(number, line));
    if (line.leaf === null) reading.unsealed++;
    else add(reading, line, number);
    reading.withdrawals.note(line, number);
    if (reading.tree.size === kept?.size) reading.rootAtCheckpoint ??= rootOf(reading.tree);
  }
  return reading;
}

function requireHashes(line: ExportLine, number: number): void {
  const { leaf, leaf_sha256, withdrawn, trimmed, data, data_sha256 } = line;
  const fits = withdrawn || trimmed || dataHash(data) === data_sha256;
  const isLeaf = leaf === null ? leaf_sha256 === null : leafHash(entryText(line)).toString("hex") === leaf_sha256;
  if (!fits || !isLeaf) throw new Altered(place(number, line));
}

function beginning(line: ExportLine, number: number, kept: Checkpoint | undefined): Reading {
  const first = line.leaf ?? 0;
  const peaks = (line.before ?? []).map((peak) => Buffer.from(peak, "base64"));
  const isWhole = peaks.every(({ length }) => length === HASH_BYTES);
  if (first > 0 && (peaks.length !== ones(first) || !isWhole)) throw new Altered(place(number, line));
  const tree = first > 0 ? { size: first, peaks } : EMPTY_TREE;
  const rootAtCheckpoint = kept?.size === first ? rootOf(tree) : undefined;
  const withdrawals = createWithdrawals();
  return { tree, first, workspace: line.workspace_id, withdrawals, unsealed: 0, rootAtCheckpoint };
}

/** Returns the number of perfect subtrees of so many leaves: the ones of the binary number. */
function ones(size: number): number {
  return size.toString(2).replaceAll("0", "").length;
}

function add(reading: Reading, line: ExportLine, number: number): void {
  const isNext = line.leaf === reading.tree.size && reading.unsealed === 0;
  const isFirst = line.leaf === reading.first;
  if (!isNext || (line.before !== undefined && !isFirst)) throw new Altered(place(number, line));
  reading.tree = grow(reading.tree, [leafHash(entryText(line))]).tree;
}

const UNPROVEN = "without a checkpoint, facts that were altered, removed or added with new hashes stay unseen";

function verdictOf(reading: Reading, kept: Checkpoint | undefined, hasKey: boolean): Verdict {
  const { tree, first, workspace, withdrawals, unsealed, rootAtCheckpoint } = reading;
  const notes = [
    ...(first > 0 ? [`the file begins at fact ${first + 1}; the facts before it were not checked`] : []),
    ...withdrawals.notes(),
    ...(unsealed > 0 ? [`${unsealed} facts at the end are not sealed yet and were not checked`] : []),
  ];
  const consistent = (size: number) => `consistent up to ${size}, truncation not checked`;
  if (!kept) return { lines: [consistent(tree.size), UNPROVEN, ...notes], exitCode: 0 };
  if (!kept.origin.endsWith(`/${workspace}`)) throw new Altered("altered: the checkpoint is of another record");
  if (kept.size > tree.size)
    return { lines: [`cut: the checkpoint has ${kept.size}, the file ${tree.size}`], exitCode: 1 };
  if (kept.size < first) throw new Altered("altered: the file begins after the end of the checkpoint");
  if (!rootAtCheckpoint?.equals(kept.root))
    throw new Altered("altered: the facts do not make the root of the checkpoint");
  if (!hasKey) notes.push(UNSIGNED);
  const later = tree.size - kept.size;
  if (later > 0) notes.push(`the checkpoint does not cover the last ${later} sealed facts`);
  const isWhole = later === 0 && unsealed === 0;
  if (!isWhole) return { lines: [consistent(kept.size), ...notes], exitCode: 0 };
  return { lines: [first > 0 ? `complete from fact ${first + 1}` : "complete", ...notes], exitCode: 0 };
}
