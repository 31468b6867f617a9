/**
 * The Merkle tree of RFC 6962 over the facts of a workspace. A hash is 32 bytes. Nothing here reads or writes: callers
 * store leaves, and the roots of perfect subtrees of 256, 256², … leaves, and read those that a proof needs.
 */
import { hash } from "node:crypto";

export const HASH_BYTES = 32;
/** Subtrees of 2^8, 2^16, … leaves have a stored root. */
const STORED_HEIGHT = 8;

export type Hash = Buffer;

/** A tree, known by the roots of its largest perfect subtrees, from left to right. */
export interface Tree {
  size: number;
  peaks: readonly Hash[];
}

/** The root of a perfect subtree of 256^level leaves, the `place`-th of its level from the left. Level 0 is leaves. */
export interface StoredNode {
  level: number;
  place: number;
  hash: Hash;
}

export const EMPTY_TREE: Tree = { size: 0, peaks: [] };

/** The digest comes as text: a buffer of its own for each, outside the heap, costs three times the hash. */
const digest = (bytes: Buffer | string): Hash => Buffer.from(hash("sha256", bytes, "binary"), "binary");

export function hashOf(...parts: readonly (Buffer | string)[]): Hash {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return digest(only);
  return digest(Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : part))));
}

/** The zero byte before the entry is the one of a leaf. */
export function leafHash(entry: string): Hash {
  return hashOf(`\u0000${entry}`);
}

/** The byte 1 and two hashes, in one place for all nodes. */
const node = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

export function nodeHash(left: Hash, right: Hash): Hash {
  node.set(left, 1);
  node.set(right, 1 + HASH_BYTES);
  return digest(node);
}

/** Returns the tree with more leaves at its right, and the roots to store of the subtrees that became perfect. */
export function grow(tree: Tree, leaves: readonly Hash[]): { tree: Tree; nodes: StoredNode[] } {
  const peaks = [...tree.peaks];
  const nodes: StoredNode[] = [];
  let { size } = tree;
  for (const leaf of leaves) {
    let hash = leaf;
    let place = size;
    for (let height = 1; place % 2 === 1; height++) {
      hash = nodeHash(mustHave(peaks.pop()), hash);
      place = (place - 1) / 2;
      if (height % STORED_HEIGHT === 0) nodes.push({ level: height / STORED_HEIGHT, place, hash });
    }
    peaks.push(hash);
    size++;
  }
  return { tree: { size, peaks }, nodes };
}

export function rootOf({ peaks }: Tree): Hash {
  return peaks.length === 0 ? hashOf() : joined(peaks);
}

function joined(hashes: readonly Hash[]): Hash {
  return hashes.reduceRight((right, left) => nodeHash(left, right));
}

/** The leaves from `start` to before `end`. */
export interface Range {
  start: number;
  end: number;
}

/** The ranges whose roots prove that the leaf is in the tree, from its sibling upward. */
function pathOf(leaf: number, { start, end }: Range): Range[] {
  if (end - start === 1) return [];
  const middle = start + powerBelow(end - start);
  return leaf < middle
    ? [...pathOf(leaf, { start, end: middle }), { start: middle, end }]
    : [...pathOf(leaf, { start: middle, end }), { start, end: middle }];
}

/** Returns the largest power of two that is less than the number. */
export function powerBelow(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

/** A perfect subtree, by its first leaf and the power of two of its leaves. */
interface Subtree {
  start: number;
  height: number;
}

/** Returns the largest perfect subtrees that make the range, from left to right. */
function subtreesOf({ start, end }: Range): Subtree[] {
  const subtrees: Subtree[] = [];
  for (let first = start; first < end; ) {
    let height = 0;
    while (first % 2 ** (height + 1) === 0 && first + 2 ** (height + 1) <= end) height++;
    subtrees.push({ start: first, height });
    first += 2 ** height;
  }
  return subtrees;
}

/** Stored nodes of one level that stand side by side. */
export interface NodeRange {
  level: number;
  first: number;
  last: number;
}

function storedOf({ start, height }: Subtree): NodeRange {
  const level = Math.floor(height / STORED_HEIGHT);
  const first = start / 2 ** (level * STORED_HEIGHT);
  return { level, first, last: first + 2 ** (height - level * STORED_HEIGHT) - 1 };
}

/** A proof to be made: the stored nodes it needs, and the function that makes it of them. */
export interface PlannedProof {
  needs: NodeRange[];
  of(hashAt: (level: number, place: number) => Hash): Hash[];
}

/** Returns the plan of the proof that the leaf is in the tree of this size (RFC 6962, section 2.1.1). */
export function planInclusion(leaf: number, size: number): PlannedProof {
  return planRanges(pathOf(leaf, { start: 0, end: size }));
}

/** Returns the plan of a proof that has the root of each range. */
export function planRanges(parts: readonly Range[]): PlannedProof {
  const ranges = parts.map(subtreesOf);
  return {
    needs: ranges.flat().map(storedOf),
    of: (hashAt) => ranges.map((subtrees) => joined(subtrees.map((subtree) => subtreeHash(subtree, hashAt)))),
  };
}

function subtreeHash(subtree: Subtree, hashAt: (level: number, place: number) => Hash): Hash {
  const { level, first, last } = storedOf(subtree);
  let hashes = Array.from({ length: last - first + 1 }, (_, offset) => hashAt(level, first + offset));
  while (hashes.length > 1) {
    hashes = hashes.flatMap((left, index) => (index % 2 === 0 ? [nodeHash(left, mustHave(hashes[index + 1]))] : []));
  }
  return mustHave(hashes[0]);
}

/** Returns the root of the tree that the proof leads to, or undefined when its number of hashes is wrong. */
export function rootFromProof(
  leaf: { index: number; hash: Hash },
  size: number,
  proof: readonly Hash[],
): Hash | undefined {
  const path = pathOf(leaf.index, { start: 0, end: size });
  if (path.length !== proof.length) return undefined;
  return proof.reduce((hash, sibling, place) => {
    const isRight = mustHave(path[place]).start > leaf.index;
    return isRight ? nodeHash(hash, sibling) : nodeHash(sibling, hash);
  }, leaf.hash);
}

/** Returns the plan of the largest perfect subtrees of the first leaves, for an export that begins later. */
export function planPeaks(size: number): PlannedProof {
  const subtrees = subtreesOf({ start: 0, end: size });
  return {
    needs: subtrees.map(storedOf),
    of: (hashAt) => subtrees.map((subtree) => subtreeHash(subtree, hashAt)),
  };
}

function mustHave<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("A part of the tree is missing.");
  return value;
}
