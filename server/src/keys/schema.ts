/** The shapes of keys. */
import Type, { type Static } from "typebox";
import { Role, SCOPES, ScopeName } from "../auth/schema.ts";
import { BillingMode, Defaulted, Fields, Id, Literals, Nullable, TEXT_LIMITS, Text, Time } from "../kernel/schema.ts";

export const KeyKind = Literals(["agent", "service"], { title: "KeyKind" });
const Scopes = Type.Array(ScopeName, { maxItems: SCOPES.length });

const KEY_FIELDS = {
  id: Id,
  kind: KeyKind,
  name: Type.String(),
  agent_id: Nullable(Id),
  scopes: Scopes,
  prefix: Type.String({ description: "The first characters of the key, by which you can recognise it." }),
  billing_mode: Nullable(BillingMode),
  expires_at: Nullable(Time),
  created_at: Time,
};

const PreviousEnds = {
  previous_expires_at: Nullable(
    Type.String({
      ...Time,
      description: "The end of the previous secret, which stays valid after a rotation. Null when it has ended.",
    }),
  ),
};

const CREATORS = {
  created_by_user_id: Nullable(Id),
  created_by_key_id: Nullable(Id),
  responsible_user_id: Type.String({
    ...Id,
    description:
      "The person responsible for the key: who created the key or the key with which it was made, or who adopted it.",
  }),
};

/** The columns of `api_keys` that callers see. */
export const KeyColumns = Fields({
  ...KEY_FIELDS,
  revoked_at: Nullable(Time),
  last_used_at: Nullable(Time),
  ...CREATORS,
});

export const Key = Fields({
  ...KeyColumns.properties,
  ...PreviousEnds,
  responsible_role: Nullable(
    Type.Unsafe<Static<typeof Role>>({
      ...Role,
      description: "The present role of that person. The key has no permission that this role lacks.",
    }),
  ),
});
export type Key = Static<typeof Key>;

export const KeyWithLacks = Fields({
  ...Key.properties,
  lacks: Type.Array(Type.String(), {
    description:
      "Permissions that were given to the key, and that it lacks because the responsible person's role lacks them.",
  }),
});

export const KeyStatus = Literals(["usable", "revoked", "expired"], { title: "KeyStatus" });
export type KeyStatus = Static<typeof KeyStatus>;

const CREATED_FIELDS = {
  ...KEY_FIELDS,
  key: Type.String({ description: "The key. It is shown only once. Send it as `Authorization: Bearer …`." }),
};

export const CreatedKey = Fields(CREATED_FIELDS);
export const RotatedKey = Fields({ ...CREATED_FIELDS, ...PreviousEnds });

export const NewKey = Fields({
  kind: KeyKind,
  agent_id: Type.Optional(Id),
  scopes: Type.Optional(Type.Array(ScopeName, { minItems: 1, maxItems: SCOPES.length, uniqueItems: true })),
  name: Text(TEXT_LIMITS.name),
  billing_mode: Type.Optional(Nullable(BillingMode)),
  expires_at: Type.Optional(Time),
});
export type NewKey = Static<typeof NewKey>;

/** One week: enough time to replace the secret in every place. */
const OVERLAP_SECONDS_MAX = 604_800;

export const KeyRotation = Fields({
  id: Id,
  overlap_seconds: Defaulted(
    Type.Integer({
      minimum: 0,
      maximum: OVERLAP_SECONDS_MAX,
      description: "How long the present secret stays valid in addition to the new one.",
    }),
    0,
  ),
  expires_at: Type.Optional(
    Type.String({ ...Time, description: "The new end of the key. Without it, the end stays as it is." }),
  ),
});
