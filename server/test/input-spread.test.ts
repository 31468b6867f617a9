/**
 * An operation writes only the fields of its input that it names. Here the shapes accept any field, as if the check of
 * inputs had failed: a field with the name of a database column must still have no effect.
 */
import Type, { type TObject } from "typebox";
import { uuidv7 } from "uuidv7";
import { expect, it } from "vitest";
import type { Actor } from "../src/kernel/actor.ts";
import type { Operation } from "../src/kernel/operation.ts";
import { OPERATIONS } from "../src/operations.ts";
import { requestInfo, type TestApp, useApp } from "./harness/harness.ts";
import { PUBLIC_SAMPLES, SAMPLES } from "./harness/samples.ts";
import { anAddress, aScene } from "./harness/scene.ts";

const app = useApp();

const COMMANDS = OPERATIONS.filter(({ kind }) => kind !== "query").filter(
  (operation) => operation.kind === "public" || !operation.internal,
);
const TABLES = "select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'";

async function columnsOf({ admin }: TestApp): Promise<string[]> {
  const { rows } = await admin.query<{ name: string }>(
    "select distinct column_name as name from information_schema.columns where table_schema = 'public'",
  );
  return rows.map(({ name }) => name);
}

async function tablesWith({ admin }: TestApp, text: string): Promise<string[]> {
  const { rows } = await admin.query<{ name: string }>(TABLES);
  const counts = rows.map(({ name }) => `select '${name}' as name from "${name}" t where t::text like '%${text}%'`);
  return (await admin.query<{ name: string }>(counts.join(" union all "))).rows.map(({ name }) => name);
}

function loosened<O extends Operation>(operation: O): O {
  return { ...operation, input: Type.Object({}) as TObject };
}

/** Returns the fault, or undefined. */
async function fault(operation: Operation, input: Record<string, unknown>, by: Actor, mark: string) {
  const call = { input, request: { ...requestInfo(), ip: anAddress() } };
  try {
    const { status, output } = await (operation.kind === "public"
      ? app().dispatcher.dispatchPublic(loosened(operation), call)
      : app().dispatcher.dispatch(loosened(operation), by, call));
    if (status !== (operation.status ?? 200)) return `answered ${status}`;
    return JSON.stringify(output).includes(mark) ? "answered with it" : undefined;
  } catch (error) {
    const { message, cause } = error as Error;
    return `${message} ${cause instanceof Error ? cause.message : ""}`;
  }
}

it("no field of an input reaches a row or an answer by its name alone", async () => {
  const columns = await columnsOf(app());
  expect(columns.length).toBeGreaterThan(100);
  const forged = new Map<string, string>();
  const faults: string[] = [];
  for (const operation of COMMANDS) {
    const scene = await aScene(app());
    // Only the owner of the installation may start the demo.
    await app().admin.query("update installation set owner_user_id = $1", [scene.owner.id]);
    const { by = "owner", input } = SAMPLES[operation.name] ?? { input: PUBLIC_SAMPLES[operation.name] };
    const mark = uuidv7();
    forged.set(mark, operation.name);
    const others = columns.filter((name) => !Object.hasOwn(operation.input.properties, name));
    const marks = Object.fromEntries(others.map((name) => [name, mark]));
    const wrong = await fault(operation, { ...marks, ...(await input?.(scene)) }, scene[by], mark);
    if (wrong !== undefined) faults.push(`${operation.name}: ${wrong}`);
  }
  expect(forged.size).toBeGreaterThan(30);
  for (const [mark, name] of forged) {
    const tables = await tablesWith(app(), mark);
    if (tables.length > 0) faults.push(`${name}: wrote to ${tables.join(", ")}`);
  }
  expect(faults).toEqual([]);
});
