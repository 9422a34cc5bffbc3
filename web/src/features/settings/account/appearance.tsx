import { type Preferences, setPreference, usePreference } from "../../../lib/preferences.ts";
import { Segments } from "../../../ui/segments.tsx";
import { Switch } from "../../../ui/toggle.tsx";
import { Row, Section } from "../parts.tsx";

const THEMES = [
  ["system", "System"],
  ["light", "Light"],
  ["dark", "Dark"],
  ["contrast", "High contrast"],
] as const;

const DENSITIES = [
  ["compact", "Compact"],
  ["comfortable", "Comfortable"],
] as const;

/** Kept in this browser: a bright office and a dark train are different places. */
export default function Appearance() {
  const singleKeys = usePreference("singleKeys");
  return (
    <>
      <Section>
        <Choice title="Theme" preference="theme" options={THEMES} />
        <Choice title="Rows" preference="density" options={DENSITIES} />
        <p className="text-12 text-muted">These choices are kept in this browser.</p>
      </Section>
      <Section title="Keys" lead="Press ? anywhere to see all of them.">
        <Row
          label="Single-key shortcuts"
          help="Keys such as C or G then M act when nothing is typed in. Switch them off if you dictate."
        >
          <Switch
            label="Single-key shortcuts"
            checked={singleKeys}
            onChange={(checked) => setPreference("singleKeys", checked)}
          />
        </Row>
      </Section>
    </>
  );
}

interface ChoiceProps<K extends "theme" | "density"> {
  title: string;
  preference: K;
  options: readonly (readonly [Preferences[K], string])[];
}

function Choice<K extends "theme" | "density">({ title, preference, options }: ChoiceProps<K>) {
  const value = usePreference(preference);
  return (
    <Segments
      title={title}
      value={value}
      options={options}
      onChange={(chosen: Preferences[K]) => setPreference(preference, chosen)}
    />
  );
}
