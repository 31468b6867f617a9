/** Above a form that cannot be sent: why, before anybody types. */
import { TriangleAlert } from "lucide-react";

export function NoRoom({ why }: { why: string | undefined }) {
  if (why === undefined) return null;
  return (
    <p role="alert" className="mb-4 flex gap-2 rounded bg-failed-soft px-3 py-2 text-sm text-failed">
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      {why}
    </p>
  );
}
