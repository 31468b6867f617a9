/** The shapes of calls of models through the gateway. The surface sends them; no caller does. */
import Type, { type Static } from "typebox";
import { BillingMode, Fields, Id, JsonObject, Literals, Nullable } from "../kernel/schema.ts";

export const PROVIDERS = ["anthropic", "openai"] as const;
export const Provider = Literals(PROVIDERS, { title: "ModelProvider" });
export type Provider = (typeof PROVIDERS)[number];

export const MODEL_LENGTH_MAX = 200;
const Model = Type.String({ minLength: 1, maxLength: MODEL_LENGTH_MAX });
const Tokens = Type.Integer({ minimum: 0, maximum: 1_000_000_000 });

/** A call holds its reservation for this time without a sign of its process. In seconds. */
export const HELD_SECONDS = 120;
/** The calls that one settlement takes. */
export const SETTLED_MAX = 100;

export const BeginCall = Fields({
  provider: Provider,
  /** Absent for requests that use no model, such as the list of models. */
  call: Nullable(
    Fields({
      model: Model,
      tokens_in: Tokens,
      /** The most that the caller allows. */
      tokens_out_max: Nullable(Tokens),
      task_id: Nullable(Id),
    }),
  ),
});
export type BeginCall = Static<typeof BeginCall>;

export const BegunCall = Fields({
  id: Id,
  connection_id: Id,
  base_url: Nullable(Type.String()),
  sealed_secret: Nullable(Type.String()),
  /** The model to use in place of the one in the request. */
  model: Nullable(Type.String()),
  task_id: Nullable(Id),
  billing_mode: BillingMode,
  is_held: Type.Boolean(),
});
export type BegunCall = Static<typeof BegunCall>;

export const EndedCall = Fields({
  id: Id,
  agent_id: Id,
  connection_id: Id,
  is_held: Type.Boolean(),
  /** The fields of the event; null for a call that used nothing and is not worth an event. */
  event: Nullable(JsonObject),
  aliases: Type.Array(Type.String({ maxLength: 255 }), { maxItems: 10 }),
  /** The output of a whole answer, for later estimates. */
  habit: Nullable(Fields({ model: Model, tokens_out: Tokens })),
  /** The reason why the provider refuses the key. */
  connection_error: Nullable(Type.String({ maxLength: 200 })),
});
export type EndedCall = Static<typeof EndedCall>;
