/** `bailiwick tier`: commands of the operator, while the server runs or without it. */

import { systemActor } from "../kernel/actor.ts";
import { shownEmail } from "../kernel/email.ts";
import { Problem } from "../kernel/problem.ts";
import type { Config } from "../runtime/config.ts";
import { getTier, listAllWorkspaces, setTier, TIER_NAMES } from "../tiers/index.ts";
import { openDatabase } from "./database.ts";
import { UsageError } from "./failure.ts";
import { localRequest, withApp } from "./local.ts";

/** The number of workspaces that one statement reads. */
const PAGE_SIZE = 200;

export async function runSetTier(config: Config, workspace: string, name: string): Promise<void> {
  const tier_name = TIER_NAMES.find((known) => known === name);
  if (!tier_name) throw new UsageError(`There is no tier ${name}. The tiers are ${TIER_NAMES.join(", ")}.`);
  await asOperator(config, setTier, workspace, { tier_name });
  console.log(`Workspace ${workspace} is on the tier ${tier_name}.`);
}

export async function runShowTier(config: Config, workspace: string): Promise<void> {
  // getTier does not notice a missing workspace, so its existence is checked first.
  await requireWorkspace(config, workspace);
  console.log(JSON.stringify(await asOperator(config, getTier, workspace, {}), null, 2));
}

/** Prints one line per workspace: id, tier, members, owner, name. */
export async function runListTiers(config: Config): Promise<void> {
  for await (const { id, tier_name, members, owner_email, name } of workspaces(config)) {
    console.log(
      [id, tier_name.padEnd(10), `${members} members`, owner_email ? shownEmail(owner_email) : "", name].join("  "),
    );
  }
}

async function asOperator(
  config: Config,
  operation: typeof setTier | typeof getTier,
  workspace: string,
  input: object,
) {
  const actor = systemActor("operator", workspace.toLowerCase());
  try {
    return await withApp(config, async ({ dispatcher }) => {
      const { output } = await dispatcher.dispatch(operation, actor, { input, request: localRequest() });
      return output;
    });
  } catch (error) {
    // A caller of the server always has an existing workspace; an operator may mistype the id.
    throw error instanceof Problem && error.code === "not_found" ? noWorkspace(workspace) : error;
  }
}

async function requireWorkspace(config: Config, workspace: string): Promise<void> {
  for await (const { id } of workspaces(config)) if (id === workspace.toLowerCase()) return;
  throw noWorkspace(workspace);
}

function noWorkspace(workspace: string): UsageError {
  return new UsageError(`There is no workspace ${workspace}. \`bailiwick tier list\` shows all of them.`);
}

async function* workspaces(config: Config) {
  const database = await openDatabase(config);
  try {
    const client = await database.connect();
    for (let after: string | null = null; ; ) {
      const page: Awaited<ReturnType<typeof listAllWorkspaces>> = await listAllWorkspaces(client, after, PAGE_SIZE);
      yield* page;
      if (page.length < PAGE_SIZE) return;
      after = page.at(-1)?.id ?? null;
    }
  } finally {
    await database.close();
  }
}
