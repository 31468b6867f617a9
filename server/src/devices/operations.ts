/** The operations on device codes. */
import type { Operation } from "../kernel/operation.ts";
import { approveDevice } from "./operations/approve-device.ts";
import { denyDevice } from "./operations/deny-device.ts";
import { findDevice } from "./operations/find-device.ts";
import { requestDeviceCode } from "./operations/request-device-code.ts";
import { takeDeviceKey } from "./operations/take-device-key.ts";

export const DEVICE_OPERATIONS: readonly Operation[] = [
  requestDeviceCode,
  takeDeviceKey,
  findDevice,
  approveDevice,
  denyDevice,
];
