/** Names the caller of a refused call, and the key, the setting or the data folder that decided it. */
import { BailiwickError } from "../../../sdk/src/error.ts";
import { createSend } from "../../../sdk/src/send.ts";
import type { Config } from "../runtime/config.ts";

export interface Credential {
  url: string;
  urlFrom: string | undefined;
  key: string | undefined;
  keyFrom: string | undefined;
  workspace: string | undefined;
}

/** The refusal of a call, with the sentence that names its caller. */
export class RefusedCall extends Error {
  readonly refusal: unknown;

  constructor(refusal: unknown, actingAs: string) {
    super(actingAs, { cause: refusal });
    this.refusal = refusal;
  }
}

export function localOwner({ ownerEmail, databaseUrl, dataDir }: Config): string {
  const by = databaseUrl === undefined ? `the data folder ${dataDir}` : "DATABASE_URL";
  return `You act as the owner of this machine's installation (${ownerEmail}), by ${by}. To act as an agent, give its key with --key.`;
}

/** Runs the work. A refusal names the caller, and the key or setting that decided it. */
export async function namingCaller<T>(credential: Credential, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isRefusal = error instanceof BailiwickError && error.status >= 400 && error.status < 500;
    throw isRefusal ? new RefusedCall(error, await holderOf(credential, error)) : error;
  }
}

async function holderOf(credential: Credential, refusal: unknown): Promise<string> {
  const { key, keyFrom, urlFrom } = credential;
  const asOwner = [keyFrom, urlFrom].filter((name) => name?.startsWith("BAILIWICK_"));
  const hint =
    asOwner.length > 0 ? ` To act as the owner, on the server's machine, unset ${asOwner.join(" and ")}.` : "";
  if (key === undefined) return `You act as nobody: ${urlFrom} names a server, and there is no key. Add --key.${hint}`;
  const isKnown = !(refusal instanceof BailiwickError) || refusal.status !== 401;
  return `You act as ${isKnown ? await nameOf(credential, key) : "the holder of a key"}, by ${keyFrom}.${hint}`;
}

async function nameOf({ url, workspace }: Credential, key: string): Promise<string> {
  if (!key.startsWith("bw_agent_")) return "a service key";
  try {
    const me = await createSend({ url, key, workspace })<{ agent: { name: string } }>("GET /agents/me", {}, {}, "once");
    return `the agent ${JSON.stringify(me.agent.name)}`;
  } catch {
    return "an agent";
  }
}
