import fc from "fast-check";
import { expect, test } from "vitest";
import { isConsistent, planConsistency } from "./consistency.ts";
import {
  EMPTY_TREE,
  grow,
  type Hash,
  hashOf,
  leafHash,
  planInclusion,
  planPeaks,
  rootFromProof,
  rootOf,
} from "./tree.ts";

/** The definition of RFC 6962, section 2.1, word by word. */
function rootByDefinition(leaves: readonly Hash[]): Hash {
  const [only, ...others] = leaves;
  if (!only) return hashOf();
  if (others.length === 0) return only;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return hashOf(Buffer.of(1), rootByDefinition(leaves.slice(0, k)), rootByDefinition(leaves.slice(k)));
}

const leavesOf = (size: number) => Array.from({ length: size }, (_, leaf) => leafHash(String(leaf)));

/** Grows a tree in batches and keeps what a store would keep. */
function stored(leaves: readonly Hash[], batch: number) {
  let tree = EMPTY_TREE;
  const kept = new Map(leaves.map((hash, place) => [`0 ${place}`, hash]));
  for (let from = 0; from < leaves.length; from += batch) {
    const grown = grow(tree, leaves.slice(from, from + batch));
    tree = grown.tree;
    for (const { level, place, hash } of grown.nodes) kept.set(`${level} ${place}`, hash);
  }
  const hashAt = (level: number, place: number) => kept.get(`${level} ${place}`) ?? Buffer.alloc(0);
  return { tree, hashAt };
}

test("the test vectors of Certificate Transparency", () => {
  const entries = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
  const leaves = entries.map((hex) => hashOf(Buffer.of(0), Buffer.from(hex, "hex")));
  const roots = leaves.map((_, place) => rootOf(grow(EMPTY_TREE, leaves.slice(0, place + 1)).tree).toString("hex"));
  expect(roots[0]).toBe("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  expect(roots[7]).toBe("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
  expect(rootOf(EMPTY_TREE).toString("hex")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
});

test("a tree that grows in any batches has the root of the definition", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 700 }), fc.integer({ min: 1, max: 300 }), (size, batch) => {
      const leaves = leavesOf(size);
      expect(rootOf(stored(leaves, batch).tree)).toEqual(rootByDefinition(leaves));
    }),
    { numRuns: 25 },
  );
});

test("each proof leads to the root, and no other leaf, place or size does", () => {
  const sizes = fc.integer({ min: 1, max: 20_000 });
  fc.assert(
    fc.property(sizes, fc.nat(), (size, seed) => {
      const leaves = leavesOf(size);
      const { tree, hashAt } = stored(leaves, 5_000);
      const index = seed % size;
      const proof = planInclusion(index, size).of(hashAt);
      const hash = leaves[index] ?? Buffer.alloc(0);
      const root = rootOf(tree);
      expect(rootFromProof({ index, hash }, size, proof)).toEqual(root);
      expect(rootFromProof({ index, hash: leafHash("other") }, size, proof)).not.toEqual(root);
      expect(rootFromProof({ index: (index + 1) % size, hash }, size, proof)?.equals(root) ?? false).toBe(size === 1);
      expect(rootFromProof({ index, hash }, size, [...proof, hash])).toBeUndefined();
    }),
    { numRuns: 6 },
  );
});

test("a later tree is consistent with each earlier one, and with no other", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3_000 }), fc.nat(), (size, seed) => {
      const leaves = leavesOf(size);
      const { tree, hashAt } = stored(leaves, 700);
      const old = seed % (size + 1);
      const [earlier, later] = [
        { size: old, root: rootOf(stored(leaves.slice(0, old), 700).tree) },
        { size, root: rootOf(tree) },
      ];
      const proof = planConsistency(old, size).of(hashAt);
      expect(isConsistent(earlier, later, proof)).toBe(true);
      const forged = leaves.with(Math.max(old - 1, 0), leafHash("forged")).slice(0, old);
      const fork = { size: old, root: rootOf(stored(forged, 700).tree) };
      expect(isConsistent(fork, later, proof)).toBe(old === 0);
      expect(isConsistent(earlier, later, [...proof, later.root])).toBe(false);
      expect(isConsistent(earlier, later, proof.slice(1))).toBe(proof.length === 0);
      expect(isConsistent({ ...earlier, size: size + 1 }, later, proof)).toBe(false);
    }),
    { numRuns: 25 },
  );
});

test("the roots before a late start make the tree that goes on from there", () => {
  const leaves = leavesOf(1_500);
  const { tree, hashAt } = stored(leaves, 400);
  for (const from of [1, 255, 256, 257, 700, 1_024, 1_499]) {
    const peaks = planPeaks(from).of(hashAt);
    expect(rootOf(grow({ size: from, peaks }, leaves.slice(from)).tree)).toEqual(rootOf(tree));
  }
});

test("a proof needs few stored hashes", () => {
  const needed = planInclusion(600_000, 1_000_000).needs.map(({ first, last }) => last - first + 1);
  expect(needed.reduce((sum, hashes) => sum + hashes, 0)).toBeLessThan(3 * 256);
});
