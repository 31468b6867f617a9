/** The prices of models: those of the workspace, the list prices, and the used models that have none. */
import type { Price } from "@bailiwick/sdk";
import { getRouteApi } from "@tanstack/react-router";
import { Calculator, Plus, Tag, Trash2 } from "lucide-react";
import { Suspense } from "react";
import { useCommand } from "../../data/command.ts";
import { useList } from "../../data/list.ts";
import { useRead } from "../../data/query.ts";
import { useDenied } from "../../data/session.tsx";
import { Button } from "../../ui/button.tsx";
import { counted } from "../../ui/count.tsx";
import { isInPlace } from "../../ui/history.ts";
import { useHotkeys } from "../../ui/keys.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { Filter, SearchBox } from "../../ui/toolbar.tsx";
import { PriceLines, usePriceColumns } from "./price-columns.tsx";
import type { PricesSearch } from "./search.ts";
import { UnpricedBanner } from "./unpriced-models.tsx";
import { useReprice } from "./use-reprice.ts";

const route = getRouteApi("/prices");
const PriceDialog = lazyPart(() => import("./price-dialog.tsx"), "PriceDialog");

export function PricesPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: PricesSearch) =>
    void navigate({ search: (now) => ({ ...now, ...change }), replace: isInPlace(change) });
  const denied = useDenied("obs:manage");
  const filters = { model: search.q, ...(search.own && { is_override: search.own === "yes" }) };
  const list = useList<Price>({
    key: ["prices", "list", filters],
    page: (client, at, call) => client.obs.listPrices({ ...filters, ...at }, call),
    idOf: priceId,
  });
  const reprice = useReprice();
  const create = (model?: string) => set({ create: "yes", for: model });
  const columns = usePriceColumns((price) => <DeletePrice price={price} denied={denied} />);
  useHotkeys([
    { keys: "c", label: "Set a price", denied, run: () => create() },
    { label: "Compute stored costs again", denied, run: () => void reprice.run({}) },
  ]);
  return (
    <Page
      title="Prices"
      about={<Age />}
      actions={<PriceActions denied={denied} reprice={reprice} create={create} />}
      toolbar={<PriceFilters search={search} set={set} />}
    >
      <Repriced words={reprice.words} />
      <UnpricedBanner denied={denied} onSet={create} />
      <Table<Price>
        label="Prices"
        list={list}
        columns={columns}
        idOf={priceId}
        nameOf={({ model, provider }) => `${provider ?? "any provider"} ${model}`}
        phone={(price) => <PriceLines price={price} />}
        empty={<Empty title="No price matches this search." icon={<Tag className="size-6" strokeWidth={1.5} />} />}
      />
      <Suspense>
        {search.create === "yes" && (
          <PriceDialog
            of={search.for}
            reprice={reprice.run}
            onClose={() => set({ create: undefined, for: undefined })}
          />
        )}
      </Suspense>
    </Page>
  );
}

function Repriced({ words }: { words: string | undefined }) {
  if (!words) return null;
  return (
    <p role="status" className="shrink-0 border-b border-line bg-running-soft px-4 py-2 text-sm text-running">
      {words}
    </p>
  );
}

interface PriceActionsProps {
  denied: string | undefined;
  reprice: ReturnType<typeof useReprice>;
  create: () => void;
}

function PriceActions({ denied, reprice, create }: PriceActionsProps) {
  return (
    <>
      <Button
        denied={denied}
        isBusy={reprice.isRunning}
        label="Reprice: compute stored costs again"
        onClick={() => void reprice.run({})}
      >
        <Calculator aria-hidden className="size-4" />
        <span className="max-sm:hidden">Reprice</span>
      </Button>
      <Button look="primary" keys="c" denied={denied} onClick={() => create()}>
        <Plus aria-hidden className="size-4" />
        Set a price
      </Button>
    </>
  );
}

function PriceFilters({ search, set }: { search: PricesSearch; set: (change: PricesSearch) => void }) {
  return (
    <>
      <SearchBox label="Search models" value={search.q} onChange={(q) => set({ q })} />
      <Filter
        name="Source"
        isFirst
        value={search.own}
        options={[
          { value: "yes", label: "Set here" },
          { value: "no", label: "List prices" },
        ]}
        onChange={(own) => set({ own })}
      />
    </>
  );
}

const priceId = ({ id, provider, model, valid_from, valid_to, hours }: Price): string =>
  id ?? [provider, model, valid_from, valid_to, hours].join(" ");

function Age() {
  const { data } = useRead(["prices", "age", {}], (client, call) => client.obs.listPrices({ limit: 1 }, call));
  if (!data) return null;
  const { age_days, known_since, source } = data.catalogue;
  return (
    <span className="text-sm text-ink-3">
      List prices of <bdi>{source}</bdi>
      {age_days > OLD_DAYS ? (
        <span className="whitespace-nowrap text-blocked">, {counted(age_days, "day")} old</span>
      ) : (
        <>
          , known since <Time at={known_since} />
        </>
      )}
    </span>
  );
}

/** New models appear every few weeks. */
const OLD_DAYS = 60;

function DeletePrice({ price: { id, model }, denied }: { price: Price; denied: string | undefined }) {
  const { run, isRunning } = useCommand({
    send: ({ obs }, input: { id: string }) => obs.deletePriceOverride(input),
    changes: ["prices"],
    done: `The price of ${model.slice(0, 60)} is deleted`,
  });
  if (id === null) return null;
  return (
    <Button
      look="quiet"
      size="icon"
      className="relative z-1"
      label="Delete this price"
      denied={denied}
      isBusy={isRunning}
      onClick={() => void run({ id })}
    >
      <Trash2 aria-hidden className="size-4" />
    </Button>
  );
}
