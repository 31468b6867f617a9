/** Sends actions through connections, outside any transaction. */
import type { ReadTx, Tx } from "../kernel/db/tx.ts";
import type { Environment } from "../kernel/environment.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import { Problem } from "../kernel/problem.ts";
import type { Attempt, Found, Sent } from "./adapter.ts";
import { LAST_ERROR_LENGTH_MAX } from "./schema.ts";
import { openSecret } from "./secrets.ts";
import type { Opened, Outside, WithTools } from "./services/adapter.ts";
import { serviceOf } from "./services/all.ts";
import { errorText } from "./services/attempt.ts";
import { getConnection, lockConnection, noteUsed } from "./store/connections.ts";
import { listAllTools } from "./store/tools.ts";
import { saveSeen } from "./tools.ts";

export type { Opened, Outside } from "./services/adapter.ts";

/** Longer than any attempt or look-up: a claim of an action must last longer. */
export const SENDING_MS_MAX = 60_000;

/** Returns the connection with its secret, for one attempt. Throws `not_connected` once it is disconnected. */
export async function openConnection(
  tx: ReadTx,
  { secrets }: Pick<Environment, "secrets">,
  id: string,
): Promise<Opened> {
  const row = await getConnection(tx, id);
  if (row.status === "disconnected") throw new Problem("not_connected", `The connection ${row.name} is disconnected.`);
  const { service_type, config, secret_number } = row;
  const opened = { id, service_type, config, secret_number, secret: openSecret(secrets, tx.workspace, row) };
  if (!serviceOf(service_type).hasTools) return opened;
  const pinned = (await listAllTools(tx, id)).filter(({ state }) => state === "pinned");
  return { ...opened, tools: new Map(pinned.map(({ name, digest }) => [name, digest])) };
}

/** The end of an attempt, with the tools that an MCP server offers now. */
export type Ended = Attempt & WithTools;

/** Throws nothing for what the other side does. Give `seen` of the result to `noteUse`. */
export async function sendAction(connection: Opened, sent: Sent, outside: Outside): Promise<Ended> {
  return serviceOf(connection.service_type).send(connection, sent, outside);
}

/** Asks the service for the effect of an action in doubt. */
export async function lookUp(connection: Opened, sent: Sent, outside: Outside): Promise<Found> {
  const look = serviceOf(connection.service_type).lookUp;
  return look ? look(connection, sent, outside) : { found: "unknown" };
}

/**
 * Counts a use. With an error, the connection shows the error until the next use or test that works. The command stores
 * the returned facts: tools of an MCP server may have changed.
 */
export async function noteUse(tx: Tx, id: string, error: string | null, { now, seen }: Used): Promise<Fact[]> {
  const row = await lockConnection(tx, id);
  const cut = error === null ? null : errorText(error, undefined).slice(0, LAST_ERROR_LENGTH_MAX);
  await noteUsed(tx, id, cut, now);
  return seen && row.status !== "disconnected" ? saveSeen(tx, row, seen) : [];
}

interface Used extends WithTools {
  now: Date;
}
