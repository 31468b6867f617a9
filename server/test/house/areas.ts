/** The table of allowed imports between the parts of the server, as data. */
import type { Import, Source } from "./sources.ts";

/** Each slice imports only the slices before it. */
export const SLICES = [
  "tiers",
  "limits",
  "auth",
  "keys",
  "workspaces",
  "gate",
  "stops",
  "caps",
  "agents",
  "devices",
  "team",
  "tasks",
  "attachments",
  "messages",
  "redactions",
  "snoozes",
  "outbox",
  "observability",
  "alerts",
  "risk",
  "governance",
  "connections",
  "actions",
  "tool-gate",
  "social",
  "gateway",
  "external-agents",
  "audit",
  "demo",
] as const;

/** Files that put the parts together may import anything. */
const COMPOSES = ["app", "operations", "facts", "steps", "wiring", "main", "cli", "start", "generate"];
/** The other parts, with the parts that each may import. */
const ALONE: Record<string, readonly string[]> = {
  kernel: [],
  db: ["kernel"],
  surfaces: ["kernel"],
  runtime: ["kernel"],
  version: [],
};
export const AREAS: readonly string[] = [...SLICES, ...COMPOSES, ...Object.keys(ALONE)];

/** The part of the repository that a file belongs to: a folder or a file of `server/src`, or a whole package. */
export function areaOf(path: string): string {
  const [, inServer] = /^server\/src\/([^/]+?)(?:\.ts|\/.*)$/.exec(path) ?? [];
  return (
    inServer ??
    path
      .split("/")
      .slice(0, path.startsWith("server/") ? 2 : 1)
      .join("/")
  );
}

/** Tests and files that only tests use may import anything. */
export function isForTests(path: string): boolean {
  return /\.test\.ts$|\/test-[a-z-]+\.ts$|^(?:server|web)\/test\/|^bench\//.test(path);
}

const order = (area: string) => (SLICES as readonly string[]).indexOf(area);
const isSlice = (area: string) => order(area) >= 0;

/** Returns the fault of an import inside the repository; undefined when there is none. */
export function importFault({ path }: Source, { to }: Import): string | undefined {
  const [from, into] = [areaOf(path), areaOf(to)];
  if (from === into || COMPOSES.includes(from)) return undefined;
  if (!isSlice(from)) return ALONE[from]?.includes(into) ? undefined : `${from} must not import ${into}`;
  if (into === "kernel") return undefined;
  if (!isSlice(into) || order(into) > order(from)) return `${from} comes before ${into}: fill a hook in operations.ts`;
  const isPublic = to.endsWith(`/${into}/index.ts`) || to.endsWith(`/${into}/schema.ts`);
  return isPublic ? undefined : `only ${into}/index.ts and ${into}/schema.ts are for others`;
}

/** Files with pure decisions or shapes. */
export const isPure = (path: string) =>
  /^server\/src\/(?:[a-z-]+\/facts|(?!db\/).*\/(?:[a-z]+-)?(?:rules|schema))\.ts$/.test(path) &&
  !path.includes("/operations/");
const PURE_IMPORTS =
  /^typebox$|^node:util$|\/kernel\/(?:actor|db\/columns|money|facts\/fact|problem|schema|steps)\.ts$|\/(?:[a-z]+-)?(?:facts|rules|schema)\.ts$/;
export const isPureImport = ({ to, isTypeOnly }: Import) => isTypeOnly || PURE_IMPORTS.test(to);
/** Imports of a transaction, the clock, randomness or I/O. */
export const IMPURE =
  /\btx\b|\bDate\.now\(|new Date\(\)|Math\.random|random(?:UUID|Bytes)|\bprocess\.|\bfetch\(|performance\.now/;

/** Files that may contain statements, besides stores. */
const SQL_FILES = [
  /\/store(?:\/[a-z-]+)?\.ts$/,
  /^server\/src\/tiers\/(?:operator|storage)-store\.ts$/,
  /^server\/src\/db\//,
  /^server\/src\/kernel\/(?:db\/(?:db|capped-rows)|facts\/[a-z-]+|dispatch\/idempotency)\.ts$/,
  /^server\/src\/start\/server-version\.ts$/,
];
export const mayHoldSql = (path: string) => SQL_FILES.some((pattern) => pattern.test(path));
export const SQL =
  /\b(?:selectFrom|insertInto|updateTable|deleteFrom)\(|\bsql`|["'`]\s*(?:select\s[^"]+\sfrom\s|insert into |update [a-z_]+ set |delete from |with (?:recursive )?[a-z_]+(?:\([a-z_, ]+\))? as )/;
