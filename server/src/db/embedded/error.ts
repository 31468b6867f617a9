/** A failure that a person can repair. The message is one line and says what to do. */
export class EmbeddedError extends Error {
  override name = "EmbeddedError";
}

/** The code of a system or PostgreSQL error, such as ENOENT or 57P03. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
