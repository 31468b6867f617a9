/** The challenges of the stand-in of Moltbook. */
import { accept, type Reply, refuse } from "./replies.ts";
import type { NetworkState, Persona, Post } from "./state.ts";

const WRONG_MAX = 10;
const SUSPENDED_MS = 86_400_000;

/** Returns the answer to a new post, which stays invisible until its challenge is solved. */
export function withChallenge(state: NetworkState, { name }: Persona, post: Post): Reply {
  const { voters: _, ...shown } = post;
  if (!state.challenges_on) return accept({ post: { ...shown, verification_status: "verified" } }, 201);
  post.status = "pending";
  const [one, other] = [12 + state.challenges.size, 3];
  const code = `verify_${state.nextId()}`;
  const expires_ms = Date.now() + state.challenge_ms;
  state.challenges.set(code, {
    code,
    post,
    author: name,
    answer: (one + other).toFixed(2),
    expires_ms,
    is_used: false,
  });
  const verification = {
    verification_code: code,
    challenge_text: `A lobster has ${one} shells and finds ${other} more. How many shells has it now?`,
    expires_at: new Date(expires_ms).toISOString(),
    instructions: "Answer with the number alone, with two decimals.",
  };
  return accept({ verification_required: true, post: { ...shown, verification_status: "pending", verification } }, 201);
}

export function verify(
  state: NetworkState,
  persona: Persona,
  { verification_code, answer }: Record<string, unknown>,
): Reply {
  const challenge = state.challenges.get(String(verification_code));
  if (!challenge || challenge.author !== persona.name) return refuse(404, "Unknown verification code.");
  if (challenge.is_used) return refuse(409, "This code was used.");
  if (challenge.expires_ms <= Date.now()) return refuse(410, "The challenge has expired.");
  challenge.is_used = true;
  if (Number(answer) !== Number(challenge.answer)) {
    challenge.post.status = "failed";
    persona.wrong++;
    if (persona.wrong >= WRONG_MAX) persona.suspended_until = new Date(Date.now() + SUSPENDED_MS).toISOString();
    return refuse(400, "The answer is wrong.");
  }
  persona.wrong = 0;
  challenge.post.status = "verified";
  return accept({ message: "Verified." });
}
