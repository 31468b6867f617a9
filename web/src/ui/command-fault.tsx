/** A refused command, in its form. */
import type { BailiwickError } from "@bailiwick/sdk";
import { describeError } from "../data/query.ts";

export function CommandFault({ error }: { error: BailiwickError | undefined }) {
  if (!error) return null;
  const { title, detail, requestId } = describeError(error);
  const fields = error.errors.map(({ path, message }) => `${path.slice(1)} ${message}`).join(" ");
  return (
    <div role="alert" className="rounded bg-failed-soft px-3 py-2 text-sm text-failed">
      <p className="font-medium">{title}</p>
      <p className="break-words">{fields || detail}</p>
      {requestId && <p className="font-mono text-xs break-all">Request {requestId}</p>}
    </div>
  );
}
