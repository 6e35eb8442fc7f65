import { expect, test } from "vitest";
import { closingOf } from "../test-closing.ts";

test("a script of the application is known by its name too, one of a package by its first line alone", async () => {
  const kept = await closingOf({
    name: "scripts",
    rows: {
      "/var/lib/dpkg/info/tools.list": "/usr/lib/tools/part.sh\n/usr/bin/counted\n/usr/bin/other\n",
      "/srv/app/page.sh": "printf '%s' \"$(counted | tail -1)\"\n",
      "/usr/lib/tools/part.sh": "other\n",
      "/usr/bin/counted": "c".repeat(5_000_000),
      "/usr/bin/other": "o".repeat(5_000_000),
    },
    touched: { "/srv/app/page.sh": "opened", "/usr/lib/tools/part.sh": "opened" },
    keeps: [],
  });
  expect([kept.has("/usr/bin/counted"), kept.has("/usr/bin/other")]).toEqual([true, false]);
});

test("a name that a script ends with a variable stands for all that begin so", async () => {
  const kept = await closingOf({
    name: "beginnings",
    rows: {
      "/var/lib/dpkg/info/tools.list": "/usr/bin/convert\n/usr/bin/convert14\n/usr/bin/con\n",
      "/usr/bin/convert": '#!/bin/sh\nversion=14\nexec convert$version "$@"\n',
      "/usr/bin/convert14": "c".repeat(5_000_000),
      "/usr/bin/con": "o".repeat(5_000_000),
    },
    touched: { "/usr/bin/convert": "executed" },
    keeps: [],
  });
  expect([kept.has("/usr/bin/convert14"), kept.has("/usr/bin/con")]).toEqual([true, false]);
});
