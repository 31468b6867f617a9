/** The keys under which other signals report a call that went through the model gateway. */
import { shortHash } from "./short-hash.ts";

/** Claude Code reports its session and the id of the request at the provider. */
export function claudeCodeKey(session: string, requestId: string): string {
  return `claude-code ${shortHash(JSON.stringify([session, requestId]))}`;
}

/** Codex reports the thread and the counts of a call, and no id of the answer. */
export function codexKey(thread: string, tokensIn: number, tokensOut: number, cached: number): string {
  return `codex call ${shortHash(JSON.stringify([thread, tokensIn, tokensOut, cached]))}`;
}

/** The id that the provider gave to its answer. */
export function answerKey(id: string): string {
  return `answer ${shortHash(id)}`;
}
