import { uuidv7 } from "uuidv7";
import { type Budget, limitOf, reserveCall, resetsAt, today } from "../../caps/index.ts";
import type { Actor } from "../../kernel/actor.ts";
import type { Tx } from "../../kernel/db/tx.ts";
import { type CommandContext, command, type Outcome, refused, unchanged } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { expectedCost } from "../../observability/index.ts";
import { expectedOut, unpricedNanos } from "../estimate-rules.ts";
import { callRefused } from "../facts.ts";
import { budgetRefused, capRefused, gateRefused, problemOf, type Refused, throttled } from "../refusal-rules.ts";
import { createRepeats } from "../repeats.ts";
import { BeginCall, BegunCall, HELD_SECONDS, type Provider } from "../schema.ts";
import { findPlace, lockBudget, type Place, takeTurn } from "../store.ts";

const repeats = createRepeats();

/** Its reservation is no state that people see: the event of the call is stored when it ends. */
export const beginCall = command({
  name: "gateway.begin_call",
  summary: "Check the limits of an agent for one call of a model, and reserve its estimated cost.",
  route: "POST /gateway/calls",
  internal: "by-surface",
  permission: "tasks:claim",
  input: BeginCall,
  output: BegunCall,
  problems: ["not_found", "forbidden", "blocked"],
  pastQuota: "passes",
  // The gate refuses a paused agent in the words of the provider.
  whilePaused: true,
  async run(context, { provider, call }) {
    const { tx, actor } = context;
    if (actor.kind !== "agent") throw new Problem("forbidden", "Only the key of an agent may call models.");
    const wanted = { provider, model: call?.model ?? "", task_id: call?.task_id ?? null };
    const place = await findPlace(tx, actor, wanted);
    if (!place?.connection) throw notConnected(provider, place?.is_for_others ?? false);
    const begun = begunOf(place, place.connection);
    if (!call) return unchanged(begun);
    const { refusal, held } = await admit(context, place, { ...call, provider, id: begun.id });
    if (refusal) return refuse(context, refusal, { provider, model: call.model, task_id: place.task_id });
    const model = place.allowed_model !== null && place.allowed_model !== call.model ? place.allowed_model : null;
    return unchanged({ ...begun, model, is_held: held });
  },
});

function notConnected(provider: Provider, isForOthers: boolean): Problem {
  const next_step = "Ask an owner or an admin of the workspace to connect it.";
  if (isForOthers) return new Problem("forbidden", `The connection of ${provider} is for other agents.`, { next_step });
  return new Problem("not_found", `No connection of the type ${provider} exists in this workspace. ${next_step}`);
}

function begunOf(place: Place, connection: NonNullable<Place["connection"]>) {
  return {
    id: uuidv7(),
    connection_id: connection.id,
    base_url: connection.base_url,
    sealed_secret: connection.sealed_secret,
    model: null,
    task_id: place.task_id,
    billing_mode: place.billing_mode ?? ("metered" as const),
    is_held: false,
  };
}

interface Call {
  id: string;
  provider: Provider;
  model: string;
  tokens_in: number;
  tokens_out_max: number | null;
}

type Admitted = { refusal: Refused; held?: never } | { refusal?: never; held: boolean };

async function admit({ tx, actor, now, env }: CommandContext, place: Place, call: Call): Promise<Admitted> {
  const { publicUrl } = env;
  const byGate = gateRefused({ ...place, publicUrl });
  if (byGate) return { refusal: byGate };
  const { throttle_per_minute } = place;
  if (throttle_per_minute !== null && !(await takeTurn(tx, actor.id)))
    return { refusal: throttled(throttle_per_minute) };
  const budget = place.payer_id === null ? undefined : await lockBudget(tx, place.payer_id);
  if (!place.is_capped && !budget) return { held: false };
  const estimate = await estimateOf(tx, place, call, now);
  const amount = { id: call.id, agent_id: actor.id, task_id: place.task_id, payer_id: place.payer_id, estimate };
  const { tight, overBudget } = await reserveCall(tx, amount, budget, { now, seconds: HELD_SECONDS });
  if (overBudget) return { refusal: overBudgetOf(budget, place, overBudget.promised, estimate, publicUrl) };
  if (!tight) return { held: true };
  const cap = today(tight, now);
  const numbers = { cap, limit: limitOf(cap, now), estimate, resets_at: resetsAt(now).toISOString(), publicUrl };
  return { refusal: capRefused(numbers) };
}

function overBudgetOf(budget: Budget | undefined, place: Place, promised: bigint, estimate: bigint, publicUrl: string) {
  const { nanos = 0n, spent = 0n } = budget ?? {};
  return budgetRefused({ payer_id: place.payer_id ?? "", budget: nanos, spent, promised, estimate, publicUrl });
}

/** A call that is not metered costs nothing, but caps may watch its value at list price. */
async function estimateOf(tx: Tx, place: Place, call: Call, now: Date): Promise<bigint> {
  const { tokens_in, tokens_out_max, provider } = call;
  const tokens_out = expectedOut(place.recent_tokens ?? [], tokens_out_max);
  const billing_mode = place.billing_mode ?? "metered";
  const model = place.allowed_model ?? call.model;
  const cost = await expectedCost(tx, { provider, model, tokens_in, tokens_out, billing_mode }, now);
  return cost?.list ?? unpricedNanos(tokens_in, tokens_out);
}

/** Rolled up, because a client may repeat a refused call many times a second. */
function refuse(
  { actor, now }: { actor: Actor; now: Date },
  refusal: Refused,
  about: { provider: string; model: string; task_id: string | null },
): Outcome<never> {
  const problem = problemOf(refusal);
  const policy_id = typeof refusal.details?.policy_id === "string" ? refusal.details.policy_id : null;
  const key = [actor.workspace, actor.id, refusal.code, policy_id].join(" ");
  const before = repeats.note(key, now.getTime());
  if (before === undefined) throw problem;
  const { code: reason_code, reason } = refusal;
  return refused(problem, callRefused(actor.id, { ...about, reason_code, reason, policy_id, repeats: before }));
}
