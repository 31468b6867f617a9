/** The signing key of a workspace. Its private half is stored sealed with the master key. */
import type { SecretBox } from "../../kernel/environment.ts";
import type { SigningKey } from "./note.ts";

const PLACE = "audit:signing-key";

/** Returns the name that the key and the origin of the checkpoints share. */
export function keyName(workspace: string): string {
  return `bailiwick/${workspace}`;
}

export function sealKey(secrets: SecretBox, workspace: string, { d }: SigningKey): string {
  return secrets.seal(workspace, PLACE, d);
}

export function openKey(
  secrets: SecretBox,
  workspace: string,
  { sealed_key, public_key }: { sealed_key: string; public_key: string },
): SigningKey {
  return { name: keyName(workspace), d: secrets.open(workspace, PLACE, sealed_key), x: public_key };
}
