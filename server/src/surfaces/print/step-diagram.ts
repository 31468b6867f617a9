/** The part of a slice's README that shows its step table: the arrows of the diagram, and who may take each step. */

type StepTable = Readonly<Record<string, { from: readonly string[]; by?: readonly string[]; to: string }>>;

const START = "    %% Printed from STEPS in rules.ts by `npm run generate`:";
const END = "<!-- end of what is printed -->";

/** Returns the text with the part after the mark printed again. The other arrows stand before the mark. */
export function withSteps(readme: string, steps: StepTable): string {
  const [start, end] = [readme.indexOf(START), readme.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`A README with a step table needs the lines "${START}" and "${END}".`);
  const roles = roleRows(steps);
  const table = roles.length > 0 ? ["", "| Steps | May be taken by |", "| --- | --- |", ...roles] : [];
  return readme.slice(0, start) + [START, ...arrows(steps), "```", ...table, "", ""].join("\n") + readme.slice(end);
}

/** One line for each pair of states. A step that leads to no state has none: it names the new thing, with a space. */
function arrows(steps: StepTable): string[] {
  const states = new Set(Object.values(steps).flatMap(({ from }) => from));
  const between = new Map<string, string[]>();
  for (const from of states) {
    for (const [step, { from: starts, to }] of Object.entries(steps)) {
      if (!starts.includes(from) || to.includes(" ")) continue;
      const arrow = `    ${from} --> ${to}`;
      between.set(arrow, [...(between.get(arrow) ?? []), step]);
    }
  }
  return [...between].map(([arrow, names]) => `${arrow}: ${names.join(", ")}`);
}

function roleRows(steps: StepTable): string[] {
  const byRoles = new Map<string, string[]>();
  for (const [step, { by }] of Object.entries(steps)) {
    if (!by) continue;
    const roles = by.map((role) => `\`${role}\``).join(", ");
    byRoles.set(roles, [...(byRoles.get(roles) ?? []), `\`${step}\``]);
  }
  return [...byRoles].map(([roles, names]) => `| ${names.join(", ")} | ${roles} |`);
}
