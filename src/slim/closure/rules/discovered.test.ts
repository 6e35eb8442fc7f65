import { describe, expect, test } from "vitest";
import { brokenPromises, type ClosingCase } from "../test-closing.ts";

const LIBRARY = "/usr/lib/python3/dist-packages";
const owned = (paths: readonly string[]): Record<string, string> => ({
  "/var/lib/dpkg/info/library.list": paths.map((path) => `${path}\n`).join(""),
});
/** So large that it does not stay for being near. */
const dear = (text = ""): string => text + "\n".repeat(1_900_000);
const far = "x".repeat(5_000_000);

const CASES: readonly ClosingCase[] = [
  {
    name: "the names of an import over several lines, at the margin too",
    rows: {
      ...owned([`${LIBRARY}/a/__init__.py`]),
      [`${LIBRARY}/a/__init__.py`]: "from . import (\n    b,\n    c,\n)\nfrom a import d, \\\n    e\n",
      ...Object.fromEntries([..."bcde"].map((name) => [`${LIBRARY}/a/${name}.py`, dear()])),
    },
    touched: { [`${LIBRARY}/a/__init__.py`]: "opened" },
    keeps: [..."bcde"].map((name) => `${LIBRARY}/a/${name}.py`),
  },
  {
    name: "modules that are found by listing a folder that the source names",
    rows: {
      ...owned([`${LIBRARY}/a/main.py`, `${LIBRARY}/a/commands/one.py`, `${LIBRARY}/a/others/two.py`]),
      [`${LIBRARY}/a/main.py`]: 'import pkgutil\nnames = pkgutil.iter_modules([join(here, "commands")])\n',
      [`${LIBRARY}/a/commands/one.py`]: dear(),
      [`${LIBRARY}/a/others/two.py`]: far,
    },
    touched: { [`${LIBRARY}/a/main.py`]: "opened" },
    keeps: [`${LIBRARY}/a/commands/one.py`],
    drops: [`${LIBRARY}/a/others/two.py`],
  },
  {
    name: "modules under a name that is put together, of the packages that are used",
    rows: {
      ...owned([`${LIBRARY}/a/main.py`, `${LIBRARY}/p/__init__.py`, `${LIBRARY}/q/parts/commands/three.py`]),
      [`${LIBRARY}/p/__init__.py`]: "",
      [`${LIBRARY}/p/parts/commands/one.py`]: dear(),
      [`${LIBRARY}/p/tags/two.py`]: dear(),
      [`${LIBRARY}/q/parts/commands/three.py`]: far,
      [`${LIBRARY}/a/main.py`]: 'import_module("%s.parts.commands.%s" % (app, name))\nimport_module(f"{app.name}.tags")\n',
    },
    touched: { [`${LIBRARY}/p/__init__.py`]: "opened", [`${LIBRARY}/a/main.py`]: "opened" },
    keeps: [`${LIBRARY}/p/parts/commands/one.py`, `${LIBRARY}/p/tags/two.py`],
    drops: [`${LIBRARY}/q/parts/commands/three.py`],
  },
  {
    name: "data that a source names and that lies below it, not what many are called",
    rows: {
      ...owned([`${LIBRARY}/a/debug.py`, `${LIBRARY}/b/error.html`]),
      [`${LIBRARY}/a/debug.py`]: 'page = Path(__file__).parent / "pages" / "error.html"\nopen("many.txt")\n',
      [`${LIBRARY}/a/pages/error.html`]: "x".repeat(1_000_000),
      [`${LIBRARY}/b/error.html`]: far,
      ...Object.fromEntries([..."123456789"].map((name) => [`${LIBRARY}/a/${name}/many.txt`, "x".repeat(1_000_000)])),
      "/usr/bin/used": "x",
    },
    touched: { [`${LIBRARY}/a/debug.py`]: "opened" },
    keeps: [`${LIBRARY}/a/pages/error.html`],
    drops: [`${LIBRARY}/b/error.html`],
  },
];

describe("what is found while a program runs", () => {
  test.each(CASES.map((one) => [one.name, one] as const))("%s", async (_name, one) => {
    expect(await brokenPromises(one)).toEqual([]);
  });
});
