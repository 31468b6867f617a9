/** Checks and seals the address of a channel. */
import { isEmail, storedEmail } from "../kernel/email.ts";
import type { Environment } from "../kernel/environment.ts";
import { invalid } from "../kernel/problem.ts";
import { maskedAddress } from "./rules.ts";
import type { Channel } from "./schema.ts";
import { targetBox } from "./secrets.ts";
import { requireUrl } from "./targets.ts";

/** Longer than any address that a mail server takes. */
const EMAIL_LENGTH_MAX = 254;

interface At {
  workspace: string;
  id: string;
  env: Environment;
}

export function sealedAddress(
  kind: Channel["kind"],
  target: string,
  { workspace, id, env }: At,
): { shown: string; sealed_address: string } {
  const address = kind === "email" ? storedEmail(target) : target;
  if (kind !== "email") requireUrl("/target", target, { env });
  else if (!isEmail(target) || address.length > EMAIL_LENGTH_MAX) throw invalid("/target", "is not an email address.");
  const sealed_address = targetBox(env.secrets, workspace, id).seal("sealed_address", address);
  return { shown: maskedAddress(kind, address), sealed_address };
}
