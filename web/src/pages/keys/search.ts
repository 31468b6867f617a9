/** The search parameters of the page of keys. */
import { KEY_KINDS, KEY_STATUSES, type KeyKind, type KeyStatus } from "@bailiwick/sdk";
import { oneOf, textOf } from "../../app/root-route.ts";

export interface KeysSearch {
  kind?: KeyKind | undefined;
  status?: KeyStatus | undefined;
  agent_id?: string | undefined;
  create?: "yes" | undefined;
}

export const readKeysSearch = (search: Record<string, unknown>): KeysSearch => ({
  kind: oneOf(search.kind, KEY_KINDS),
  status: oneOf(search.status, KEY_STATUSES),
  agent_id: textOf(search.agent_id),
  create: oneOf(search.create, ["yes"]),
});
