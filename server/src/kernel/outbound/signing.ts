/** Signs what the server sends, in the form of Standard Webhooks. */
import { randomBytes } from "node:crypto";
import { Webhook as Signer } from "standardwebhooks";

const SECRET_BYTES = 24;
/** After a rotation, the old secret signs too for this time. */
export const SECRET_OVERLAP_MS = 24 * 60 * 60 * 1_000;

/** Returns a secret in the form of Standard Webhooks. */
export function newSigningSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString("base64")}`;
}

export interface Signed {
  /** The same in every attempt to send the body. */
  id: string;
  body: string;
  secrets: readonly string[];
}

/** Returns the headers of a JSON body that is sent at this time. Each secret signs; without one, nothing is signed. */
export function signedHeaders({ id, body, secrets }: Signed, at: Date): Record<string, string> {
  const common = { "content-type": "application/json", "user-agent": "Bailiwick" };
  if (secrets.length === 0) return common;
  const signatures = secrets.map((secret) => new Signer(secret).sign(id, at, body));
  return {
    ...common,
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": signatures.join(" "),
  };
}
