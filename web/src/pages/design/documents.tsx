import { AgentText } from "../../ui/agent-text.tsx";
import { Diff } from "../../ui/diff.tsx";
import { JsonTree } from "../../ui/json-tree.tsx";
import { Snippet } from "../../ui/snippet.tsx";

const HOSTILE = "<script>alert(1)</script> \u202Egnihton\u202C javascript:alert(1) https://example.org/path 👩‍🚀";
const DOCUMENT = {
  batch: 3,
  packages: Array.from({ length: 60 }, (_, at) => ({ name: `package-${at}`, size: at * 100 })),
  note: HOSTILE,
  nothing: null,
};

export function Documents() {
  return (
    <div className="space-y-4">
      <JsonTree label="A document" value={DOCUMENT} />
      <Diff
        before={{ name: "Ada", model: { id: "m1" } }}
        after={{ name: "Ada", model: { id: "m2", effort: "high" } }}
      />
      <AgentText text={HOSTILE} />
      <AgentText text={"A very long line without a space: ".concat("x".repeat(65_536))} />
      <Snippet label="Command" text="npx bailiwick --help" />
    </div>
  );
}
