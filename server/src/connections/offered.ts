/** The types of actions that exist, and the connection that an action goes through. */

import type { TObject } from "typebox";
import { Check } from "typebox/value";
import type { ReadTx } from "../kernel/db/tx.ts";
import { shapeErrors } from "../kernel/input/errors.ts";
import { invalid, notFound, Problem } from "../kernel/problem.ts";
import { isUuid } from "../kernel/schema.ts";
import type { ActionType, Sent } from "./adapter.ts";
import type { ConnectionRow, ServiceType } from "./schema.ts";
import type { Adapter } from "./services/adapter.ts";
import { findAdapter, SERVICES } from "./services/all.ts";
import { requireFits } from "./services/tool-fits.ts";
import { toolFault } from "./services/tool-rules.ts";
import { findConnection, listUsable } from "./store/connections.ts";
import { listToolsOf, type ToolOfConnection } from "./store/tools.ts";
import { targetOf } from "./target.ts";

export interface OfferedType extends ActionType {
  service_type: ServiceType;
  connection_needed: boolean;
  available: boolean;
  /** Why nobody, or why this agent, can propose it now. */
  reason?: string;
  /** The connections through which it can go. */
  connections: { id: string; name: string }[];
}

/** The connection of an action, and the type as that connection offers it. */
export interface Chosen {
  connection: { id: string; name: string; service_type: ServiceType } | null;
  type: ActionType;
  /** Another value says that the connection or its tool changed. */
  target: string;
}

/** Returns every type of action. With an agent, says which of them that agent can propose. */
export async function findActionTypes(tx: ReadTx, agentId?: string): Promise<OfferedType[]> {
  const rows = await listUsable(tx);
  const lists = SERVICES.map(async (service) => {
    const connected = rows.filter(({ service_type }) => service_type === service.service_type);
    if (service.hasTools) return offeredTools(tx, service, connected, agentId);
    const usable = connected.filter((row) => mayUse(row, agentId));
    return service.types.map((type) => offered(service, type, { connected, usable }));
  });
  return (await Promise.all(lists)).flat();
}

function offered(
  service: Adapter,
  type: ActionType,
  { connected, usable }: { connected: ConnectionRow[]; usable: ConnectionRow[] },
): OfferedType {
  const reason = service.unavailable ?? missing(service, { connected, usable });
  return {
    ...type,
    repeats_safely: usable.length > 0 && usable.every((row) => typeThrough(service, type, row).repeats_safely),
    service_type: service.service_type,
    connection_needed: service.secret !== "none",
    available: reason === undefined,
    ...(reason !== undefined && { reason }),
    connections: usable.map(({ id, name }) => ({ id, name })),
  };
}

/** Each tool of each connection is a type: two servers may have tools of one name. */
async function offeredTools(
  tx: ReadTx,
  { service_type }: Adapter,
  connected: readonly ConnectionRow[],
  agentId: string | undefined,
): Promise<OfferedType[]> {
  const usable = new Map(connected.filter((row) => mayUse(row, agentId)).map((row) => [row.id, row]));
  const tools = await listToolsOf(tx, [...usable.keys()], null);
  return tools.map((tool) => {
    const reason = toolFault(tool);
    const { id = "", name = "" } = usable.get(tool.connection_id) ?? {};
    return {
      ...typeOf(tool),
      service_type,
      connection_needed: true,
      available: reason === undefined,
      ...(reason !== undefined && { reason }),
      connections: [{ id, name }],
    };
  });
}

function typeOf({ name, definition }: ToolOfConnection): ActionType {
  const { payload_schema, repeats_safely, is_reversible } = definition;
  // The schema of the other server describes an object: `requireFits` checks payloads, whichever its keywords are.
  return { action_type: name, payload_schema: payload_schema as unknown as TObject, repeats_safely, is_reversible };
}

function missing(
  { service_type }: Adapter,
  { connected, usable }: { connected: readonly unknown[]; usable: readonly unknown[] },
) {
  if (usable.length > 0) return undefined;
  if (connected.length > 0) return "Every connection of this service is for other agents.";
  return `No service of the type ${service_type} is connected.`;
}

export function mayUse({ agent_ids }: Pick<ConnectionRow, "agent_ids">, agentId: string | undefined): boolean {
  return agentId === undefined || agent_ids === null || agent_ids.includes(agentId);
}

function typeThrough(service: Adapter, type: ActionType, { config }: Pick<ConnectionRow, "config">): ActionType {
  return { ...type, repeats_safely: type.repeats_safely || (service.repeatsSafely?.(config) ?? false) };
}

export interface Wanted {
  service_type: string;
  action_type: string;
  connection_id?: string | undefined;
  /** Undefined for a person. */
  agent_id?: string | undefined;
}

/**
 * Returns the connection for an action. Throws `unknown_action_type`, `not_connected`, `forbidden` for a connection that
 * the agent may not use, and `invalid_input` when several fit and none is named.
 */
