/** The page of one action. */
import { getRouteApi } from "@tanstack/react-router";
import { ActionDetail } from "../../domain/actions/action-detail.tsx";
import { ActionState } from "../../domain/actions/action-parts.tsx";
import { typeText } from "../../domain/actions/action-words.ts";
import { useAction } from "../../domain/actions/use-action.ts";
import { buttonClass } from "../../ui/button.tsx";
import { Page, UpLink } from "../../ui/page.tsx";
import { ErrorState, Skeleton } from "../../ui/states.tsx";

const UP = { href: "/actions", label: "Go to actions" };
const route = getRouteApi("/actions/$id");

export function ActionPage() {
  const { id } = route.useParams();
  const { data: action, error, refetch } = useAction(id);
  if (!action) {
    return (
      <Page title="Action" up={UP}>
        {error ? (
          <ErrorState error={error} retry={() => void refetch()} way={<UpLink {...UP} className={buttonClass()} />} />
        ) : (
          <Skeleton lines={9} className="p-4" />
        )}
      </Page>
    );
  }
  return (
    <Page title={typeText(action.action_type)} up={UP} about={<ActionState of={action} />}>
      <ActionDetail of={action} key={id} />
    </Page>
  );
}
