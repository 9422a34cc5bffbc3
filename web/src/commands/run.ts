import { inWords } from "../app/error.ts";
import { toast } from "../ui/toast.tsx";
import { type Command, type CommandContext, titleOf } from "./registry.ts";

/** Runs it; what it fails with is said, not lost. */
export function runCommand(command: Command, context: CommandContext): void {
  const failed = (error: unknown) => {
    toast(`${titleOf(command, context)}: not done`, { tone: "danger", detail: inWords(error).message });
  };
  try {
    Promise.resolve(command.run(context)).catch(failed);
  } catch (error) {
    failed(error);
  }
}
