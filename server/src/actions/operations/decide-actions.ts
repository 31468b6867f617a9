import type { Static } from "typebox";
import type { Fact } from "../../kernel/facts/fact.ts";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { notFound, Problem } from "../../kernel/problem.ts";
import { type Deciding, prepareApproval, rejectAction, requirePerson } from "../decisions.ts";
import { expireAction } from "../end-action.ts";
import { expired, isOver, requirePending } from "../rules.ts";
import { type ActionRow, Decided, Decisions } from "../schema.ts";
import { lockActions, readClock } from "../store/actions.ts";

type Item = Static<typeof Decisions>["items"][number];
type Result = Static<typeof Decided>["items"][number];

export const decideActions = command({
  name: "actions.decide",
  summary: "Approve or reject several actions at once. Each item gets its own result.",
  route: "POST /agent-actions/decide",
  permission: "actions:decide",
  pastQuota: "passes",
  input: Decisions,
  output: Decided,
  problems: ["forbidden", "conflict"],
  async run({ tx, actor, env }, { items }) {
    requirePerson(actor);
    const actions = await lockActions(
      tx,
      items.map(({ id }) => id),
    );
    const deciding: Deciding = { tx, actor, at: await readClock(tx), publicUrl: env.publicUrl };
    const results = new Map<Item, Result>();
    const facts: Fact[] = [];
    // Rejections and ends lock tasks and messages. Approvals lock the caps, which come last.
    for (const action of [...actions.values()].filter((one) => isOver(one, deciding.at))) {
      facts.push(...(await expireAction(tx, action, deciding.at)));
      actions.set(action.id, { ...action, status: "expired" });
    }
    for (const item of [...items.filter(isRejection), ...items.filter((one) => !isRejection(one))]) {
      const { result, action, more } = await decideOne(deciding, item, actions.get(item.id));
      // The same action may be named twice.
      if (action) actions.set(item.id, action);
      results.set(item, result);
      facts.push(...more);
    }
    const output = { items: items.flatMap((item) => results.get(item) ?? []) };
    const [first, ...more] = facts;
    return first ? changed(output, first, ...more) : unchanged(output);
  },
});

const isRejection = ({ decision }: Item) => decision === "reject";

interface One {
  result: Result;
  action?: ActionRow;
  more: readonly Fact[];
}

/** A refusal comes before the first change, so the other items go on. After a later failure, nothing of the call is stored. */
async function decideOne(deciding: Deciding, item: Item, action: ActionRow | undefined): Promise<One> {
  const { id } = item;
  let apply: Awaited<ReturnType<typeof prepareApproval>>;
  try {
    apply = await prepared(deciding, item, action);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { result: { id, problem: { ...error.details, code: error.code, detail: error.message } }, more: [] };
  }
  const decided = await apply();
  return { result: { id, status: decided.action.status }, action: decided.action, more: decided.facts };
}

async function prepared(deciding: Deciding, item: Item, action: ActionRow | undefined) {
  const { id, decision, reason } = item;
  if (!action) throw notFound("action", id);
  if (action.status === "expired") throw expired(id);
  if (decision === "approve") return prepareApproval(deciding, action, item);
  requirePending(action, "reject");
  return () => rejectAction(deciding, action, reason);
}
