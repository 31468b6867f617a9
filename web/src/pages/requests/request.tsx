/** The page of one request. */
import { getRouteApi } from "@tanstack/react-router";
import { RequestDetail, useRequest } from "../../domain/requests/request-detail.tsx";
import { RequestState } from "../../domain/requests/request-parts.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { Page, UpLink } from "../../ui/page.tsx";
import { ErrorState, Skeleton } from "../../ui/states.tsx";

const UP = { href: "/requests", label: "Go to requests" };
const route = getRouteApi("/requests/$id");

export function RequestPage() {
  const { id } = route.useParams();
  const { data: request, error, refetch } = useRequest(id);
  if (!request) {
    return (
      <Page title="Request" up={UP}>
        {error ? (
          <ErrorState error={error} retry={() => void refetch()} way={<UpLink {...UP} className={buttonClass()} />} />
        ) : (
          <Skeleton lines={9} className="p-4" />
        )}
      </Page>
    );
  }
  return (
    <Page title={request.title} up={UP} about={<RequestState of={request} />}>
      <RequestDetail of={request} key={id} />
    </Page>
  );
}
