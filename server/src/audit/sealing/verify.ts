/** Verifies an export without server or database. It trusts nothing in the file: the checkpoint and the key come apart. */
import { dataHash, entryText } from "./entry.ts";
import { type ExportLine, lineText } from "./line.ts";
import { type Checkpoint, isSignedBy, readCheckpoint, readVerifier } from "./note.ts";
import { EMPTY_TREE, grow, type Hash, leafHash, rootOf, type Tree } from "./tree.ts";

export interface Verdict {
  /** The verdict in its fixed words, then what else was found or not checked. */
  lines: string[];
  /** 0: consistent; 1: altered or cut; 2: nothing to verify. */
  exitCode: 0 | 1 | 2;
}

interface Against {
  /** The text of a checkpoint that was kept apart from the file. */
  checkpoint?: string | undefined;
  /** The verifier key. */
  key?: string | undefined;
}

class Altered extends Error {}

interface Reading {
  tree: Tree;
  /** The index of the first fact in the file. */
  first: number;
  workspace: string;
  withdrawn: number;
  unsealed: number;
  /** The root at the size of the checkpoint, once that many facts were read. */
  rootAtCheckpoint: Hash | undefined;
}

export async function verifyExport(lines: AsyncIterable<string>, against: Against): Promise<Verdict> {
  const kept = against.checkpoint === undefined ? undefined : readCheckpoint(against.checkpoint);
  if (against.checkpoint !== undefined && !kept) return altered("the checkpoint is no checkpoint");
  const fault = keyFault(against);
  if (fault) return altered(fault);
  try {
    const reading = await read(lines, kept);
    return reading ? verdictOf(reading, kept, against.key !== undefined) : { lines: ["no records"], exitCode: 2 };
  } catch (error) {
    if (error instanceof Altered) return altered(error.message);
    throw error;
  }
}

const altered = (reason: string): Verdict => ({
  lines: [`altered ${reason}`.replace("altered the", "altered: the")],
  exitCode: 1,
});

function keyFault({ checkpoint, key }: Against): string | undefined {
  if (key === undefined || checkpoint === undefined) return undefined;
  const verifier = readVerifier(key);
  if (!verifier) return "the key is no verifier key";
  return isSignedBy(checkpoint, verifier) ? undefined : "the checkpoint is not signed by the key";
}

async function read(lines: AsyncIterable<string>, kept: Checkpoint | undefined): Promise<Reading | undefined> {
  let reading: Reading | undefined;
  let number = 0;
  for await (const text of lines) {
    number++;
    if (text === "") continue;
    const line = parsed(text, number);
    reading ??= beginning(line, number);
    if (line.leaf === null) reading.unsealed++;
    else add(reading, line, number);
    if (line.withdrawn) reading.withdrawn++;
    if (kept && reading.tree.size === kept.size) reading.rootAtCheckpoint ??= rootOf(reading.tree);
  }
  return reading;
}

/** Returns the line. Throws when a byte of it is not as an export writes it, or its hashes do not fit. */
function parsed(text: string, number: number): ExportLine {
  let line: ExportLine;
  try {
    line = JSON.parse(text);
    if (lineText(line) !== text) throw new Altered();
  } catch {
    throw new Altered(`at line ${number}: it is not in the form of an export`);
  }
  const at = `at line ${number}, fact ${line.id}`;
  if (!line.withdrawn && dataHash(line.data) !== line.data_sha256) throw new Altered(at);
  if ((line.leaf === null) !== (line.leaf_sha256 === null)) throw new Altered(at);
  if (line.leaf !== null && leafHash(entryText(line)).toString("hex") !== line.leaf_sha256) throw new Altered(at);
  return line;
}

function beginning(line: ExportLine, number: number): Reading {
  const first = line.leaf ?? 0;
  const peaks = (line.before ?? []).map((peak) => Buffer.from(peak, "base64"));
  if (first > 0 && peaks.length !== ones(first)) throw new Altered(`at line ${number}, fact ${line.id}`);
  const tree = first > 0 ? { size: first, peaks } : EMPTY_TREE;
  return { tree, first, workspace: line.workspace_id, withdrawn: 0, unsealed: 0, rootAtCheckpoint: undefined };
}

/** Returns the number of perfect subtrees of so many leaves: the ones of the binary number. */
function ones(size: number): number {
  return size.toString(2).replaceAll("0", "").length;
}

function add(reading: Reading, line: ExportLine, number: number): void {
  const isNext = line.leaf === reading.tree.size && line.workspace_id === reading.workspace && reading.unsealed === 0;
  const isFirst = line.leaf === reading.first;
  if (!isNext || (line.before !== undefined && !isFirst)) throw new Altered(`at line ${number}, fact ${line.id}`);
  reading.tree = grow(reading.tree, [leafHash(entryText(line))]).tree;
}

function verdictOf(reading: Reading, kept: Checkpoint | undefined, hasKey: boolean): Verdict {
  const { tree, first, workspace, withdrawn, unsealed, rootAtCheckpoint } = reading;
  const notes = [
    ...(first > 0 ? [`the file begins at fact ${first + 1}`] : []),
    ...(withdrawn > 0 ? [`${withdrawn} facts have withdrawn content, which was not checked`] : []),
    ...(unsealed > 0 ? [`${unsealed} facts at the end are not sealed yet`] : []),
  ];
  if (!kept) return { lines: [`consistent up to ${tree.size}, truncation not checked`, ...notes], exitCode: 0 };
  if (!kept.origin.endsWith(`/${workspace}`)) return altered("the checkpoint is of another record");
  if (kept.size > tree.size)
    return { lines: [`cut: the checkpoint has ${kept.size}, the file ${tree.size}`], exitCode: 1 };
  if (kept.size < first) return altered("the file begins after the end of the checkpoint");
  const root = kept.size === first && first > 0 ? (rootAtCheckpoint ?? rootOf(tree)) : rootAtCheckpoint;
  if (!root?.equals(kept.root)) return altered("the facts do not make the root of the checkpoint");
  if (!hasKey) notes.push("the signature of the checkpoint was not checked: give --key");
  if (kept.size < tree.size) {
    notes.push(`the checkpoint covers the first ${kept.size}`);
    return { lines: [`consistent up to ${tree.size}, truncation not checked`, ...notes], exitCode: 0 };
  }
  return { lines: ["complete", ...notes], exitCode: 0 };
}
