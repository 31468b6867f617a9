import { Avatar } from "../../domain/agents/agent-name.tsx";
import { Presence } from "../../domain/status.tsx";
import { Count, counted } from "../../ui/count.tsx";
import type { LimitUse } from "../../ui/limit.ts";
import { LimitBar } from "../../ui/limit-bar.tsx";
import { Money, shortUsd } from "../../ui/money.tsx";
import { Ring, UsesLeft } from "../../ui/ring.tsx";

const USES: readonly (LimitUse & { about: string })[] = [
  { about: "unused", used: 0, cap: 50 },
  { about: "in use", used: 21.2, reserved: 3, cap: 50 },
  { about: "near", used: 41.2, reserved: 3, cap: 50 },
  { about: "closed", used: 49, reserved: 1, cap: 50 },
  { about: "with unpriced use", used: 18, cap: 50, hasUnpriced: true },
];

export function Limits() {
  return (
    <div className="space-y-5">
      <Rings />
      <div className="max-w-2xl space-y-3">
        {USES.map((use) => (
          <LimitBar key={use.about} use={use} label={`A limit ${use.about}`}>
            <Money usd={use.used} />
            {use.reserved !== undefined && ` + ${shortUsd(use.reserved)} reserved`} of <Money usd={use.cap} /> · resets
            in 6 h
          </LimitBar>
        ))}
      </div>
      <Numbers />
    </div>
  );
}

function Rings() {
  return (["row", "page"] as const).map((size) => (
    <div key={size} className="flex flex-wrap items-center gap-4">
      <Ring use={undefined} label="No limit" size={size} dot={<Presence state="online" hasWord={false} />}>
        <Avatar emoji="🦉" isLarge={size === "page"} />
      </Ring>
      {USES.map((use) => (
        <Ring
          key={use.about}
          use={use}
          label={`${shortUsd(use.used)} of ${shortUsd(use.cap)}: ${use.about}`}
          size={size}
          dot={<Presence state={use.used > 40 ? "stale" : "online"} hasWord={false} />}
        >
          <Avatar emoji="🦊" isLarge={size === "page"} />
        </Ring>
      ))}
      <UsesLeft left={2} of={3} />
    </div>
  ));
}

function Numbers() {
  return (
    <table className="text-right [&_td]:px-3">
      <tbody>
        {[1_204.5, 0.42, 0.000_001_5, 0, null].map((usd, at) => (
          <tr key={String(usd)}>
            <td>
              <Money usd={usd} />
            </td>
            <td>
              <Count value={[104, 12_000, 1, 0, undefined][at]} />
            </td>
            <td>{counted([104, 12_000, 1, 0][at] ?? 2, "task")}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
