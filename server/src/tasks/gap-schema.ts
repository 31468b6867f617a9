/** The shapes of gaps: queued tasks that no agent can take now. */
import Type from "typebox";
import { Fields, Page, Time } from "../kernel/schema.ts";
import { TaskItem } from "./schema.ts";

/** A queued task is listed as a gap after this time. */
export const GAP_SECONDS_DEFAULT = 300;
export const GAP_SECONDS_MAX = 2_592_000;
export const Gap = Fields({
  code: Type.String({
    description:
      "The code of a refused start, agent_away, or a code that begins with pool_: no agent of the role or tags can.",
  }),
  reason: Type.String(),
  next_step: Type.String({ description: "The action that ends the gap." }),
  waiting_since: Time,
});
export const GapPage = Page(Fields({ task: TaskItem, gap: Gap }));
