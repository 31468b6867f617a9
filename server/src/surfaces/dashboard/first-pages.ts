/** The files and the reads of the first screen of each page, as the build writes them. */
import { madeAtMs } from "../../kernel/schema.ts";

export interface FirstPages {
  /** The reads of the navigation, on every page. */
  reads: readonly string[];
  /** The ranges of the overview, the shortest first. */
  ranges_ms: readonly number[];
  pages: readonly { path: string; reads: readonly string[]; scripts: readonly string[] }[];
}

export interface FirstPage {
  scripts: readonly string[];
  /** Addresses of the API. `{workspace}` and `{range_start}` are still to be replaced. */
  reads: readonly string[];
}

/** A value that a path may have. Ids do; anything else is left to the script of the page. */
const VALUE = /^[\w-]{1,100}$/;

/**
 * Returns the reads of the page at this address; only those of the navigation for an unknown path, and for filters,
 * which change what the page reads.
 */
export function firstPageAt({ reads, pages }: FirstPages, { pathname, searchParams }: URL): FirstPage {
  const parts = pathname.split("/").filter((part) => part !== "");
  const isPlain = [...searchParams.keys()].every((name) => name === "workspace");
  for (const page of pages) {
    const values = valuesOf(page.path.split("/").slice(1), parts);
    if (!values) continue;
    const own = isPlain ? page.reads.map((read) => fill(read, values)) : [];
    return { scripts: page.scripts, reads: [...reads, ...own] };
  }
  return { scripts: [], reads };
}

function valuesOf(pattern: readonly string[], parts: readonly string[]): Map<string, string> | undefined {
  if (pattern.length !== parts.length) return undefined;
  const values = new Map<string, string>();
  for (const [at, name] of pattern.entries()) {
    const part = parts[at] ?? "";
    if (name.startsWith("$") && VALUE.test(part)) values.set(name.slice(1), part);
    else if (name !== part) return undefined;
  }
  return values;
}

function fill(read: string, values: ReadonlyMap<string, string>): string {
  return read.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values.get(name) ?? whole);
}

/** Ranges begin at full five minutes, as the counts of the server do. */
const STEP_MS = 300_000;

/** Returns the start of the shortest range that holds the life of the workspace, or else of the last one. */
export function rangeStart(rangesMs: readonly number[], workspace: string, nowMs: number): string {
  const now = Math.floor(nowMs / STEP_MS) * STEP_MS;
  const ageMs = now - madeAtMs(workspace);
  const rangeMs = rangesMs.find((ms) => ageMs <= ms) ?? rangesMs.at(-1) ?? 0;
  return new Date(now - rangeMs).toISOString();
}
