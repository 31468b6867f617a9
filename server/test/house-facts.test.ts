/** The house style of facts: every type is declared, listed and made. */
import { randomUUID } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FACTS } from "../src/facts.ts";
import type { FactSpec } from "../src/kernel/facts/fact.ts";
import { changed } from "../src/kernel/operation.ts";
import { REPORTED_TYPES } from "../src/tasks/schema.ts";
import { tierChanged } from "../src/tiers/facts.ts";
import { checkFact } from "./harness/harness.ts";
import { isForTests } from "./house/areas.ts";
import { ROOT, read, sourcesIn } from "./house/sources.ts";

/** Callers name these. */
const REPORTED = new Set<string>(REPORTED_TYPES);
const SLICES = join(ROOT, "server/src");
const files = readdirSync(SLICES, { recursive: true, encoding: "utf8" }).filter((path) => /\/facts\.ts$/.test(path));

function isSpec(value: unknown): value is FactSpec {
  return typeof value === "function" && "type" in value && "meaning" in value && "data" in value;
}

/** The types that a file exports, alone or in a list. */
async function declaredIn(path: string): Promise<FactSpec[]> {
  const exported: unknown[] = Object.values(await import(join(SLICES, path)));
  return exported.flat().filter(isSpec);
}

describe("every type of fact", () => {
  it("stands in the facts.ts of its slice and in the list of all", async () => {
    expect(files.length).toBeGreaterThan(8);
    const declared = new Set((await Promise.all(files.map(declaredIn))).flat().map(({ type }) => type));
    expect([...declared].sort()).toEqual(FACTS.map(({ type }) => type).sort());
    const elsewhere = sourcesIn(["server/src"]).filter(
      ({ path, text }) => /\bfactType\(/.test(text) && !/\/facts?\.ts$/.test(path) && !isForTests(path),
    );
    expect(elsewhere.map(({ path }) => path)).toEqual([]);
  });

  it("has a name of its own in snake case, an area and one sentence", () => {
    const types = FACTS.map(({ type }) => type);
    expect(new Set(types).size).toBe(types.length);
    expect(types.filter((type) => !/^[a-z]+(?:_[a-z]+)*\.[a-z]+(?:_[a-z]+)*$/.test(type))).toEqual([]);
    expect(FACTS.filter(({ meaning }) => !/^[A-Z].*\.$/.test(meaning)).map(({ type }) => type)).toEqual([]);
  });

  it("makes facts with data of its shape, and nothing else makes facts", () => {
    const id = randomUUID();
    expect(() => checkFact(tierChanged(id, { from: "free", to: "pro", source: "billing" }))).not.toThrow();
    // @ts-expect-error: no tier is called gold.
    expect(() => checkFact(tierChanged(id, { from: "free", to: "gold", source: "billing" }))).toThrow("tier.changed");
    // @ts-expect-error: nobody declared it.
    changed({}, { type: "tier.lost", subject: { kind: "workspace", id }, data: {} });
  });

  it("is made somewhere", () => {
    const product = sourcesIn(["server/src"]).filter(({ path }) => !isForTests(path));
    const uses = files.flatMap((path) => {
      const text = read(join("server/src", path));
      const others = product.filter((source) => source.path !== join("server/src", path)).map((source) => source.text);
      const isIn = (use: string) => [text, ...others].some((source) => new RegExp(use).test(source));
      // The linter refuses an import that is not used.
      const isImported = (name: string) => others.some((source) => new RegExp(`\\b${name}\\b`).test(source));
      const types = namesIn(text, /const (\w+) = factType\(/g).map((name) => ({
        name,
        isMade: isImported(name) || new RegExp(`\\b${name}\\(`).test(text),
      }));
      // Tasks make theirs by their names.
      const events = namesIn(text, /^ {2}(\w+): (?:event|governance)\(/gm).map((name) => ({
        name,
        isMade: isIn(`Fact\\([^)]*"${name}"`) || REPORTED.has(name),
      }));
      return [...types, ...events];
    });
    expect(uses.length).toBeGreaterThan(FACTS.length - 5);
    expect(uses.filter(({ isMade }) => !isMade)).toEqual([]);
  });
});

function namesIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name = ""]) => name);
}
