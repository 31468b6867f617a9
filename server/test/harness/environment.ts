/** The environment of operations in tests. Processes without a test runner import it too. */
import type { Environment, Mail, Settings } from "../../src/kernel/environment.ts";
import { readConfig, settingsOf } from "../../src/runtime/config.ts";
import { createSecretBox } from "../../src/runtime/secret-box.ts";

export const MASTER_KEY = Buffer.alloc(32, 7);

interface TestEnvironment {
  /** Receives the mails that are sent. */
  mails?: Mail[];
  publicUrl?: string;
  /** Replaces defaults. */
  settings?: Partial<Settings>;
}

export function testEnvironment({ mails = [], publicUrl, settings }: TestEnvironment = {}): Environment {
  return {
    publicUrl: publicUrl ?? "http://127.0.0.1:7300",
    // No test calls the real network.
    settings: { ...settingsOf(readConfig({})), moltbookUrl: "https://moltbook.invalid/api/v1", ...settings },
    delivery: "terminal",
    secrets: createSecretBox(MASTER_KEY),
    sendMail: async (mail) => void mails.push(mail),
    // No process is started; the run ends with its time limit.
    demo: { unavailable: async () => undefined, start: async () => undefined },
  };
}
