/** The public shapes of device codes. */
import Type, { type Static } from "typebox";
import { Fields, Id, TEXT_LIMITS, Text, Time } from "../kernel/schema.ts";

export const Name = Text(TEXT_LIMITS.name);
/** Longer than any real code. A text that is no code gets the same answer as a wrong code. */
export const UserCode = Type.String({ maxLength: 50, description: "Upper and lower case and dashes are ignored." });
export const DeviceCode = Type.String({ maxLength: 500 });

export const Device = Fields({
  id: Id,
  client_name: Type.String({ description: "The name that the program gave itself." }),
  agent_name: Type.Union([Type.String(), Type.Null()], { description: "The agent that the program would like to be." }),
  ip: Type.String({ description: "The address that requested the code." }),
  created_at: Time,
  expires_at: Time,
});
export type Device = Static<typeof Device>;
