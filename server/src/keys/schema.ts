/** The shapes of keys. */
import Type, { type Static } from "typebox";
import { Role, SCOPES, ScopeName } from "../auth/schema.ts";
import { Fields, Id, Literals, Nullable, TEXT_LIMITS, Text, Time } from "../kernel/schema.ts";

export const KeyKind = Literals(["agent", "service"], { title: "KeyKind" });
const Scopes = Type.Array(ScopeName, { maxItems: SCOPES.length });

const KEY_FIELDS = {
  id: Id,
  kind: KeyKind,
  name: Type.String(),
  agent_id: Nullable(Id),
  scopes: Scopes,
  prefix: Type.String({ description: "How the key begins; enough to tell it from the others." }),
  expires_at: Nullable(Time),
  created_at: Time,
};

const PreviousEnds = {
  previous_expires_at: Nullable(
    Type.String({
      ...Time,
      description: "Until when the secret before the last rotation is good too; null once it is not.",
    }),
  ),
};

export const Key = Fields({
  ...KEY_FIELDS,
  ...PreviousEnds,
  revoked_at: Nullable(Time),
  last_used_at: Nullable(Time),
  created_by_user_id: Nullable(Id),
  created_by_key_id: Nullable(Id),
  responsible_user_id: Type.String({
    ...Id,
    description: "Who answers for it: the person who made it or the key it was made with, or who adopted it.",
  }),
  responsible_role: Nullable(
    Type.Unsafe<Static<typeof Role>>({
      ...Role,
      description: "That person's role now. The key carries no more than this role.",
    }),
  ),
});
export type Key = Static<typeof Key>;

export const KeyWithLacks = Fields({
  ...Key.properties,
  lacks: Type.Array(Type.String(), {
    description: "Permissions the key was given and does not carry, because the role of that person lacks them.",
  }),
});

export const KeyStatus = Literals(["usable", "revoked", "expired"], { title: "KeyStatus" });
export type KeyStatus = Static<typeof KeyStatus>;

const CREATED_FIELDS = {
  ...KEY_FIELDS,
  key: Type.String({ description: "Shown this once. Send it as `Authorization: Bearer …`." }),
};

export const CreatedKey = Fields(CREATED_FIELDS);
export const RotatedKey = Fields({ ...CREATED_FIELDS, ...PreviousEnds });

export const NewKey = Fields({
  kind: KeyKind,
  agent_id: Type.Optional(Id),
  scopes: Type.Optional(Type.Array(ScopeName, { minItems: 1, maxItems: SCOPES.length, uniqueItems: true })),
  name: Text(TEXT_LIMITS.name),
  expires_at: Type.Optional(Time),
});
export type NewKey = Static<typeof NewKey>;

/** A week: long enough to reach every place that holds the secret. */
const OVERLAP_SECONDS_MAX = 604_800;

export const KeyRotation = Fields({
  id: Id,
  overlap_seconds: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: OVERLAP_SECONDS_MAX,
      default: 0,
      description: "How long the secret there is stays good beside the new one.",
    }),
  ),
  expires_at: Type.Optional(
    Type.String({ ...Time, description: "When the key ends from now on; as before unless given." }),
  ),
});
