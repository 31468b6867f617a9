import Type from "typebox";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { expiredFact, grantExpiredFact } from "../ended.ts";
import { expireGrants } from "../store/grants.ts";
import { expireRequests, readClock } from "../store/requests.ts";

export const expireGovernance = command({
  name: "governance.expire",
  summary: "End the requests and grants whose time is over. The server does this by itself every second.",
  route: "POST /governance/internal/expire",
  permission: "governance:write",
  pastQuota: "passes",
  input: Fields({}),
  output: Fields({ requests_expired: Type.Integer(), grants_expired: Type.Integer() }),
  problems: [],
  async run({ tx }) {
    const requests = await expireRequests(tx);
    const grants = await expireGrants(tx);
    const at = await readClock(tx);
    const [first, ...more] = [...requests.map(expiredFact), ...grants.map((grant) => grantExpiredFact(grant, at))];
    const output = { requests_expired: requests.length, grants_expired: grants.length };
    return first ? changed(output, first, ...more) : unchanged(output);
  },
});
