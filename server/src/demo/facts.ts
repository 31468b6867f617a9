/** Facts of the demo. */
import Type from "typebox";
import { factType } from "../kernel/facts/fact.ts";
import { Fields, Id, Literals, Nullable, Time } from "../kernel/schema.ts";
import { OUTCOMES } from "./schema.ts";

export const demoStarted = factType({
  type: "demo.started",
  subject: "demo",
  meaning: "A run of the demo began.",
  data: Fields({ key_id: Id, expires_at: Time }),
});

export const demoAuditCreated = factType({
  type: "demo.audit_created",
  subject: "demo",
  meaning: "The demo made the task that its run is about.",
  data: Fields({ root_task_id: Id }),
});

export const demoEnded = factType({
  type: "demo.ended",
  subject: "demo",
  meaning: "A run of the demo ended.",
  data: Fields({
    outcome: Nullable(Literals(OUTCOMES)),
    reason: Nullable(Type.String()),
    root_task_id: Nullable(Id),
  }),
});

export const DEMO_FACTS = [demoStarted, demoAuditCreated, demoEnded] as const;
