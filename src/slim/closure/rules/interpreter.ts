import type { Rule } from "../closure.ts";
import type { ImageFiles } from "../../inspect/image-files.ts";

/** What a script's first line names: the interpreter, and through `env` the program after it. */
export function interpreterRule(image: ImageFiles): Rule {
  return {
    name: "interpreter",
    level: "trace",
    follow(path, file, closure) {
      if (file.member.type !== "file" || (file.member.mode & 0o111) === 0) return;
      const line = /^#![ \t]*([^\n]*)/.exec(image.read(path, 0, 256).toString("latin1"))?.[1];
      if (line === undefined) return;
      const [interpreter = "", ...rest] = line.trim().split(/\s+/);
      const reason = { rule: "interpreter", because: path, level: "trace" } as const;
      if (interpreter.startsWith("/")) closure.keep(interpreter, reason);
      const program = rest.find((word) => !word.startsWith("-") && !word.includes("="));
      if (interpreter.endsWith("/env") && program !== undefined) keepProgram(program, closure, reason);
    },
  };
}

/** Folders where programs are looked for when the image names no PATH. */
export const PROGRAM_FOLDERS = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

function keepProgram(name: string, closure: Parameters<Rule["follow"]>[2], reason: Parameters<typeof closure.keep>[1]): void {
  for (const folder of PROGRAM_FOLDERS) {
    if (closure.image.paths.has(`${folder}/${name}`)) closure.keep(`${folder}/${name}`, reason);
  }
}
