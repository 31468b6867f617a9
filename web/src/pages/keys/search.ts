/** The search parameters of the page of keys. */
import { oneOf, textOf } from "../../app/root-route.ts";

export interface KeysSearch {
  kind?: "agent" | "service" | undefined;
  status?: "usable" | "revoked" | "expired" | undefined;
  agent_id?: string | undefined;
  create?: "yes" | undefined;
}

export const readKeysSearch = (search: Record<string, unknown>): KeysSearch => ({
  kind: oneOf(search.kind, ["agent", "service"]),
  status: oneOf(search.status, ["usable", "revoked", "expired"]),
  agent_id: textOf(search.agent_id),
  create: oneOf(search.create, ["yes"]),
});
