import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { cooperProgram } from "../../../test/support/cli.ts";
import { outputOf, runOnHost } from "../../../test/support/host-command.ts";

export interface NodeImage {
  readonly name: string;
  readonly file: string;
}

/** An image with this Node, its libraries and the program, saved to a file; with `script` it runs that instead of cooper. */
export async function makeNodeImage(folder: string, name: string, script: string | null = null): Promise<NodeImage> {
  const root = path.join(folder, name);
  const put = (from: string, to: string): void => {
    mkdirSync(path.dirname(path.join(root, to)), { recursive: true });
    cpSync(from, path.join(root, to), { recursive: true, dereference: true });
  };
  put(process.execPath, "/usr/bin/node");
  const libraries = (await runOnHost(["ldd", process.execPath])).stdout.matchAll(/(\/\S+)/g);
  for (const [library] of libraries) put(library, library);
  put(path.dirname(cooperProgram()), "/cooper");
  if (script !== null) writeFileSync(path.join(root, "cooper", "cli.mjs"), script);
  const file = path.join(folder, `${name}.tar`);
  const change = 'ENTRYPOINT ["/usr/bin/node","/cooper/cli.mjs"]';
  await outputOf([
    "sh",
    "-c",
    'tar -C "$1" -c . | docker import -c "$2" - "$3" && docker save "$3" -o "$4"',
    "sh",
    root,
    change,
    name,
    file,
  ]);
  await outputOf(["docker", "rmi", name]);
  return { name, file };
}
