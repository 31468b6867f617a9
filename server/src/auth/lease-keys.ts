/**
 * The keys of leases. A push agent gets such a key with its task. The key names the lease and proves that this server made
 * it, so nothing is stored: it is valid as long as the lease, which is read at every use.
 */
import { timingSafeEqual } from "node:crypto";
import type { Actor, Lease } from "../kernel/actor.ts";
import type { SecretBox } from "../kernel/environment.ts";
import { type Problem, unauthenticated } from "../kernel/problem.ts";
import { permissionsOfLease } from "./permissions.ts";

export interface NamedLease extends Lease {
  workspace: string;
}

const PREFIX = "bw_task_";
const UUID_BYTES = 16;
const FENCE_AT = 2 * UUID_BYTES;
/** In base64url: two ids and the fence. */
const NAME_LENGTH = 48;

export function leaseKey(secrets: SecretBox, lease: NamedLease): string {
  const name = Buffer.alloc(FENCE_AT + 4);
  name.write(hexOf(lease.workspace), 0, "hex");
  name.write(hexOf(lease.task_id), UUID_BYTES, "hex");
  name.writeInt32BE(lease.fence, FENCE_AT);
  const text = name.toString("base64url");
  return `${PREFIX}${text}${proofOf(secrets, text)}`;
}

/** Returns the lease that a key names; undefined when this server did not make the key. */
export function leaseOfKey(secrets: SecretBox, key: string): NamedLease | undefined {
  const text = key.slice(PREFIX.length, PREFIX.length + NAME_LENGTH);
  const given = Buffer.from(key.slice(PREFIX.length + NAME_LENGTH));
  const proof = Buffer.from(proofOf(secrets, text));
  if (given.length !== proof.length || !timingSafeEqual(given, proof)) return undefined;
  const name = Buffer.from(text, "base64url");
  return {
    workspace: uuidOf(name.subarray(0, UUID_BYTES)),
    task_id: uuidOf(name.subarray(UUID_BYTES, FENCE_AT)),
    fence: name.readInt32BE(FENCE_AT),
  };
}

export function leaseActor(agentId: string, { workspace, task_id, fence }: NamedLease): Actor {
  return {
    kind: "agent",
    id: agentId,
    key_id: null,
    session_id: null,
    workspace,
    role: null,
    permissions: permissionsOfLease(),
    lease: { task_id, fence },
    credential: `lease:${task_id}:${fence}`,
  };
}

export function leaseOver(): Problem {
  return unauthenticated("This key is unknown, or the lease of its task is over.");
}

/** No token that is stored by its fingerprint has a space. */
const proofOf = (secrets: SecretBox, name: string) => secrets.fingerprint(`lease ${name}`);

const hexOf = (uuid: string) => uuid.replaceAll("-", "");

function uuidOf(bytes: Buffer): string {
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
