import { describe, expect, test } from "vitest";
import { brokenPromises, type ClosingCase } from "../test-closing.ts";

const NODEJS = "/usr/share/nodejs";
const owned = (paths: readonly string[]): Record<string, string> => ({
  "/var/lib/dpkg/info/modules.list": paths.map((path) => `${path}\n`).join(""),
});
const big = "x".repeat(5_000_000);

const CASES: readonly ClosingCase[] = [
  {
    name: "a late require of the application, with what the package's description names and needs; nothing that only a comment names",
    rows: {
      ...owned([`${NODEJS}/a/package.json`, `${NODEJS}/b/index.js`, `${NODEJS}/c/index.js`]),
      "/srv/app/main.js": "// require('c')\nfunction f() {\n    return require('a');\n}\n",
      [`${NODEJS}/a/package.json`]: '{"main": "lib/a", "dependencies": {"b": "1"}}',
      [`${NODEJS}/a/lib/a.js`]: "",
      [`${NODEJS}/b/index.js`]: "",
      [`${NODEJS}/c/index.js`]: big,
    },
    touched: { "/srv/app/main.js": "opened" },
    keeps: [`${NODEJS}/a/lib/a.js`, `${NODEJS}/b/index.js`],
    drops: [`${NODEJS}/c/index.js`],
  },
  {
    name: "import in its forms, the nearest node_modules first, a scope, what a setting names, never what Node has itself",
    rows: {
      ...owned([`${NODEJS}/near/index.js`, `${NODEJS}/util/index.js`]),
      "/srv/app/main.mjs": 'import { x } from "near";\nexport * from "@scope/one/part";\nset("engine", "views");\nimport "util";\n',
      "/srv/node_modules/near/index.js": "",
      [`${NODEJS}/near/index.js`]: big,
      [`${NODEJS}/@scope/one/part.js`]: 'const y = require("../two");\n',
      [`${NODEJS}/@scope/two/index.js`]: "",
      [`${NODEJS}/views/package.json`]: "{}",
      [`${NODEJS}/util/index.js`]: big,
    },
    touched: { "/srv/app/main.mjs": "opened" },
    keeps: ["/srv/node_modules/near/index.js", `${NODEJS}/@scope/two/index.js`, `${NODEJS}/views/package.json`],
    drops: [`${NODEJS}/near/index.js`, `${NODEJS}/util/index.js`],
  },
  {
    name: "of a library what it loads with itself, and not what it loads of others within a function",
    rows: {
      ...owned([`${NODEJS}/lib/index.js`, `${NODEJS}/now.js`, `${NODEJS}/sometime/index.js`]),
      [`${NODEJS}/lib/index.js`]: 'const a = require("now");\nfunction f() { return require("sometime"); }\n',
      [`${NODEJS}/now.js`]: "",
      [`${NODEJS}/sometime/index.js`]: big,
    },
    touched: { [`${NODEJS}/lib/index.js`]: "opened" },
    keeps: [`${NODEJS}/now.js`],
    drops: [`${NODEJS}/sometime/index.js`],
  },
];

describe("imports of Node", () => {
  test.each(CASES.map((one) => [one.name, one] as const))("%s", async (_name, one) => {
    expect(await brokenPromises(one)).toEqual([]);
  });
});
