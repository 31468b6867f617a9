/** Agents by their name and tasks by their title, where a field of an operation takes their id. */

import type { Operation } from "../kernel/operation.ts";
import { isUuid } from "../kernel/schema.ts";
import { plain } from "../surfaces/print/shapes.ts";
import { fieldsOf } from "../surfaces/print/typescript.ts";
import { UsageError } from "./failure.ts";

/** Runs an operation by its name, as the caller of the command. */
export type RunByName = (name: string, input: Record<string, unknown>) => Promise<unknown>;

interface Kind {
  noun: string;
  list: string;
  nameField: string;
  /** The fields that take the id of such a thing, besides the `id` of routes below `path`. */
  fields: RegExp;
  path: string;
  /** The `scope` of an `id` that is not part of the route. */
  scope: string;
}

const AGENTS: Kind = {
  noun: "agent",
  list: "agents.list",
  nameField: "name",
  fields: /^(.*_)?agent_id$|^reports_to$/,
  path: "/agents/{id}",
  scope: "agent",
};
const TASKS: Kind = {
  noun: "task",
  list: "tasks.list",
  nameField: "title",
  fields: /^(.*_)?task_id$|^depends_on$/,
  path: "/tasks/{id}",
  scope: "tree",
};
/** The ids that a refusal lists. */
const LISTED_MAX = 5;

/** Returns the input with ids in place of names. Throws when a name fits no thing, or several. */
export async function withIds(
  operation: Operation,
  input: Record<string, unknown>,
  run: RunByName,
): Promise<Record<string, unknown>> {
  const known = new Set(fieldsOf(plain(operation.input)).map(({ name }) => name));
  const ids: Record<string, unknown> = { ...input };
  for (const [field, value] of Object.entries(input)) {
    const kind = known.has(field) ? kindOf(operation, field, input) : undefined;
    if (kind) ids[field] = Array.isArray(value) ? await eachId(kind, value, run) : await idOf(kind, value, run);
  }
  return ids;
}

function kindOf({ route }: Operation, field: string, input: Record<string, unknown>): Kind | undefined {
  const isInRoute = route.includes("/{id}");
  return [AGENTS, TASKS].find(({ fields, path, scope }) => {
    if (field !== "id") return fields.test(field);
    return isInRoute ? route.split(" ")[1]?.startsWith(path) : input.scope === scope;
  });
}

async function eachId(kind: Kind, values: readonly unknown[], run: RunByName): Promise<unknown[]> {
  const ids: unknown[] = [];
  for (const value of values) ids.push(await idOf(kind, value, run));
  return ids;
}

async function idOf(kind: Kind, value: unknown, run: RunByName): Promise<unknown> {
  if (typeof value !== "string" || value.trim() === "" || isUuid(value)) return value;
  const { items } = (await run(kind.list, { q: value, limit: 200 })) as { items: Record<string, unknown>[] };
  const named = items.filter((item) => item[kind.nameField] === value);
  const [found, ...others] = named;
  if (!found)
    throw new UsageError(`There is no ${kind.noun} with the id or ${kind.nameField} ${JSON.stringify(value)}.`);
  if (others.length === 0) return found.id;
  const shown = named.slice(0, LISTED_MAX).map(({ id }) => id);
  const more = named.length > shown.length ? ", …" : "";
  throw new UsageError(
    `Several ${kind.noun}s have the ${kind.nameField} ${JSON.stringify(value)}. Give the id of one: ${shown.join(", ")}${more}.`,
  );
}
