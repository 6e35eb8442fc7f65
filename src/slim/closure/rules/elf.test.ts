import { describe, expect, test } from "vitest";
import { elfText } from "../../test-elf.ts";
import { brokenPromises, type ClosingCase } from "../test-closing.ts";

const library = elfText({});

const CASES: readonly ClosingCase[] = [
  {
    name: "elf: the loader, and a library from the folders of ld.so.conf before the built-in ones",
    level: "trace",
    rows: {
      "/app": elfText({ needed: ["liba.so.1"], interpreter: "/lib64/ld.so" }),
      "/lib64/ld.so": library,
      "/etc/ld.so.conf": "include /etc/ld.so.conf.d/*.conf\n",
      "/etc/ld.so.conf.d/own.conf": "# first\n/opt/libraries\n",
      "/opt/libraries/liba.so.1": library,
      "/usr/lib/liba.so.1": library,
    },
    touched: { "/app": "executed" },
    keeps: ["/lib64/ld.so", "/opt/libraries/liba.so.1"],
    drops: ["/usr/lib/liba.so.1"],
  },
  {
    name: "elf: RUNPATH with $ORIGIN, which counts for the file alone",
    level: "trace",
    rows: {
      "/srv/bin/app": elfText({ needed: ["liba.so"], runpath: "$ORIGIN/../lib" }),
      "/srv/lib/liba.so": elfText({ needed: ["libb.so"] }),
      "/srv/lib/libb.so": library,
      "/usr/lib/libb.so": library,
    },
    touched: { "/srv/bin/app": "executed" },
    keeps: ["/srv/lib/liba.so", "/usr/lib/libb.so"],
    drops: ["/srv/lib/libb.so"],
  },
  {
    name: "elf: RPATH counts for the libraries of the libraries",
    level: "trace",
    rows: {
      "/srv/bin/app": elfText({ needed: ["liba.so"], rpath: "${ORIGIN}/../lib" }),
      "/srv/lib/liba.so": elfText({ needed: ["libb.so"] }),
      "/srv/lib/libb.so": library,
    },
    touched: { "/srv/bin/app": "executed" },
    keeps: ["/srv/lib/liba.so", "/srv/lib/libb.so"],
  },
  {
    name: "elf: LD_LIBRARY_PATH of the image, another machine's library passed over, variants for newer processors",
    level: "trace",
    env: ["LD_LIBRARY_PATH=/opt/x:/opt/y"],
    rows: {
      "/app": elfText({ needed: ["liba.so"] }),
      "/opt/x/liba.so": elfText({ machine: 3 }),
      "/opt/y/liba.so": library,
      "/opt/y/glibc-hwcaps/x86-64-v3/liba.so": library,
    },
    touched: { "/app": "executed" },
    keeps: ["/opt/y/liba.so", "/opt/y/glibc-hwcaps/x86-64-v3/liba.so"],
    drops: ["/opt/x/liba.so"],
  },
  {
    name: "elf: the folders of musl's own file",
    level: "trace",
    rows: { "/app": elfText({ needed: ["liba.so"] }), "/etc/ld-musl-x86_64.path": "/opt/musl\n", "/opt/musl/liba.so": library },
    touched: { "/app": "executed" },
    keeps: ["/opt/musl/liba.so"],
  },
];

describe("elfRule", () => {
  test.each(CASES.map((one) => [one.name, one] as const))("%s", async (_name, one) => {
    expect(await brokenPromises(one)).toEqual([]);
  });
});
