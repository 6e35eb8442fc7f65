import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { cooperProgram } from "../../../test/support/cli.ts";
import { uniqueName } from "../../../test/support/container.ts";
import { outputOf, runOnHost } from "../../../test/support/host-command.ts";

/** Two images in one archive. */
export interface NodeImages {
  /** This Node, its libraries and the program. */
  readonly cooper: string;
  /** The same, but another program in the place of cooper. */
  readonly forger: string;
  readonly file: string;
}

/** Makes the images and saves them, for engines that can pull nothing. */
export async function saveNodeImages(folder: string, forgery: string): Promise<NodeImages> {
  const root = path.join(folder, "image");
  const put = (from: string, to: string): void => {
    mkdirSync(path.dirname(path.join(root, to)), { recursive: true });
    cpSync(from, path.join(root, to), { recursive: true, dereference: true });
  };
  put(process.execPath, "/usr/bin/node");
  const libraries = (await runOnHost(["ldd", process.execPath])).stdout.matchAll(/(\/\S+)/g);
  for (const [library] of libraries) put(library, library);
  put(path.dirname(cooperProgram()), "/cooper");
  const cooper = uniqueName("node");
  const forger = uniqueName("forger");
  const file = path.join(folder, "images.tar");
  const change = 'ENTRYPOINT ["/usr/bin/node","/cooper/cli.mjs"]';
  await outputOf(["sh", "-c", 'tar -C "$1" -c . | docker import -c "$2" - "$3"', "sh", root, change, cooper]);
  writeFileSync(path.join(folder, "cli.mjs"), forgery);
  writeFileSync(path.join(folder, "Dockerfile"), `FROM ${cooper}\nCOPY cli.mjs /cooper/\n`);
  const small = 'tar -C "$1" -c Dockerfile cli.mjs | DOCKER_BUILDKIT=0 docker build -q -t "$2" -';
  await outputOf(["sh", "-c", small, "sh", folder, forger]);
  await outputOf(["docker", "save", cooper, forger, "-o", file]);
  await outputOf(["docker", "rmi", forger, cooper]);
  return { cooper, forger, file };
}
