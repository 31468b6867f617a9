/** Failures of tasks: their words, and their causes since a time. */
import { useRead } from "../data/query.ts";

/** The reasons that the server itself gives. */
const SERVER_REASONS: Readonly<Record<string, string>> = {
  lease_expired: "The lease of its last attempt was lost.",
  unseen_attempts: "Ten attempts ended without a sign of their agent.",
};

export const failureText = (reason: string): string => SERVER_REASONS[reason] ?? reason;

const READ_EVERY_MS = 30_000;

export function useFailures(from: string) {
  return useRead(["failures", "list", from], (client, call) => client.tasks.summarizeFailures({ from }, call), {
    everyMs: READ_EVERY_MS,
    keep: true,
  });
}
