import { describe, expect, test } from "vitest";
import { brokenPromises, type ClosingCase } from "../test-closing.ts";

const LIBRARY = "/usr/local/lib/php";
const big = "x".repeat(5_000_000);
const owned = (paths: readonly string[]): Record<string, string> => ({
  "/var/lib/dpkg/info/library.list": paths.map((path) => `${path}\n`).join(""),
});

const CASES: readonly ClosingCase[] = [
  {
    name: "what the application includes, from its folder and from where PHP looks; nothing that only a comment names",
    rows: {
      ...owned([`${LIBRARY}/Mail.php`, `${LIBRARY}/Other.php`]),
      "/srv/www/index.php":
        "<?php\n// require 'Other.php';\nif ($_GET) {\n    require_once __DIR__ . '/parts/late.php';\n}\ninclude('Mail.php');\n",
      "/srv/www/parts/late.php": "<?php require dirname(__DIR__) . '/../shared/part.inc';",
      "/srv/shared/part.inc": "",
      [`${LIBRARY}/Mail.php`]: "",
      [`${LIBRARY}/Other.php`]: big,
    },
    touched: { "/srv/www/index.php": "opened" },
    keeps: ["/srv/www/parts/late.php", "/srv/shared/part.inc", `${LIBRARY}/Mail.php`],
    drops: [`${LIBRARY}/Other.php`],
  },
  {
    name: "classes by their names, in a group, below a folder that stands for the beginning of the name",
    rows: {
      ...owned([`${LIBRARY}/Acme/Yaml/Yaml.php`, `${LIBRARY}/Acme/Yaml/Unused.php`]),
      "/srv/www/src/index.php": "<?php\nuse Acme\\Yaml\\{Yaml, Dumper as D};\nnew \\App\\Page\\Home();\n",
      "/srv/www/src/Page/Home.php": "",
      [`${LIBRARY}/Acme/Yaml/Yaml.php`]: "<?php\nnamespace Acme\\Yaml;\nclass Yaml extends \\Acme\\Base\\Parser {}\n",
      [`${LIBRARY}/Acme/Yaml/Dumper.php`]: "",
      [`${LIBRARY}/Acme/Base/Parser.php`]: "",
      [`${LIBRARY}/Acme/Yaml/Unused.php`]: big,
    },
    touched: { "/srv/www/src/index.php": "opened" },
    keeps: [
      "/srv/www/src/Page/Home.php",
      `${LIBRARY}/Acme/Yaml/Yaml.php`,
      `${LIBRARY}/Acme/Yaml/Dumper.php`,
      `${LIBRARY}/Acme/Base/Parser.php`,
    ],
    drops: [`${LIBRARY}/Acme/Yaml/Unused.php`],
  },
  {
    name: "the files that an autoloader lists",
    rows: {
      ...owned([`${LIBRARY}/Acme/autoload.php`]),
      [`${LIBRARY}/Acme/autoload.php`]:
        "<?php\n$classes = array(\n  'acme\\\\one' => '/One.php',\n);\nrequire __DIR__ . $classes[$class];\n",
      [`${LIBRARY}/Acme/One.php`]: big,
    },
    touched: { [`${LIBRARY}/Acme/autoload.php`]: "opened" },
    keeps: [`${LIBRARY}/Acme/One.php`],
    drops: [],
  },
];

describe("imports of PHP", () => {
  test.each(CASES.map((one) => [one.name, one] as const))("%s", async (_name, one) => {
    expect(await brokenPromises(one)).toEqual([]);
  });
});
