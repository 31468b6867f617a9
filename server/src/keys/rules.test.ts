import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SCOPES } from "../auth/schema.ts";
import { Problem } from "../kernel/problem.ts";
import { isUsable, previousEnds, requireExpiry, requireScopesOf, requireUsable } from "./rules.ts";

const NOW = new Date("2030-01-01T00:00:00.000Z");
const WEEK_MS = 604_800_000;
/** A time within a week of now, earlier or later. */
const offset = fc.integer({ min: -WEEK_MS, max: WEEK_MS });
const at = (ms: number) => new Date(NOW.getTime() + ms).toISOString();
const maybe = fc.option(offset.map(at), { nil: null });
const scopes = fc.subarray([...SCOPES]);

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
  return "fine";
}

describe("a key", () => {
  test("is usable until it is revoked or expires, and only then rotated", () => {
    fc.assert(
      fc.property(maybe, maybe, (revoked_at, expires_at) => {
        const usable = revoked_at === null && (expires_at === null || expires_at > NOW.toISOString());
        expect(isUsable({ revoked_at, expires_at }, NOW)).toBe(usable);
        const rotated = codeOf(() => requireUsable({ id: "k", revoked_at, expires_at }, NOW));
        expect(rotated).toBe(usable ? "fine" : "conflict");
      }),
    );
  });

  test("gives only the scopes that it has", () => {
    fc.assert(
      fc.property(scopes, scopes, (own, given) => {
        const isWithin = given.every((scope) => own.includes(scope));
        expect(codeOf(() => requireScopesOf({ scopes: own }, given))).toBe(isWithin ? "fine" : "forbidden");
      }),
    );
  });

  test("ends at the requested time, in the future and no later than its maker", () => {
    fc.assert(
      fc.property(offset, maybe, (requested, latest) => {
        const isGood = requested > 0 && (latest === null || at(requested) <= latest);
        const work = () => requireExpiry(at(requested), { now: NOW, latest, otherwise: null });
        expect(codeOf(work)).toBe(isGood ? "fine" : "invalid_input");
        if (isGood) expect(work()).toBe(at(requested));
        expect(requireExpiry(undefined, { now: NOW, latest, otherwise: latest })).toBe(latest);
      }),
    );
  });
});

test("the previous secret ends after the overlap, and never after the key, before or after the rotation", () => {
  const usable = fc.option(fc.integer({ min: 1, max: WEEK_MS }).map(at), { nil: null });
  fc.assert(
    fc.property(usable, usable, fc.integer({ min: 0, max: 604_800 }), (before, after, overlapSeconds) => {
      const ends = previousEnds({ before, after, overlapSeconds }, NOW);
      const all = [before, after, at(overlapSeconds * 1_000)].filter((time) => time !== null);
      expect(ends).toBe(overlapSeconds === 0 ? null : all.toSorted()[0]);
    }),
  );
});
