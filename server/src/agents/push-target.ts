/** Reads where and how a push goes. The secrets stay in this process. */
import type { ReadTx } from "../kernel/db/tx.ts";
import type { Environment } from "../kernel/environment.ts";
import { openSecrets } from "./change-agent.ts";
import { cutError, linkHeaders, linkOf, tasksUrl } from "./link-rules.ts";
import { pushSecretsOf } from "./push-secret.ts";
import { getAgent } from "./store/agents.ts";

export interface PushTarget {
  url: string;
  /** The agent signs the server in as its connection says. */
  headers: Readonly<Record<string, string>>;
  secrets: readonly string[];
  /** Returns the text without the secrets of the connection. */
  cut(text: string): string;
}

/** Returns undefined for an agent that gets no pushes now. */
export async function pushTargetOf(
  tx: ReadTx,
  env: Pick<Environment, "secrets">,
  agentId: string,
): Promise<PushTarget | undefined> {
  const agent = await getAgent(tx, agentId);
  if (agent.delivery !== "push" || agent.status !== "active") return undefined;
  const opened = await openSecrets({ tx, env }, agentId);
  const link = linkOf(agent, opened);
  if (!URL.canParse(link.url)) return undefined;
  return {
    url: tasksUrl(link.url),
    headers: linkHeaders(link),
    secrets: pushSecretsOf(opened, new Date()),
    cut: (text) => cutError(text, link),
  };
}
