/** The result of one check of `bailiwick doctor`. */

/** `skipped`: the check does not concern this installation, or another finding prevents it. */
export type Outcome = "ok" | "warning" | "failed" | "skipped";

export interface Finding {
  check: string;
  outcome: Outcome;
  text: string;
  /** Says what to do. */
  advice?: string;
}

/** Returns the functions that make the findings of one check. */
export function findingsOf(check: string) {
  const make = (outcome: Outcome) => (text: string, advice?: string) => ({
    check,
    outcome,
    text,
    ...(advice !== undefined && { advice }),
  });
  return { ok: make("ok"), warning: make("warning"), failed: make("failed"), skipped: make("skipped") };
}

export function isSound(findings: readonly Finding[]): boolean {
  return findings.every(({ outcome }) => outcome !== "failed");
}

const OUTCOME_LENGTH = 7;

/** Returns one line for each check, and their numbers. */
export function findingsText(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.map(({ check, outcome, text, advice = "" }) =>
    `${outcome.padEnd(OUTCOME_LENGTH)}  ${check.padEnd(width)}  ${text} ${advice}`
      .replaceAll(/\s*\n\s*/g, " ")
      .trimEnd(),
  );
  const count = (outcome: Outcome) => findings.filter((finding) => finding.outcome === outcome).length;
  return [...lines, "", `${count("failed")} failed, ${count("warning")} warnings.`].join("\n");
}

/** Returns the message of an error and of its cause, as one printable line without the passwords of addresses. */
export function reasonOf(error: unknown): string {
  const { message, cause } = error instanceof Error ? error : { message: String(error), cause: undefined };
  const inner = cause instanceof Error ? cause.message || ("code" in cause ? String(cause.code) : "") : "";
  return [message, inner]
    .filter((text) => text !== "")
    .join(": ")
    .replaceAll(/\/\/[^/\s]*@/g, "//")
    .replaceAll(/[\p{C}\s]+/gu, " ")
    .replace(/\.$/, "");
}
