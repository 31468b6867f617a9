/** Calls of tools that a gate holds: people decide about them as about any action, and the client of the agent runs them. */
import { Check } from "typebox/value";
import { targetOf } from "../connections/index.ts";
import type { Tx } from "../kernel/db/tx.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import { invalid } from "../kernel/problem.ts";
import { Fields, JsonObject, Text } from "../kernel/schema.ts";
import { executed } from "./attempt-rules.ts";
import { stateFact } from "./facts.ts";
import type { Payload } from "./payload.ts";
import type { ActionRow } from "./schema.ts";
import { saveAction } from "./store/actions.ts";

export const TOOL_CALL = { action_type: "tool_call", service_type: "gate" } as const;
const TOOL_NAME_MAX = 200;
/** The agent must repeat an approved call within this time. */
const USED_WITHIN_MS = 24 * 3_600_000;
/** A call goes through no connection. */
export const TOOL_CALL_TARGET = targetOf({ config: {} }, undefined);
const ToolCall = Fields({ tool_name: Text(TOOL_NAME_MAX), tool_input: JsonObject });

export const isToolCall = ({ service_type }: Pick<ActionRow, "service_type">): boolean =>
  service_type === TOOL_CALL.service_type;

/** Returns the time at which the server looks at an approved action: at once, or when nobody repeated a call. */
export function dueAfter(action: Pick<ActionRow, "service_type">, at: Date): string {
  return new Date(at.getTime() + (isToolCall(action) ? USED_WITHIN_MS : 0)).toISOString();
}

/** Throws when a person changed more of the call than its input. */
export function requireToolCall({ payload: proposed }: ActionRow, payload: Payload): { target: string } {
  if (!Check(ToolCall, payload)) throw invalid("/payload", "must have tool_name and tool_input.");
  if (payload.tool_name !== proposed.tool_name) throw invalid("/payload/tool_name", "must stay as the agent sent it.");
  return { target: TOOL_CALL_TARGET };
}

/** The approved call that its agent repeats now. It runs in the client, so no later step follows. The caller has locked it. */
export async function useToolCall(tx: Tx, action: ActionRow, at: Date): Promise<Fact> {
  const used = executed({ ...action, attempts: action.attempts + 1, held_since: null }, at, null);
  await saveAction(tx, used);
  return stateFact(used);
}
