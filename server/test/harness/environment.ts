/** What operations reach outside the database, for tests; imported by processes without a test runner too. */
import type { Environment, Mail } from "../../src/kernel/environment.ts";
import { createSecretBox } from "../../src/runtime/secret-box.ts";

export const MASTER_KEY = Buffer.alloc(32, 7);

export function testEnvironment(mails: Mail[]): Environment {
  return {
    publicUrl: "http://127.0.0.1:7300",
    ownerEmail: "owner@bailiwick.local",
    delivery: "terminal",
    taskDepthMax: 8,
    taskFanOutMax: 200,
    openTasksPerRootMax: 10_000,
    openTasksMax: 100_000,
    runSecondsMax: 86_400,
    escalationSeconds: 3_600,
    hopsMax: 50,
    secrets: createSecretBox(MASTER_KEY),
    sendMail: async (mail) => void mails.push(mail),
    // No process is started; the run ends when its time is over.
    demo: { unavailable: async () => undefined, start: async () => undefined },
  };
}
