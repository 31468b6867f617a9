/** What operations reach outside the database, for tests; imported by processes without a test runner too. */
import type { Environment, Mail, Settings } from "../../src/kernel/environment.ts";
import { readConfig, settingsOf } from "../../src/runtime/config.ts";
import { createSecretBox } from "../../src/runtime/secret-box.ts";

export const MASTER_KEY = Buffer.alloc(32, 7);

/** Takes other settings than the defaults. */
export function testEnvironment(mails: Mail[], settings: Partial<Settings> = {}): Environment {
  return {
    publicUrl: "http://127.0.0.1:7300",
    settings: { ...settingsOf(readConfig({})), ...settings },
    delivery: "terminal",
    secrets: createSecretBox(MASTER_KEY),
    sendMail: async (mail) => void mails.push(mail),
    // No process is started; the run ends when its time is over.
    demo: { unavailable: async () => undefined, start: async () => undefined },
  };
}
