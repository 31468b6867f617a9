import type { Actor } from "../kernel/actor.ts";
import type { Connection, ConnectionRow } from "./schema.ts";
import { findAdapter } from "./services/all.ts";

/** An agent sees the names of connections and their actions, and nothing of their configuration. */
export function toWire({ secret_number: _, ...row }: ConnectionRow, { kind }: Pick<Actor, "kind">): Connection {
  const { id, service_type, name, category, status, created_at, sealed_secret, ...rest } = row;
  const action_types = findAdapter(service_type)?.types.map(({ action_type }) => action_type) ?? [];
  const common = { id, service_type, name, category, status, action_types, created_at };
  if (kind === "agent") return common;
  return { ...common, ...rest, secret: sealed_secret === null ? null : "set" };
}
