import { answer, api, type Schemas } from "../../../api/client.ts";
import { useAccount } from "../../../app/account.ts";
import { useTable } from "../../../sync-react/index.tsx";
import { Field, Select } from "../../../ui/field.tsx";
import { Waiting } from "../../../ui/states.tsx";
import { loadWorkspaces } from "../../workspaces/list.ts";
import { useWorkspaceRow } from "../../workspaces/row.ts";
import { TimezoneSelect } from "../controls.tsx";
import { Fixed, ReadOnly, Section } from "../parts.tsx";
import { SavedMark, SavedText, useSaving } from "../saved.tsx";

const SIZES = ["Just myself", "2-10", "11-50", "51-200", "201-500", "500+"];

export default function General() {
  const workspace = useWorkspaceRow();
  const owner = useTable("member").find((member) => member.id === workspace?.owner);
  const account = useAccount();
  const zone = useSaving("timezone");
  const size = useSaving("organization_size");
  if (!workspace) return <Waiting />;
  const mayChange = workspace.role === 20;
  const save = async (body: Schemas["WorkspaceBody"]) => {
    await answer(api.PATCH("/api/v1/workspaces/{slug}/", { params: { path: { slug: workspace.slug } }, body }));
    await loadWorkspaces();
  };
  const sizes = [...new Set([...(workspace.organization_size ? [workspace.organization_size] : []), ...SIZES])];
  return (
    <Section>
      {!mayChange && <ReadOnly>Admins of the workspace change these.</ReadOnly>}
      <SavedText
        label="Name"
        field="name"
        value={workspace.name}
        maxLength={80}
        disabled={!mayChange}
        check={(value) => (value === "" ? "Enter a name." : undefined)}
        save={(name) => save({ name })}
      />
      <Field label="Address" help="It stands in every link, so it stays.">
        <Fixed>
          {location.host}/{workspace.slug}
        </Fixed>
      </Field>
      <Field label="Time zone" error={zone.error} aside={<SavedMark saved={zone.saved} />}>
        <TimezoneSelect
          value={workspace.timezone}
          disabled={!mayChange}
          onChange={(timezone) => void zone.save(() => save({ timezone }))}
        />
      </Field>
      <Field label="Size" aside={<SavedMark saved={size.saved} />} error={size.error}>
        <Select
          value={workspace.organization_size ?? ""}
          disabled={!mayChange}
          onChange={(event) => {
            const organization_size = event.currentTarget.value;
            void size.save(() => save({ organization_size }));
          }}
          className="w-full"
        >
          {!workspace.organization_size && <option value="">Not said</option>}
          {sizes.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="Owner">
        <Fixed>{workspace.owner === account?.id ? `${owner?.display_name ?? ""} (you)` : owner?.display_name}</Fixed>
      </Field>
    </Section>
  );
}
