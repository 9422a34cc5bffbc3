import { Link, useRouter } from "@tanstack/react-router";
import { answer, api } from "../../api/client.ts";
import { useSubmit } from "../../app/submit.ts";
import { Button } from "../../ui/button.tsx";
import { AuthFrame, FormError } from "../auth/frame.tsx";
import { WorkspaceFields } from "./fields.tsx";
import { loadWorkspaces, useWorkspaces } from "./list.ts";

export function CreateWorkspaceScreen() {
  const router = useRouter();
  const others = useWorkspaces();
  const { errors, pending, onSubmit } = useSubmit(["name", "slug"], async ({ name = "", slug = "" }) => {
    const workspace = await answer(api.POST("/api/v1/workspaces/", { body: { name, slug } }));
    await loadWorkspaces();
    await router.navigate({ to: "/$ws", params: { ws: workspace.slug }, replace: true });
  });
  return (
    <AuthFrame
      title="Create a workspace"
      lead="It holds the projects and people of one team or company."
      foot={
        others && others.length > 0 ? (
          <Link to="/" className="text-accent-text hover:underline">
            Back
          </Link>
        ) : (
          "Somebody invited you? Open the link that you were given."
        )
      }
    >
      <form onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
        <FormError>{errors[""]}</FormError>
        <WorkspaceFields
          autoFocus
          names={{ name: "name", slug: "slug" }}
          nameError={errors.name}
          slugError={errors.slug}
        />
        <Button type="submit" variant="primary" size="lg" disabled={pending} className="mt-1">
          Create workspace
        </Button>
      </form>
    </AuthFrame>
  );
}
