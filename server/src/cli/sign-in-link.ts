/** `bailiwick sign-in-link`: prints a sign-in link. Access to the database is the only right that it needs. */
import { createSignInLink } from "../auth/index.ts";
import { isEmail } from "../kernel/email.ts";
import type { Config } from "../runtime/config.ts";
import { UsageError } from "./failure.ts";
import { withApp } from "./local.ts";

/** Returns the link. As with every sign-in, a new person is created when the link is used. */
export async function signInLink(config: Config, email: string): Promise<string> {
  if (!isEmail(email)) throw new UsageError(`${JSON.stringify(email)} is not an email address that can sign in.`);
  return withApp(config, ({ db, env }) => createSignInLink(db, env, email));
}
