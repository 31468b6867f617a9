import Type from "typebox";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { requestReminded } from "../facts.ts";
import { about, wantedOf } from "../open-request.ts";
import { remindRequests as remindRows } from "../store/requests.ts";

export const remindRequests = command({
  name: "governance.remind",
  summary: "Store the reminders of requests that expire soon.",
  route: "POST /internal/governance/remind",
  internal: true,
  permission: "governance:sweep",
  input: Fields({}),
  output: Fields({ reminded: Type.Integer() }),
  problems: [],
  async run({ tx }) {
    const requests = await remindRows(tx);
    const [first, ...more] = requests.map((request) =>
      requestReminded(request.id, { ...wantedOf(request), expires_at: request.expires_at }, about(request)),
    );
    const output = { reminded: requests.length };
    return first ? changed(output, first, ...more) : unchanged(output);
  },
});
