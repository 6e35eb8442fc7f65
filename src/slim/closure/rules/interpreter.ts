import type { ImageFiles } from "../../inspect/image-files.ts";
import type { Closure, Reason, Rule } from "../closure.ts";
import { factsOf } from "../facts.ts";
import { wordsOf } from "../library-search.ts";

/** What a script's first line names: the interpreter, and through `env` the program after it. */
export function interpreterRule(image: ImageFiles, env: readonly string[]): Rule {
  const facts = factsOf(image);
  const folders = programFolders(env);
  return {
    name: "interpreter",
    level: "trace",
    follow(path, file, closure) {
      if (file.member.type !== "file" || (file.member.mode & 0o111) === 0) return;
      const [interpreter = "", ...rest] = facts.firstLine(path) ?? [];
      const reason = { rule: "interpreter", because: path, level: "trace" } as const;
      if (interpreter.startsWith("/")) closure.keep(interpreter, reason);
      const program = interpreter.endsWith("/env") ? programAfterEnv(rest) : undefined;
      if (program !== undefined) keepProgram(closure, { program, folders, reason });
    },
  };
}

/** `env [-S] [-i] [NAME=VALUE]... PROGRAM`: the first word that is neither an option nor a variable. */
function programAfterEnv(words: readonly string[]): string | undefined {
  const whole = words.map((word) => word.replace(/^(?:-S|--split-string=)/, "")).filter((word) => word !== "");
  return whole.find((word) => !word.startsWith("-") && !word.includes("="));
}

const USUAL_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Folders where programs are looked for: the image's PATH and the usual one. */
export function programFolders(env: readonly string[]): readonly string[] {
  return [...new Set([...wordsOf(env, "PATH"), ...wordsOf([USUAL_PATH], "PATH")])];
}

interface Wanted {
  readonly program: string;
  readonly folders: readonly string[];
  readonly reason: Reason;
}

function keepProgram(closure: Closure, { program, folders, reason }: Wanted): void {
  const places = program.startsWith("/") ? [program] : folders.map((folder) => `${folder}/${program}`);
  for (const place of places) if (closure.image.paths.has(place)) closure.keep(place, reason);
}
