import { ChevronDown } from "lucide-react";
import { useMemo } from "react";
import type { Id } from "../../../sync/rows.ts";
import { useTable } from "../../../sync-react/index.tsx";
import { Avatar } from "../../../ui/avatar.tsx";
import { Field, useFieldParts } from "../../../ui/field.tsx";
import { Picker } from "../../../ui/picker.tsx";

const NOBODY = "nobody";

export interface MemberSelectProps {
  label: string;
  help?: string | undefined;
  project: Id;
  value: Id | null;
  disabled?: boolean | undefined;
  onChange: (member: Id | null) => void;
}

/** One of the project's members, or nobody. */
export function MemberSelect({ label, help, project, value, disabled, onChange }: MemberSelectProps) {
  const memberships = useTable("project_member");
  const members = useTable("member");
  const people = useMemo(() => {
    const ids = new Set(memberships.filter((row) => row.project === project).map((row) => row.member));
    return members.filter(({ id }) => ids.has(id)).sort((a, b) => a.display_name.localeCompare(b.display_name));
  }, [memberships, members, project]);
  const chosen = members.find(({ id }) => id === value);
  const options = [
    { id: NOBODY, label: "Nobody" },
    ...people.map((member) => ({
      id: member.id,
      label: member.display_name,
      icon: <Avatar member={member} named={false} />,
    })),
  ];
  return (
    <Field label={label} help={help}>
      <Picker
        label={label}
        options={options}
        value={[value ?? NOBODY]}
        onChange={([id]) => onChange(id === NOBODY || id === undefined ? null : id)}
        className="w-(--anchor-width)"
        trigger={<Trigger name={chosen?.display_name} disabled={disabled} />}
      />
    </Field>
  );
}

/** Looks like the other fields of the form. */
function Trigger({ name, disabled, ...props }: { name: string | undefined; disabled: boolean | undefined }) {
  const { id } = useFieldParts();
  return (
    <button
      type="button"
      {...props}
      id={id}
      disabled={disabled}
      className="flex h-8 w-full items-center justify-between rounded-control border border-line-strong bg-raised px-2.5 text-13 hover:border-faint disabled:opacity-60 pointer-coarse:h-11 pointer-coarse:text-[16px]"
    >
      {name ?? <span className="text-muted">Nobody</span>}
      <ChevronDown aria-hidden="true" className="text-muted" />
    </button>
  );
}
