/** One fact on its own page. */
import { getRouteApi } from "@tanstack/react-router";
import { FactSentence } from "../../domain/facts/fact-line.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { Page, UpLink } from "../../ui/page.tsx";
import { Scroll } from "../../ui/setting.tsx";
import { ErrorState, Skeleton } from "../../ui/states.tsx";
import { FactDetail, useWhy } from "./fact-detail.tsx";

const UP = { href: "/record", label: "Go to the record" };
const route = getRouteApi("/record/$id");

export function FactPage() {
  const { id } = route.useParams();
  const { data, error, refetch } = useWhy(id);
  return (
    <Page title="Fact" up={UP}>
      {data ? (
        <Scroll>
          <p className="px-4 pt-2 pb-3 text-lg [overflow-wrap:anywhere]">
            <FactSentence fact={data.fact} />
          </p>
          <FactDetail why={data} />
        </Scroll>
      ) : error ? (
        <ErrorState error={error} retry={() => void refetch()} way={<UpLink {...UP} className={buttonClass()} />} />
      ) : (
        <Skeleton lines={9} className="p-4" />
      )}
    </Page>
  );
}
