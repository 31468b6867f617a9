/** Opens the form that rolls a change back. */
import { Suspense, useState } from "react";
import { useDenied } from "../../data/session.tsx";
import { Button } from "../../ui/button.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";

const RollbackDialog = lazyPart(() => import("./rollback-dialog.tsx"), "RollbackDialog");

interface RollBackProps {
  /** The id of the fact of the change. */
  auditId: string;
  /** The change was a rollback itself. */
  isRollback: boolean;
}

export function RollBack({ auditId, isRollback }: RollBackProps) {
  const [isOpen, setOpen] = useState(false);
  const denied = useDenied("governance:write");
  return (
    <>
      <Button size="small" denied={denied} onClick={() => setOpen(true)}>
        {isRollback ? "Restore…" : "Roll back…"}
      </Button>
      <Suspense>{isOpen && <RollbackDialog auditId={auditId} onClose={() => setOpen(false)} />}</Suspense>
    </>
  );
}
