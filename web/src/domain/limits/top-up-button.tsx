/** Opens the form that adds an amount to a daily cap. */
import { type ComponentProps, Suspense, useState } from "react";
import { useDenied } from "../../data/session.tsx";
import { Button } from "../../ui/button.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";

const TopUpForm = lazyPart(() => import("./top-up-form.tsx"), "TopUpForm");

interface TopUpProps extends Pick<ComponentProps<typeof Button>, "look"> {
  policyId: string;
}

export function TopUpButton({ policyId, look }: TopUpProps) {
  const [isOpen, setOpen] = useState(false);
  const denied = useDenied("risk:write");
  return (
    <>
      <Button size="small" look={look} denied={denied} onClick={() => setOpen(true)}>
        Top up…
      </Button>
      {isOpen && (
        <Suspense>
          <TopUpForm policyId={policyId} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
