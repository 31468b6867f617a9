/** The shapes of questions: the reason why a task is blocked, the suggested answers, and the answer. */
import Type from "typebox";
import { Id, TEXT_LIMITS, Text } from "../kernel/schema.ts";

/** The answers that an agent suggests when it asks a question. A dashboard shows them as buttons. */
export const OPTIONS_MAX = 6;
export const OPTION_LENGTH_MAX = 100;
export const ANSWER_LENGTH_MAX = TEXT_LIMITS.text;
export const AnswerOptions = Type.Array(Text(OPTION_LENGTH_MAX), {
  minItems: 1,
  maxItems: OPTIONS_MAX,
  uniqueItems: true,
  description: "The answers that the agent suggests to the question in the reason.",
});

/** The code of a task that its holder blocked until its children have ended. */
export const WAITING_FOR_CHILDREN = "waiting_for_children";

/** The code of a task that waits for the end of an action of its agent. */
export const WAITING_FOR_APPROVAL = "waiting_for_approval";

/** The codes that no answer ends. */
export const WAITS: ReadonlySet<string> = new Set([WAITING_FOR_CHILDREN, WAITING_FOR_APPROVAL]);
export const UNBLOCK_CAUSES = "The code of the refusal, waiting_for_children or waiting_for_approval.";
/** The action for which a task waited, and its end. */
export const ActionEnd = { action_id: Type.Optional(Id), outcome: Type.Optional(Type.String()) };

/** The reason why a task is blocked. */
export const BlockedReason = Type.Object({
  code: Type.String(),
  reason: Type.String(),
  next_step: Type.Optional(Type.String()),
  policy_id: Type.Optional(Id),
  stop_id: Type.Optional(Id),
  action_id: Type.Optional(Type.String({ ...Id, description: "The action for which the task waits." })),
  options: Type.Optional(AnswerOptions),
});
