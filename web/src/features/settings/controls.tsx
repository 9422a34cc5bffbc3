import { Select } from "../../ui/field.tsx";

export interface TimezoneSelectProps {
  value: string;
  disabled?: boolean | undefined;
  onChange: (zone: string) => void;
}

const ZONES = Intl.supportedValuesOf("timeZone");

/** All zones that the browser knows, and the one that is set in any case. */
export function TimezoneSelect({ value, disabled, onChange }: TimezoneSelectProps) {
  const zones = ZONES.includes(value) ? ZONES : [value, ...ZONES];
  return (
    <Select
      value={value}
      disabled={disabled}
      onChange={(event) => onChange(event.currentTarget.value)}
      className="w-full"
    >
      {zones.map((zone) => (
        <option key={zone} value={zone}>
          {zone.replaceAll("_", " ")}
        </option>
      ))}
    </Select>
  );
}

export const ROLES = [
  { value: 20, name: "Admin", help: "Changes settings and members" },
  { value: 15, name: "Member", help: "Creates and changes items" },
  { value: 5, name: "Guest", help: "Sees what is shared, comments" },
] as const;

export function roleName(role: number): string {
  return ROLES.find(({ value }) => value === role)?.name ?? "Viewer";
}

export interface RoleSelectProps {
  label: string;
  value: number;
  /** The highest that may be given: one's own. */
  highest: number;
  disabled?: boolean | undefined;
  onChange: (role: number) => void;
}

export function RoleSelect({ label, value, highest, disabled, onChange }: RoleSelectProps) {
  const offered = ROLES.filter((role) => role.value <= highest || role.value === value);
  const known = offered.some((role) => role.value === value);
  return (
    <Select
      aria-label={label}
      value={value}
      disabled={disabled}
      onChange={(event) => onChange(Number(event.currentTarget.value))}
    >
      {!known && <option value={value}>{roleName(value)}</option>}
      {offered.map((role) => (
        <option key={role.value} value={role.value}>
          {role.name}
        </option>
      ))}
    </Select>
  );
}
