import { CooperError } from "../../base/errors.ts";

/** The words of `d-run` as words of `cooper`: its flags that cooper spells otherwise. */
export function readOldRun(argv: readonly string[]): readonly string[] {
  const at = argv.indexOf("--");
  const [own, command] = at < 0 ? [argv, []] : [argv.slice(0, at), argv.slice(at)];
  const { rest, unit } = takeUnit(own, ["--cd", "-N"]);
  return ["run", ...rest.flatMap((word) => RUN_FLAGS[word] ?? [word]), ...unit, ...command];
}

const RUN_FLAGS: Readonly<Record<string, readonly string[]>> = {
  "--test-mode": ["--mode", "test"],
  "-T": ["--mode", "test"],
  "--dev-test": ["--mode", "test"],
  "-DT": ["--mode", "test"],
  "--print-cmd": ["--test"],
};

/** The words of `d-build` as words of `cooper`, done one after the other: -t tests what was built, -s promotes what was built before. */
export function readOldBuild(argv: readonly string[]): readonly (readonly string[])[] {
  const { rest, unit } = takeUnit(argv, ["--cd"]);
  const isSetLive = rest.some((word) => word === "-s" || word === "--setlive");
  const isTest = rest.some((word) => word === "-t" || word === "--test");
  const other = rest.filter((word) => !["-s", "--setlive", "-t", "--test"].includes(word));
  if (isSetLive && isTest) {
    throw new CooperError("build-or-promote", "-s promotes what was built before, -t builds and tests it.", {
      hint: "d-build -a builds, tests and promotes.",
    });
  }
  if (isSetLive) return [["promote", ...other, ...unit]];
  const build = ["build", ...other, ...unit];
  return isTest ? [build, ["test", ...unit]] : [build];
}

function takeUnit(
  argv: readonly string[],
  flags: readonly string[],
): { readonly rest: readonly string[]; readonly unit: readonly string[] } {
  const rest: string[] = [];
  const unit: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? "";
    const flag = flags.find((one) => word === one || word.startsWith(`${one}=`));
    if (flag === undefined) rest.push(word);
    else unit.push(word === flag ? (argv[++index] ?? "") : word.slice(flag.length + 1));
  }
  return { rest, unit };
}
