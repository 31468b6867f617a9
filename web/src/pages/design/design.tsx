/** Each component in all its states, for development. */
import { Page, Section } from "../../ui/page.tsx";
import { Scroll } from "../../ui/setting.tsx";
import { Actions } from "./actions.tsx";
import { Documents } from "./documents.tsx";
import { Forms } from "./forms.tsx";
import { Limits } from "./limits.tsx";
import { Lists } from "./lists.tsx";
import { Questions } from "./questions.tsx";
import { Values } from "./values.tsx";

export function Design() {
  return (
    <Page title="Design">
      <Scroll isWide>
        <Section title="Actions">
          <Actions />
        </Section>
        <Section title="States and values">
          <Values />
        </Section>
        <Section title="Limits and numbers">
          <Limits />
        </Section>
        <Section title="Questions, causes and lanes">
          <Questions />
        </Section>
        <Section title="Documents and texts">
          <Documents />
        </Section>
        <Section title="Lists">
          <Lists />
        </Section>
        <Section title="Forms">
          <Forms />
        </Section>
      </Scroll>
    </Page>
  );
}
