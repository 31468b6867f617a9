/** Decides about the tools of an MCP server: which are taken, and which changed. Pure. */
import type { PinnedTool, ToolDefinition, ToolRow } from "../tool-schema.ts";

export const TOOLS_MAX = 200;
/** The tools of a connection that are kept, also those that the server has no more. Further new ones are left out. */
const KEPT_MAX = 400;
const DEFINITION_LENGTH_MAX = 64 * 1024;
const DEPTH_MAX = 40;
const NAME = /^[A-Za-z0-9_./-]{1,100}$/;

/** A tool as the client returns it. */
export interface GivenTool {
  name: string;
  description?: string | undefined;
  inputSchema: Record<string, unknown>;
  annotations?: Record<string, unknown> | undefined;
}

/** Returns the definition that is pinned; undefined for a tool that is too large or has a strange name. */
export function definitionOf({
  name,
  description = "",
  inputSchema,
  annotations,
}: GivenTool): ToolDefinition | undefined {
  if (!NAME.test(name) || isDeeper(inputSchema, DEPTH_MAX)) return undefined;
  const hints = annotations ?? {};
  const definition = {
    description: cleaned(description),
    payload_schema: cleaned(inputSchema),
    repeats_safely: hints.readOnlyHint === true || hints.idempotentHint === true,
    is_reversible: hints.destructiveHint === false,
  };
  if (JSON.stringify(definition).length > DEFINITION_LENGTH_MAX) return undefined;
  return definition;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

/** The database cannot hold NUL, and half of a surrogate pair is no text. */
function cleaned<T>(value: T): T {
  if (typeof value === "string") return value.replaceAll("\0", "").toWellFormed() as T;
  if (Array.isArray(value)) return value.map(cleaned) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [cleaned(name), cleaned(inner)])) as T;
}

export interface Seen extends ToolDefinition {
  name: string;
  digest: string;
}

/** No change waits for a person. */
export const UNSEEN = { seen_digest: null, seen: null } as const;

/** The digest of a tool that nobody has seen. */
const UNPINNED = "";

/**
 * Compares the list of the server with the pinned tools. The first list is pinned, because a person has just connected the
 * server. Later, a changed tool waits for a person, and so does a new one.
 */
export function reconcile(pinned: readonly ToolRow[], seen: readonly Seen[]): { saved: ToolRow[]; changed: string[] } {
  const before = new Map(pinned.map((row) => [row.name, row]));
  const names = new Set(seen.map(({ name }) => name));
  const known = seen.filter(({ name }) => before.has(name));
  const added = seen.filter(({ name }) => !before.has(name)).slice(0, Math.max(0, KEPT_MAX - pinned.length));
  const present = [...known, ...added].map(({ name, digest, ...definition }): ToolRow => {
    const pin = pinned.length === 0 ? digest : UNPINNED;
    const row = before.get(name) ?? { name, state: "pinned", digest: pin, definition, ...UNSEEN };
    if (row.digest === digest) return { ...row, state: "pinned", ...UNSEEN };
    return { ...row, state: "changed", seen_digest: digest, seen: definition };
  });
  const gone = pinned
    .filter(({ name }) => !names.has(name))
    .map((row): ToolRow => ({ ...row, state: "gone", ...UNSEEN }));
  const saved = [...present, ...gone].filter((row) => !isSame(row, before.get(row.name)));
  return { saved, changed: saved.filter(({ state }) => state !== "pinned").map(({ name }) => name) };
}

function isSame(row: ToolRow, before: ToolRow | undefined): boolean {
  return before?.state === row.state && before.seen_digest === row.seen_digest;
}

/** The reason why a tool cannot be used now. */
export function toolFault({ state }: Pick<PinnedTool, "state">): string | undefined {
  if (state === "changed") return "The tool changed or is new. A person must accept it first.";
  return state === "gone" ? "The server has the tool no more." : undefined;
}
