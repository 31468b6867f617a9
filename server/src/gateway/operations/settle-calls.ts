import Type from "typebox";
import { freeCalls } from "../../caps/index.ts";
import { noteConnectionUses } from "../../connections/index.ts";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { storeGatewayCalls } from "../../observability/index.ts";
import { EndedCall, SETTLED_MAX } from "../schema.ts";
import { noteHabits } from "../store.ts";

/** Reservations end in the transaction that counts the costs, so no other call sees room that is already used. */
export const settleCalls = command({
  name: "gateway.settle_calls",
  summary: "Count the costs of calls of models that ended, and give back what they reserved.",
  route: "POST /gateway/calls/settle",
  internal: true,
  permission: "gateway:settle",
  input: Fields({ calls: Type.Array(EndedCall, { minItems: 1, maxItems: SETTLED_MAX }) }),
  inputLimits: { bytes: 4 * 1024 * 1024, values: 50_000 },
  output: Fields({}),
  problems: [],
  whilePaused: true,
  async run({ tx, actor, now }, { calls }) {
    const counted = calls.flatMap(({ id, event, aliases }) => (event ? [{ id, event, aliases }] : []));
    const stored = await storeGatewayCalls({ tx, actor, now }, counted);
    await noteHabits(
      tx,
      calls.flatMap(({ agent_id, habit }) => (habit ? [{ agent_id, ...habit }] : [])),
    );
    await noteConnectionUses(
      tx,
      calls.map(({ connection_id: id, connection_error: error }) => ({ id, error })),
      now,
    );
    const limits = await stored.settle();
    await freeCalls(
      tx,
      calls.filter(({ is_held }) => is_held).map(({ id }) => id),
    );
    const [fact, ...facts] = [...stored.facts, ...limits];
    const { afterCommit } = stored;
    return fact ? { ...changed({}, fact, ...facts), afterCommit } : { ...unchanged({}), afterCommit };
  },
});
