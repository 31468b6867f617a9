/** The operations on keys. */
import type { Operation } from "../kernel/operation.ts";
import { adoptKey } from "./operations/adopt-key.ts";
import { createKey } from "./operations/create-key.ts";
import { getKey } from "./operations/get-key.ts";
import { listKeys } from "./operations/list-keys.ts";
import { revokeKey } from "./operations/revoke-key.ts";
import { rotateKey } from "./operations/rotate-key.ts";

export const KEY_OPERATIONS: readonly Operation[] = [createKey, listKeys, getKey, rotateKey, adoptKey, revokeKey];
