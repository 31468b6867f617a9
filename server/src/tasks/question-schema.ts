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

/** The reason why a task is blocked. */
export const BlockedReason = Type.Object({
  code: Type.String(),
  reason: Type.String(),
  next_step: Type.Optional(Type.String()),
  policy_id: Type.Optional(Id),
  stop_id: Type.Optional(Id),
  options: Type.Optional(AnswerOptions),
});
