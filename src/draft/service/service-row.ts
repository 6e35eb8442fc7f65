import { SERVICES } from "../tables/services.ts";
import type { ServiceRow } from "../tables/services/service-row.ts";

/** The row of an init script or unit ("nginx", "php8.2-fpm.service"), or null. */
export function rowOfScript(script: string): ServiceRow | null {
  const name = script.replace(/\.service$/u, "");
  return SERVICES.find(({ scripts }) => scripts.some((pattern) => nameTest(pattern).test(name))) ?? null;
}

/** The row of a daemon ("/usr/sbin/nginx", or a title that it gave itself: "nginx: master process"), or null. */
export function rowOfProgram(program: string): ServiceRow | null {
  const name = programName(program);
  return SERVICES.find(({ programs }) => programs.some((pattern) => nameTest(pattern).test(name))) ?? null;
}

/** The row of a process, also of one whose program is a script: "/usr/bin/python3 /usr/bin/supervisord -n". */
export function rowOfProcess(argv: readonly string[]): ServiceRow | null {
  const [program = "", script = ""] = argv;
  const isInterpreted = /^(?:python|perl|ruby|sh|bash|dash|node)[\d.]*$/u.test(programName(program)) && script.startsWith("/");
  return rowOfProgram(program) ?? (isInterpreted ? rowOfProgram(script) : null);
}

/** The bare name of a program, also of one that changed its title. */
export function programName(program: string): string {
  const [first = ""] = program.split(/:?\s/u);
  return first.slice(first.lastIndexOf("/") + 1).replace(/:$/u, "");
}

/** A test for a name with `*` in it. */
export function nameTest(pattern: string): RegExp {
  return new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/gu, "\\$&").replaceAll("*", ".*")}$`, "u");
}
