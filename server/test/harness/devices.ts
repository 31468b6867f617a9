/** Programs that wait with a device code. */
import { approveDevice } from "../../src/devices/operations/approve-device.ts";
import { requestDeviceCode } from "../../src/devices/operations/request-device-code.ts";
import { requestInfo, type TestApp } from "./harness.ts";
import { anAddress, type Scene } from "./scene.ts";

export interface WaitingDevice {
  device_code: string;
  user_code: string;
  verification_url: string;
}

export async function aDevice(app: TestApp, ip = anAddress()): Promise<WaitingDevice> {
  const input = { client_name: "Claude Code" };
  const { output } = await app.dispatcher.dispatchPublic(requestDeviceCode, {
    input,
    request: { ...requestInfo(), ip },
  });
  return output as WaitingDevice;
}

/** The device code that the owner approved for an agent of the scene. */
export async function anApprovedDevice({ app, owner, other }: Scene): Promise<string> {
  const { device_code, user_code } = await aDevice(app);
  await app.call(approveDevice, owner, { user_code, agent_id: other.id });
  return device_code;
}
