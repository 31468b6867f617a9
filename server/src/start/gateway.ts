/** Connects the routes of the model gateway with the slice that counts its calls. */
import type { App } from "../app.ts";
import { openSecret } from "../connections/index.ts";
import { beginCall, createReader, endedCall, type Ledger, type Reader, tokensOf } from "../gateway/index.ts";
import type { BegunCall } from "../gateway/schema.ts";
import { keepConnections } from "../kernel/outbound/dial.ts";
import type { CallParts, OpenCall, Wanted } from "../surfaces/gateway/call.ts";
import { type GatewayParts, gatewayRoutes } from "../surfaces/gateway/gateway.ts";
import type { Extension } from "../surfaces/http/tools.ts";

const SILENCE_MS = 300_000;
const DRAIN_MS = 60_000;
const PUBLIC_URLS = { anthropic: "https://api.anthropic.com", openai: "https://api.openai.com/v1" } as const;

export function gatewayOf(app: App, ledger: Ledger, limits: Partial<GatewayParts> = {}): Extension {
  const { env, signals } = app;
  return gatewayRoutes({
    signals,
    outgoing: { allowed: env.settings.privateHosts },
    kept: keepConnections(),
    silenceMs: SILENCE_MS,
    drainMs: DRAIN_MS,
    begin: beginWith(app, ledger),
    ...limits,
  });
}

function beginWith({ dispatcher, env }: App, ledger: Ledger): CallParts["begin"] {
  return async (actor, { provider, call }, request) => {
    const tokens_in = tokensOf(call?.characters ?? 0);
    const { characters: _, ...received } = call ?? { characters: 0, model: "", tokens_out_max: null, task_id: null };
    const input = { provider, call: call === null ? null : { ...received, tokens_in } };
    const { output } = await dispatcher.dispatch(beginCall, actor, { input, request });
    // The operation has this output.
    const begun = output as BegunCall;
    if (begun.is_held) ledger.begin(actor.workspace, begun.id);
    return {
      url: (begun.base_url ?? PUBLIC_URLS[provider]).replace(/\/+$/, ""),
      secret:
        openSecret(env.secrets, actor.workspace, { id: begun.connection_id, sealed_secret: begun.sealed_secret }) ?? "",
      model: begun.model,
      ...meterOf({ begun, ledger, provider, workspace: actor.workspace, agent_id: actor.id, received, tokens_in }),
    };
  };
}

interface Metered {
  begun: BegunCall;
  ledger: Ledger;
  provider: Wanted["provider"];
  workspace: string;
  agent_id: string;
  received: { model: string };
  tokens_in: number;
}

function meterOf({
  begun,
  ledger,
  provider,
  workspace,
  agent_id,
  received,
  tokens_in,
}: Metered): Pick<OpenCall, "follow" | "end"> {
  let reader: Reader | undefined;
  return {
    follow(format, isStream) {
      const made = createReader(format, isStream);
      reader = made;
      return (bytes) => made.push(bytes);
    },
    end(how) {
      const seen = reader?.end();
      const about = { provider, agent_id, asked_model: received.model, tokens_in_expected: tokens_in };
      ledger.end(workspace, endedCall(begun, { ...how, ...about, seen }));
    },
  };
}
