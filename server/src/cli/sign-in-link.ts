/** `bailiwick sign-in-link`: a way in for a person, by whoever can reach the database anyway. */
import { createSignInLink } from "../auth/index.ts";
import { requestMagicLink } from "../auth/operations/request-magic-link.ts";
import { inputReader } from "../kernel/input/input.ts";
import type { Config } from "../runtime/config.ts";
import { UsageError } from "./failure.ts";
import { withApp } from "./local.ts";

/** Returns the link. A person who is new is made when it is used, as by any sign-in. */
export async function signInLink(config: Config, email: string): Promise<string> {
  requireAddress(email);
  return withApp(config, ({ db, env }) => createSignInLink(db, env, email));
}

function requireAddress(email: string): void {
  try {
    inputReader(requestMagicLink.input)({ email });
  } catch {
    throw new UsageError(`${JSON.stringify(email)} is not an email address that can sign in.`);
  }
}
