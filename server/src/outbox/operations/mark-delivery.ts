import Type from "typebox";
import type { Fact } from "../../kernel/facts/fact.ts";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { afterAttempt, targetAfter } from "../rules.ts";
import { TriedInput } from "../schema.ts";
import { lockRow, releaseNext, saveRow } from "../store/rows.ts";
import { saveTarget, tryLockTarget } from "../store/targets.ts";
import { disableTarget } from "../targets.ts";

export const markDelivery = command({
  name: "outbox.mark_delivery",
  summary: "Store the result of an attempt at a delivery.",
  route: "POST /internal/outbox/mark-delivery",
  internal: true,
  permission: "outbox:send",
  input: Fields({ id: Id, target_id: Id, attempt: Type.Integer(), tried: TriedInput }),
  output: Fields({ is_marked: Type.Boolean() }),
  problems: [],
  async run({ tx, now }, { id, target_id, attempt, tried }) {
    const target = await tryLockTarget(tx, target_id);
    const row = await lockRow(tx, id);
    // A later attempt has begun, because this one took too long. Its result counts.
    if (!target || row?.status !== "pending" || row.attempt !== attempt) return unchanged({ is_marked: false });
    const after = afterAttempt(row, tried, { now, chance: Math.random() });
    await saveRow(tx, { ...row, ...after, is_sending: false });
    const isEnded = after.status !== "pending";
    if (isEnded) await releaseNext(tx, row, now);
    const { state, disables } = targetAfter(target, tried, now);
    const counted = { ...target, ...state, pending: target.pending - (isEnded ? 1 : 0) };
    let fact: Fact | undefined;
    if (disables && target.is_enabled) fact = await disableTarget(tx, counted, disables);
    else await saveTarget(tx, counted);
    return fact ? changed({ is_marked: true }, fact) : unchanged({ is_marked: true });
  },
});
