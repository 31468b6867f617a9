/** The columns of the list of prices. */
import type { Price } from "@bailiwick/sdk";
import { type ReactNode, useMemo } from "react";
import { AgentLine } from "../../ui/agent-text.tsx";
import { cx } from "../../ui/class-names.ts";
import type { Column } from "../../ui/table-row.tsx";
import { Time } from "../../ui/time.tsx";
import { Tip } from "../../ui/tip.tsx";
import { useIsRoomy } from "../../ui/use-media.ts";
import { PRICE_CLASSES, priceText, tiersText } from "./price-words.ts";

const OTHERS: Column<Price> = {
  id: "others",
  header: "Other rates",
  width: "80px",
  isRight: true,
  cell: (price) => <OtherRates price={price} />,
};

export function usePriceColumns(acts: (price: Price) => ReactNode): readonly Column<Price>[] {
  const isRoomy = useIsRoomy();
  // The actions differ by the permissions of the person alone, which stay.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above.
  return useMemo(
    () => [
      { id: "model", header: "Model", width: "minmax(150px,1.4fr)", cell: (price) => <ModelName price={price} /> },
      {
        id: "provider",
        header: "Provider",
        width: "minmax(72px,0.6fr)",
        cell: ({ provider }) => <ProviderName provider={provider} />,
      },
      ...PRICE_CLASSES.slice(0, 4).map(
        ({ name, header }): Column<Price> => ({
          id: name,
          header,
          width: "72px",
          isRight: true,
          cell: ({ prices }) => <Rate rate={prices[name]} />,
        }),
      ),
      ...(isRoomy ? [OTHERS] : []),
      {
        id: "from",
        header: "Valid",
        width: "minmax(104px,0.7fr)",
        cell: ({ valid_from, valid_to, hours }) => <Validity from={valid_from} to={valid_to} hours={hours} />,
      },
      {
        id: "known",
        header: "Known",
        width: "68px",
        cell: ({ known_since }) => (
          <span className="relative z-1 text-sm text-ink-3">
            <Time at={known_since} />
          </span>
        ),
      },
      {
        id: "source",
        header: "Source",
        width: "76px",
        cell: ({ is_override, source }) => <Source isOverride={is_override} source={source} />,
      },
      { id: "acts", header: "Actions", isHeaderHidden: true, width: "32px", cell: acts },
    ],
    [isRoomy],
  );
}

function ModelName({ price: { model } }: { price: Price }) {
  return <AgentLine text={model} className="truncate font-medium" />;
}

function ProviderName({ provider }: { provider: string | null }) {
  return provider === null ? (
    <span className="text-ink-3">any</span>
  ) : (
    <AgentLine text={provider} className="truncate text-ink-2" />
  );
}

type RateOf = Price["prices"][string] | undefined;

/** US dollars for a million tokens; a class without a price is a dash, and its cost is unknown. */
function Rate({ rate }: { rate: RateOf }) {
  if (rate === undefined) return <span className="text-ink-3">–</span>;
  const tiers = tiersText(rate);
  return (
    <Tip text={tiers ?? ""}>
      <span className={cx("tabular-nums", tiers && "underline decoration-dotted underline-offset-4")}>
        {priceText(rate)}
      </span>
    </Tip>
  );
}

function OtherRates({ price: { prices } }: { price: Price }) {
  const others = PRICE_CLASSES.slice(4).filter(({ name }) => prices[name] !== undefined);
  if (others.length === 0) return <span className="text-ink-3">–</span>;
  const text = others.map(({ name, header }) => `${header} ${priceText(prices[name] ?? 0)}`).join(", ");
  return (
    <Tip text={text}>
      <span className="relative z-1 text-sm text-ink-2 underline decoration-dotted underline-offset-4">
        {others.length} more
        <span className="sr-only">: {text}</span>
      </span>
    </Tip>
  );
}

const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const dayText = (at: string) => DAY.format(new Date(at));

function Validity({ from, to, hours }: { from: string | null; to: string | null; hours: string | null }) {
  const words = [from && `from ${dayText(from)}`, to && `until ${dayText(to)}`, hours].filter(Boolean).join(", ");
  return <bdi className="truncate text-sm text-ink-2">{words || "always"}</bdi>;
}

function Source({ isOverride, source }: { isOverride: boolean; source: string }) {
  if (isOverride) {
    return <span className="rounded-full bg-selected px-2 py-0.5 text-xs font-medium text-accent-ink">Set here</span>;
  }
  return (
    <Tip text={source}>
      <span className="relative z-1 truncate text-sm text-ink-3">List</span>
    </Tip>
  );
}

/** A price in two lines, on a phone. */
export function PriceLines({ price }: { price: Price }) {
  return (
    <span className="block space-y-1">
      <span className="flex min-w-0 items-center gap-2">
        <ModelName price={price} />
        <span className="ml-auto shrink-0">
          <Source isOverride={price.is_override} source={price.source} />
        </span>
      </span>
      <span className="flex min-w-0 items-center gap-3 text-sm text-ink-2">
        <ProviderName provider={price.provider} />
        <span className="ml-auto shrink-0 tabular-nums">
          in {priceText(price.prices.input_mtok)} · out {priceText(price.prices.output_mtok)}
        </span>
      </span>
    </span>
  );
}
