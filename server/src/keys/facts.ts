/** Facts of keys. */
import Type from "typebox";
import { factType } from "../kernel/facts/fact.ts";
import { Fields, Id, Literals, Nullable } from "../kernel/schema.ts";
import { Key, KeyKind } from "./schema.ts";

const { name, agent_id, scopes, billing_mode, prefix, expires_at, previous_expires_at } = Key.properties;

export const keyCreated = factType({
  type: "key.created",
  subject: "key",
  meaning: "A key was made for an agent or a service.",
  data: Fields({
    kind: KeyKind,
    name,
    agent_id,
    scopes,
    prefix,
    billing_mode: Type.Optional(billing_mode),
    expires_at,
  }),
});

export const keyRotated = factType({
  type: "key.rotated",
  subject: "key",
  meaning: "A key got a new secret.",
  data: Fields({ prefix, expires_at, previous_expires_at }),
});

export const keyAdopted = factType({
  type: "key.adopted",
  subject: "key",
  meaning: "Another person answers for a key, and for the keys made with it.",
  data: Fields({
    from_user_id: Id,
    to_user_id: Id,
    keys: Type.Integer({ description: "Keys that changed hands." }),
  }),
});

/** Why a key ended with something else. */
const REASONS = ["maker_left", "maker_revoked", "agent_archived"] as const;
export type RevokedBecause = (typeof REASONS)[number];

export const keyRevoked = factType({
  type: "key.revoked",
  subject: "key",
  meaning: "A key was revoked.",
  data: Fields({
    kind: KeyKind,
    name,
    agent_id,
    reason: Nullable(Literals(REASONS, { description: "Null when this very key was revoked." })),
  }),
});

export const KEY_FACTS = [keyCreated, keyRotated, keyAdopted, keyRevoked] as const;
