import { keyPermissions } from "../auth/index.ts";
import type { Key } from "./schema.ts";

/** A key as it is shown, with what it lacks. One whose person has left has ended with them. */
export function toWire<K extends Pick<Key, "kind" | "scopes" | "responsible_role">>(key: K) {
  const lacks = key.responsible_role === null ? [] : keyPermissions(key, key.responsible_role).lacking;
  return { ...key, lacks: [...lacks] };
}
