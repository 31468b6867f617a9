/** Checks what a caller gives for a connection. */
import { Check } from "typebox/value";
import { requireAgent } from "../agents/index.ts";
import type { ReadTx } from "../kernel/db/tx.ts";
import type { Environment } from "../kernel/environment.ts";
import { shapeErrors } from "../kernel/input/errors.ts";
import { invalid, Problem } from "../kernel/problem.ts";
import type { ServiceType } from "./schema.ts";
import type { Adapter, Opened } from "./services/adapter.ts";
import { findAdapter } from "./services/all.ts";

export function requireAdapter(service_type: ServiceType): Adapter {
  const service = findAdapter(service_type);
  if (!service) throw invalid("/service_type", "cannot be connected to this server yet.");
  if (service.secret === "none" && service.unavailable) throw invalid("/service_type", service.unavailable);
  return service;
}

/** Throws for a configuration of another shape, a missing secret, and an address that the server must not call. */
export function requireSettings(
  service: Adapter,
  { config, secret }: Pick<Opened, "config" | "secret">,
  env: Pick<Environment, "settings" | "delivery">,
): void {
  if (!Check(service.config, config)) {
    const errors = shapeErrors(service.config, config).map((error) => ({ ...error, path: `/config${error.path}` }));
    const [first] = errors;
    throw new Problem("invalid_input", `${first?.path.slice(1).replaceAll("/", ".")}: ${first?.message}`, { errors });
  }
  if (service.secret === "required" && secret === undefined) throw invalid("/secret", "is required.");
  service.requireUsable({ config, secret }, env);
}

/** Throws for an agent that the workspace does not have. */
export async function requireAgents(tx: ReadTx, ids: readonly string[] | null | undefined): Promise<void> {
  for (const id of ids ?? []) await requireAgent(tx, id);
}
