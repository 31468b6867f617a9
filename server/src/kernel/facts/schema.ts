/** The shape of a fact as callers read it. */
import Type, { type Static } from "typebox";
import { ActorKind, Fields, Id, Nullable, Time } from "../schema.ts";

export const FactActor = Fields({
  kind: ActorKind,
  id: Type.String(),
  key_id: Nullable(Id),
});

/** A fact as every surface shows it. */
export const FactOnWire = Fields({
  id: Id,
  type: Type.String(),
  actor: FactActor,
  subject: Fields({ kind: Type.String(), id: Id }),
  data: Type.Record(Type.String(), Type.Unknown()),
  request_id: Type.String(),
  trace_id: Nullable(Type.String()),
  created_at: Time,
});
export type FactOnWire = Static<typeof FactOnWire>;
