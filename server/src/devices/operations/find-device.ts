import { command, unchanged } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { Device, UserCode } from "../schema.ts";
import { withWaitingCode } from "../waiting-code.ts";

export const findDevice = command({
  name: "auth.find_device",
  summary: "Read which program waits with a code, before you approve or deny it.",
  // A command, because the entered codes are counted.
  route: "POST /auth/device/find",
  permission: "keys:write",
  tool: false,
  input: Fields({ user_code: UserCode }),
  output: Device,
  problems: ["not_found", "already_decided", "rate_limited", "forbidden"],
  run: (context, { user_code }) => withWaitingCode(context, user_code, async (device) => unchanged(device)),
});
