/** Reads the present state of credentials: scopes, role and session. */
import type { Actor, Role } from "../../kernel/actor.ts";
import type { Statement } from "../../kernel/db/batch.ts";
import type { ReadTx } from "../../kernel/db/tx.ts";
import type { Scope } from "../schema.ts";

export interface Powers {
  /** The scopes of a usable key; null for no usable key. */
  scopes: Scope[] | null;
  /** The role of the person who calls or is responsible for the key; null when the person is no member. */
  role: Role | null;
  /** False when the caller's session has ended. */
  has_session: boolean;
}

/**
 * Reads the usable key and the member of each caller `c`. Each lookup is a lateral query with `offset 0`, which PostgreSQL
 * does not merge into the outer query, so it reads each row by its full key.
 */
const PRESENT = `left join lateral (select scopes, responsible_user_id from api_keys
    where workspace_id = $1 and id = c.key_id and revoked_at is null and stop_id is null
      and (expires_at is null or expires_at > bailiwick_now()) offset 0) k on true
  left join lateral (select role from members
    where workspace_id = $1 and user_id = coalesce(k.responsible_user_id, c.user_id) and ended_at is null offset 0) m on true`;
const HAS_SESSION = "(c.session_id is null or is_session_open(c.session_id))";

const FIND = `select k.scopes, m.role, ${HAS_SESSION} as has_session
  from unnest($2::uuid[], $3::uuid[], $4::uuid[]) with ordinality as c(key_id, user_id, session_id, place)
  ${PRESENT}
  order by c.place`;

/** Returns one row for each caller, in the order of the callers. */
export async function findPowers(tx: ReadTx, callers: readonly Actor[]): Promise<Powers[]> {
  return tx.statement<Powers>("auth.find-powers", FIND, [
    tx.workspace,
    callers.map(({ key_id }) => key_id),
    callers.map(({ key_id, kind, id }) => (key_id === null && kind === "user" ? id : null)),
    callers.map(({ session_id }) => session_id),
  ]);
}

const UNCHANGED = `select bailiwick_refuse()
from jsonb_to_recordset($2::jsonb) as c(key_id uuid, user_id uuid, session_id uuid, scopes text[], role text)
  ${PRESENT}
where m.role is distinct from c.role or k.scopes is distinct from c.scopes or not ${HAS_SESSION}`;

/** Fails when the scopes, the role or the session of a caller differ from those that were found before. */
export function refuseUnlessUnchanged(found: readonly { caller: Actor; powers: Powers }[]): Statement {
  const rows = found.map(({ caller: { key_id, kind, id, session_id }, powers: { scopes, role } }) => ({
    key_id,
    user_id: key_id === null && kind === "user" ? id : null,
    session_id,
    scopes: key_id === null ? null : scopes,
    role,
  }));
  return { name: "auth.refuse-unless-unchanged", text: UNCHANGED, values: [JSON.stringify(rows)] };
}
