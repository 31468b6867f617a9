import { keyPermissions } from "../auth/index.ts";
import type { Key } from "./schema.ts";

/** Adds the permissions that the key lacks. A key whose responsible person has left is revoked, and lists none. */
export function toWire<K extends Pick<Key, "kind" | "scopes" | "responsible_role">>(key: K) {
  const lacks = key.responsible_role === null ? [] : keyPermissions(key, key.responsible_role).lacking;
  return { ...key, lacks: [...lacks] };
}
