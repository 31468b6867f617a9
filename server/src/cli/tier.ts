/** `bailiwick tier set`: the operator's own command, beside the server that runs or without it. */
import { NoResultError } from "kysely";
import type { Config } from "../config.ts";
import { systemActor } from "../kernel/actor.ts";
import { setTier, TIER_NAMES } from "../tiers/index.ts";
import { UsageError } from "./failure.ts";
import { localRequest, withApp } from "./local.ts";

export async function runSetTier(config: Config, workspace: string, name: string): Promise<void> {
  const tier_name = TIER_NAMES.find((known) => known === name);
  if (!tier_name) throw new UsageError(`There is no tier ${name}; there are ${TIER_NAMES.join(", ")}.`);
  const actor = systemActor("operator", workspace.toLowerCase());
  try {
    await withApp(config, ({ dispatcher }) =>
      dispatcher.dispatch(setTier, actor, { input: { tier_name }, request: localRequest() }),
    );
  } catch (error) {
    // Callers of the server are in a workspace that exists; an operator may mistype one.
    throw error instanceof NoResultError ? new UsageError(`There is no workspace ${workspace}.`) : error;
  }
  console.log(`Workspace ${workspace} is on the tier ${tier_name}.`);
}
