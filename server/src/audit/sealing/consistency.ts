/** The proof that a later tree begins with all leaves of an earlier one (RFC 6962, section 2.1.2), and its text. */
import { bytesOf, type Checkpoint } from "./note.ts";
import { HASH_BYTES, type Hash, nodeHash, type PlannedProof, planRanges, powerBelow, type Range } from "./tree.ts";

/** Returns the plan of the proof for an earlier size. The proof of an empty tree is empty. */
export function planConsistency(old: number, size: number): PlannedProof {
  return planRanges(old === 0 ? [] : provingRanges(old, { start: 0, end: size }, true));
}

/** `isKnown`: the reader has the root of the first `old` leaves of the range. */
function provingRanges(old: number, range: Range, isKnown: boolean): Range[] {
  const { start, end } = range;
  if (old === end - start) return isKnown ? [] : [range];
  const middle = start + powerBelow(end - start);
  return start + old <= middle
    ? [...provingRanges(old, { start, end: middle }, isKnown), { start: middle, end }]
    : [...provingRanges(start + old - middle, { start: middle, end }, false), { start, end: middle }];
}

type Head = Pick<Checkpoint, "size" | "root">;

/** Returns true when the proof shows that the later tree begins with the leaves of the earlier one. */
export function isConsistent(earlier: Head, later: Head, proof: readonly Hash[]): boolean {
  if (earlier.size > later.size) return false;
  if (earlier.size === 0) return proof.length === 0;
  const roots = rootsOf(earlier, later.size, proof, true);
  return roots?.old.equals(earlier.root) === true && roots.later.equals(later.root);
}

interface Roots {
  old: Hash;
  later: Hash;
}

/** Returns the roots that the proof leads to, or undefined when its number of hashes is wrong. */
function rootsOf(earlier: Head, size: number, proof: readonly Hash[], isKnown: boolean): Roots | undefined {
  const last = proof.at(-1);
  if (earlier.size === size) {
    if (proof.length !== (isKnown ? 0 : 1)) return undefined;
    const root = isKnown ? earlier.root : last;
    return root && { old: root, later: root };
  }
  if (!last) return undefined;
  const middle = powerBelow(size);
  const rest = proof.slice(0, -1);
  if (earlier.size <= middle) {
    const left = rootsOf(earlier, middle, rest, isKnown);
    return left && { old: left.old, later: nodeHash(left.later, last) };
  }
  const right = rootsOf({ ...earlier, size: earlier.size - middle }, size - middle, rest, false);
  return right && { old: nodeHash(last, right.old), later: nodeHash(last, right.later) };
}

export interface Consistency {
  /** The earlier size. */
  old: number;
  hashes: readonly Hash[];
  /** The later checkpoint. */
  checkpoint: string;
}

/** A tree of 2^53 leaves needs fewer hashes. */
const HASHES_MAX = 63;

/** Returns the proof as C2SP's tlog-witness writes it in a request. */
export function consistencyText({ old, hashes, checkpoint }: Consistency): string {
  return `${[`old ${old}`, ...hashes.map((hash) => hash.toString("base64"))].join("\n")}\n\n${checkpoint}`;
}

/** Returns undefined when the text has another form. */
export function readConsistency(text: string): Consistency | undefined {
  const end = text.indexOf("\n\n");
  const [first = "", ...lines] = text.slice(0, Math.max(end, 0)).split("\n");
  const [, old] = /^old (0|[1-9][0-9]{0,15})$/.exec(first) ?? [];
  const hashes = lines.map(bytesOf);
  if (old === undefined || !Number.isSafeInteger(Number(old)) || hashes.length > HASHES_MAX) return undefined;
  if (hashes.some(({ length }) => length !== HASH_BYTES)) return undefined;
  return { old: Number(old), hashes, checkpoint: text.slice(end + 2) };
}
