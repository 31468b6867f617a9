import { randomBytes } from "node:crypto";
import Type from "typebox";
import { uuidv7 } from "uuidv7";
import { newToken } from "../../auth/index.ts";
import { type PublicContext, publicCommand } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { Fields } from "../../kernel/schema.ts";
import { CODE_MINUTES, CODES_MAX, CODES_OF_NETWORK, INTERVAL_SECONDS, lettersOf, userCodeOf } from "../rules.ts";
import { Name } from "../schema.ts";
import { issueCode, takeRequestOf } from "../store/codes.ts";

const TRIES_MAX = 5;
const RANDOM_BYTES = 32;
const FULL_SECONDS = 60;

export const requestDeviceCode = publicCommand({
  name: "auth.request_device_code",
  summary: "Request a code with which a program joins as an agent, once an owner or admin approves it.",
  description:
    "Show the person user_code and verification_url. Then call auth.take_device_key every interval_seconds, until it " +
    "returns the key or another code than authorization_pending.",
  route: "POST /auth/device",
  input: Fields({ client_name: Name, agent_name: Type.Optional(Name) }),
  output: Fields({
    device_code: Type.String({ description: "The secret of the program. Never show it." }),
    user_code: Type.String({ description: "The code that a person enters or compares." }),
    verification_url: Type.String({ description: "The page on which a person approves the code." }),
    expires_in_seconds: Type.Integer(),
    interval_seconds: Type.Integer({ description: "The least time between two calls of auth.take_device_key." }),
  }),
  problems: ["rate_limited"],
  async run(context, { client_name, agent_name = null }) {
    const { tx, env, request } = context;
    const wait = await takeRequestOf(tx, request.ip, CODES_OF_NETWORK);
    if (wait !== null) throw tooMany(wait);
    const device_code = newToken();
    const user_code = await issue(context, device_code, { clientName: client_name, agentName: agent_name });
    return {
      output: {
        device_code,
        user_code,
        verification_url: `${env.publicUrl}/device?code=${user_code}`,
        expires_in_seconds: CODE_MINUTES * 60,
        interval_seconds: INTERVAL_SECONDS,
      },
    };
  },
});

/** Stores a code under a user code that no other has, and returns the user code. */
async function issue(
  { tx, env, request }: PublicContext,
  deviceCode: string,
  names: { clientName: string; agentName: string | null },
): Promise<string> {
  const { fingerprint } = env.secrets;
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const userCode = userCodeOf(randomBytes(RANDOM_BYTES));
    if (userCode === undefined) continue;
    const hashes = { deviceHash: fingerprint(deviceCode), userHash: fingerprint(lettersOf(userCode)) };
    const row = { id: uuidv7(), ...hashes, ...names, ip: request.ip };
    const done = await issueCode(tx, row, { minutes: CODE_MINUTES, most: CODES_MAX });
    if (done === "full") break;
    if (done === "stored") return userCode;
  }
  throw tooMany(FULL_SECONDS);
}

function tooMany(seconds: number): Problem {
  return new Problem("rate_limited", "Too many codes were requested.", { retry_after_seconds: seconds });
}
