/** The secret that signs the pushes to an agent. It is sealed among the secrets of the agent. */
import type { CommandContext } from "../kernel/operation.ts";
import { newSigningSecret, SECRET_OVERLAP_MS } from "../kernel/outbound/signing.ts";
import { openSecrets, sealSecrets } from "./change-agent.ts";
import type { AgentRow } from "./store/agents.ts";

/** Not a JSON pointer, so no part of a configuration has this place. */
const PLACE = "push_secret";

interface Stored {
  secret: string;
  previous?: string;
  /** The old secret signs until then. */
  previous_until?: string;
}

/** Makes a secret when a change turned pushes on, and deletes the secret when it turned them off. Returns a new secret. */
export async function keepPushSecret(
  context: CommandContext,
  { id, delivery }: Pick<AgentRow, "id" | "delivery">,
  before: AgentRow["delivery"],
): Promise<{ push_secret?: string }> {
  if (delivery === before) return {};
  if (delivery === "pull") {
    await sealSecrets(context, id, { given: new Map(), gone: [PLACE] });
    return {};
  }
  const secret = newSigningSecret();
  await store(context, id, { secret });
  return { push_secret: secret };
}

export async function rotatePushSecret(
  context: CommandContext,
  id: string,
): Promise<{ push_secret: string; previous_until: string }> {
  const before = storedIn(await openSecrets(context, id));
  const secret = newSigningSecret();
  const previous_until = new Date(context.now.getTime() + SECRET_OVERLAP_MS).toISOString();
  await store(context, id, { secret, ...(before && { previous: before.secret, previous_until }) });
  return { push_secret: secret, previous_until };
}

/** Returns the secrets that sign at this time, the newest first. */
export function pushSecretsOf(secrets: ReadonlyMap<string, string>, at: Date): string[] {
  const { secret, previous, previous_until } = storedIn(secrets) ?? {};
  const isOverlap = previous_until !== undefined && new Date(previous_until) > at;
  return [secret, isOverlap ? previous : undefined].flatMap((one) => one ?? []);
}

function storedIn(secrets: ReadonlyMap<string, string>): Stored | undefined {
  const text = secrets.get(PLACE);
  // Only `store` writes it.
  return text === undefined ? undefined : (JSON.parse(text) as Stored);
}

async function store(context: CommandContext, id: string, stored: Stored): Promise<void> {
  await sealSecrets(context, id, { given: new Map([[PLACE, JSON.stringify(stored)]]), gone: [] });
}
