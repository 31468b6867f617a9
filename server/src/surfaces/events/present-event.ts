import type { Db } from "../../kernel/db/db.ts";
import type { SecretBox } from "../../kernel/environment.ts";
import { readHorizon } from "../../kernel/facts/follow.ts";
import { sealedPositions } from "../../kernel/facts/position.ts";

/** Returns a function that returns the id after which a feed repeats all that happens from now on. */
export function presentEventOf(db: Db, secrets: SecretBox) {
  return async (workspace: string): Promise<string> =>
    sealedPositions(secrets, workspace).id(await db.read(workspace, readHorizon));
}
