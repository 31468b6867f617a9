import { changed, command } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { deviceDenied } from "../facts.ts";
import { Device, UserCode } from "../schema.ts";
import { saveDecision } from "../store/codes.ts";
import { withWaitingCode } from "../waiting-code.ts";

export const denyDevice = command({
  name: "auth.deny_device",
  summary: "Refuse the program that waits with a code. It gets no key.",
  route: "POST /auth/device/deny",
  permission: "keys:write",
  tool: false,
  input: Fields({ user_code: UserCode }),
  output: Fields({ id: Device.properties.id }),
  problems: ["not_found", "already_decided", "rate_limited", "forbidden"],
  run: (context, { user_code }) =>
    withWaitingCode(context, user_code, async ({ id, client_name }, personId) => {
      await saveDecision(context.tx, { id, decision: "denied", personId, agentId: null });
      return changed({ id }, deviceDenied(id, { client_name }));
    }),
});
