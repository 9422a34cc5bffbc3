import { toast } from "./toast.tsx";

/** Puts a text on the clipboard, and says so. A page that came over plain http has none. */
export async function copyText(text: string, said: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(said);
  } catch {
    toast("It could not be copied", { tone: "danger", detail: "Select it and copy it by your browser." });
  }
}