export async function chooseConnection(tx: ReadTx, wanted: Wanted): Promise<Chosen> {
  const { connection_id, agent_id } = wanted;
  const { service, connected, offers } = await requireActionType(tx, wanted);
  const fitting = connected.filter(({ id }) => offers.has(id));
  const row =
    connection_id === undefined
      ? onlyUsable(service, fitting, agent_id)
      : await namedConnection(tx, service, connection_id);
  if (!mayUse(row, agent_id)) throw new Problem("forbidden", `The connection ${row.name} is for other agents.`);
  const offer = offers.get(row.id);
  if (!offer) throw unknownType(wanted);
  if (offer.fault !== undefined) throw new Problem("not_connected", offer.fault, { connection_id: row.id });
  const { id, name } = row;
  const target = targetOf(row, offer.digest);
  return { connection: { id, name, service_type: service.service_type }, type: offer.type, target };
}

interface Typed {
  service: Adapter;
  connected: ConnectionRow[];
  offers: ReadonlyMap<string, Offer>;
}

/** Throws `unknown_action_type` for a type that no connection has, and `not_connected` for a service that is not available. */
export async function requireActionType(tx: ReadTx, wanted: Wanted): Promise<Typed> {
  const { service_type, action_type } = wanted;
  const service = findAdapter(service_type);
  if (!service) throw unknownType(wanted);
  if (service.unavailable !== undefined) throw new Problem("not_connected", service.unavailable);
  const connected = await listUsable(tx, service.service_type);
  const offers = await offersOf(tx, service, connected, action_type);
  const isDeclared = service.types.some((type) => type.action_type === action_type);
  // Without a connected server of MCP, nobody knows its tools.
  const isUnknown = service.hasTools ? connected.length > 0 && offers.size === 0 : !isDeclared;
  if (isUnknown) throw unknownType(wanted);
  return { service, connected, offers };
}

interface Offer {
  type: ActionType;
  /** Of a pinned tool. */
  digest?: string;
  /** The reason why it cannot be used now. */
  fault: string | undefined;
}

/** Returns the type of this name as each connection offers it, by the id of the connection. */
async function offersOf(
  tx: ReadTx,
  service: Adapter,
  connected: readonly ConnectionRow[],
  action_type: string,
): Promise<ReadonlyMap<string, Offer>> {
  if (service.hasTools) {
    const ids = connected.map(({ id }) => id);
    const tools = await listToolsOf(tx, ids, action_type);
    return new Map(
      tools.map((tool) => [tool.connection_id, { type: typeOf(tool), digest: tool.digest, fault: toolFault(tool) }]),
    );
  }
  const type = service.types.find((one) => one.action_type === action_type);
  if (!type) return new Map();
  return new Map(connected.map((row) => [row.id, { type: typeThrough(service, type, row), fault: undefined }]));
}

function unknownType({ service_type, action_type }: Wanted): Problem {
  return new Problem("unknown_action_type", `There is no action ${action_type} of the service ${service_type}.`, {
    next_step: "Read GET /api/agent-actions/types for the types that exist.",
  });
}

async function namedConnection(tx: ReadTx, { service_type }: Adapter, id: string): Promise<ConnectionRow> {
  const row = isUuid(id) ? await findConnection(tx, id) : undefined;
  // A connection of another workspace looks like one that does not exist.
  if (!row) throw notFound("connection", id);
  if (row.service_type !== service_type) {
    throw invalid("/connection_id", `is no connection of the type ${service_type}.`);
  }
  if (row.status === "disconnected") throw new Problem("not_connected", `The connection ${row.name} is disconnected.`);
  return row;
}

function onlyUsable(service: Adapter, connected: readonly ConnectionRow[], agentId: string | undefined): ConnectionRow {
  const usable = connected.filter((row) => mayUse(row, agentId));
  const [only, ...others] = usable;
  if (others.length > 0) {
    throw invalid("/connection_id", `is needed, because several connections fit: ${names(usable)}.`);
  }
  if (only) return only;
  const text = missing(service, { connected, usable }) ?? "";
  throw new Problem(connected.length > 0 ? "forbidden" : "not_connected", text, {
    next_step: "Ask an owner or an admin of the workspace to connect the service.",
  });
}

const NAMES_MAX = 10;

function names(rows: readonly ConnectionRow[]): string {
  return rows
    .slice(0, NAMES_MAX)
    .map(({ id, name }) => `${name} (${id})`)
    .join(", ");
}

/** Throws `invalid_input` with the fields when the payload does not fit its type. */
export function validatePayload(
  service_type: ServiceType,
  { action_type, payload_schema }: ActionType,
  payload: Sent["payload"],
): void {
  const service = findAdapter(service_type);
  if (service?.hasTools) {
    requireFits(payload_schema, payload);
    return;
  }
  if (!Check(payload_schema, payload)) {
    const errors = shapeErrors(payload_schema, payload).map((error) => ({ ...error, path: `/payload${error.path}` }));
    const [first] = errors;
    const field = first?.path.slice(1).replaceAll("/", ".");
    throw new Problem("invalid_input", `${field}: ${first?.message}`, { errors });
  }
  service?.requirePayload?.(action_type, payload);
}
