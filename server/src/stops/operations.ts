/** The operations on stops. */
import type { Operation } from "../kernel/operation.ts";
import { confirmStops } from "./operations/confirm-stops.ts";
import { createStop } from "./operations/create-stop.ts";
import { getStop } from "./operations/get-stop.ts";
import { liftStop } from "./operations/lift-stop.ts";
import { listStops } from "./operations/list-stops.ts";

export const STOP_OPERATIONS: readonly Operation[] = [createStop, listStops, getStop, liftStop, confirmStops];
