/** A small chart of counts without axes; the numbers are in its tip. */
import { Tip } from "./tip.tsx";

const BAR_PX = 3;
const GAP_PX = 1;
const HEIGHT_PX = 16;

export function Spark({ values, label }: { values: readonly number[]; label: string }) {
  const most = Math.max(1, ...values);
  const width = values.length * (BAR_PX + GAP_PX) - GAP_PX;
  const text = `${label}, at most ${most} at once`;
  return (
    <Tip text={text}>
      <svg role="img" aria-label={text} width={width} height={HEIGHT_PX} className="fill-current">
        <title>{text}</title>
        {values.map((value, at) => {
          const height = value === 0 ? 1 : Math.max(3, (value / most) * HEIGHT_PX);
          return (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: each bar is a place in time.
              key={at}
              x={at * (BAR_PX + GAP_PX)}
              y={HEIGHT_PX - height}
              width={BAR_PX}
              height={height}
              opacity={value === 0 ? 0.3 : 1}
            />
          );
        })}
      </svg>
    </Tip>
  );
}
