import { join } from "node:path";
import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { readTextIfThere } from "../../system/file/files.ts";
import { runProcess } from "../../system/process/process.ts";

interface Place {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Path of the file that the person named; null: the usual ones, then the agent's first. */
  readonly file: string | null;
}

const USUAL = ["id_ed25519.pub", "id_ecdsa.pub", "id_rsa.pub"];
const KEY = /^(?:ssh-|ecdsa-|sk-)[\w@.-]+ [A-Za-z0-9+/=]+(?: [^\n]*)?$/;

/** The public key of the person, a line. Throws `ssh-key-missing`. */
export async function findPublicKey({ env, home, file }: Place): Promise<string> {
  const files = file === null ? USUAL.map((name) => join(home, ".ssh", name)) : [file.replace(/^~(?=\/)/, home)];
  for (const path of files) {
    const key = firstKey((await readTextIfThere(path)) ?? "");
    if (key !== null) return key;
  }
  const agent = file === null ? await runProcess(["ssh-add", "-L"], { env }).catch(() => null) : null;
  const key = agent?.exit === 0 ? firstKey(agent.stdout.toString()) : null;
  if (key !== null) return key;
  throw new CooperError(
    "ssh-key-missing",
    `there is no public key of yours in ${files.join(", ")}${file === null ? ", nor in an agent" : ""}`,
    {
      hint: "Make one (ssh-keygen -t ed25519), or name it: ssh_key: in the settings file, or cooper dev build --key FILE",
      exit: EXIT.usage,
    },
  );
}

function firstKey(text: string): string | null {
  return (
    text
      .split("\n")
      .map((line) => line.trim())
      .find((line) => KEY.test(line)) ?? null
  );
}
