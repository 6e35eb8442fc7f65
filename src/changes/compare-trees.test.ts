import { describe, expect, test } from "vitest";
import type { Entry } from "../format/tree/entry.ts";
import { compareTrees } from "./compare-trees.ts";
import type { ExportedTree } from "./read-export.ts";

const file: Entry = { type: "file", mode: 0o644, uid: 0, gid: 0, size: 1, hash: "aa" };
const folder: Entry = { type: "directory", mode: 0o755, uid: 0, gid: 0 };
const link: Entry = { type: "symlink", mode: 0o777, uid: 0, gid: 0, link: "a" };

function tree(entries: Readonly<Record<string, Entry>>, comparable: Readonly<Record<string, string>> = {}): ExportedTree {
  return { entries: new Map(Object.entries(entries)), comparable: new Map(Object.entries(comparable)) };
}

const rules = { noise: ["/tmp/**", "**/cache/**"], mayDiffer: ["/may/*"], secretPaths: ["/secret"] };

function told(wanted: ExportedTree, got: ExportedTree): string[] {
  return compareTrees(wanted, got, rules).differences.map(({ path, kind, fields }) => [path, kind, ...fields].join(" "));
}

describe("comparing trees", () => {
  const cases: readonly (readonly [string, Readonly<Record<string, Entry>>, Readonly<Record<string, Entry>>, readonly string[]])[] = [
    ["equal", { "/a": file }, { "/a": { ...file } }, []],
    ["missing", { "/a": file }, {}, ["/a missing"]],
    ["extra", {}, { "/a": file }, ["/a extra"]],
    ["content", { "/a": file }, { "/a": { ...file, hash: "bb" } }, ["/a different content"]],
    ["mode and owner", { "/a": file }, { "/a": { ...file, mode: 0o4644, gid: 3 } }, ["/a different mode gid"]],
    ["type", { "/a": file }, { "/a": folder }, ["/a different type mode"]],
    ["link", { "/a": link }, { "/a": { ...link, link: "b" } }, ["/a different link"]],
    ["the mode of a link", { "/a": link }, { "/a": { ...link, mode: 0o755 } }, []],
    ["a capability", { "/a": { ...file, xattrs: { "security.capability": "01" } } }, { "/a": file }, ["/a different xattrs"]],
    [
      "device",
      { "/a": { ...file, type: "char", device: [1, 3] } },
      { "/a": { ...file, type: "char", device: [1, 5] } },
      ["/a different device"],
    ],
    ["noise", { "/tmp/a": file, "/x/cache": folder, "/x/cache/b": file, "/may/deep/c": file }, {}, []],
    [
      "a directory of noise with another mode",
      { "/x/cache": folder },
      { "/x/cache": { ...folder, mode: 0o700 } },
      ["/x/cache different mode"],
    ],
    ["secret", { "/secret": file }, {}, []],
    [
      "a hard link",
      { "/a": file, "/b": { ...file, hardLink: "/a" } },
      { "/a": file, "/b": file },
      ["/a different hardLink", "/b different hardLink"],
    ],
    ["the same hard links", { "/a": file, "/b": { ...file, hardLink: "/a" } }, { "/a": file, "/b": { ...file, hardLink: "/a" } }, []],
    ["a hard link that is noise", { "/a": file, "/tmp/b": { ...file, hardLink: "/a" } }, { "/a": file }, []],
    ["a first name that is noise", { "/tmp/a": file, "/u": { ...file, hardLink: "/tmp/a" } }, { "/u": file }, []],
  ];
  // oxlint-disable-next-line max-params -- one row of the table
  test.each(cases)("%s", (_name, wanted, got, expected) => {
    expect(told(tree(wanted), tree(got))).toEqual(expected);
  });

  test("host names are replaced before contents are compared", () => {
    const wanted = tree({ "/a": file }, { "/a": "cc" });
    expect(told(wanted, tree({ "/a": { ...file, hash: "bb", size: 9 } }, { "/a": "cc" }))).toEqual([]);
    expect(told(wanted, tree({ "/a": { ...file, hash: "bb" } }))).toEqual(["/a different content"]);
  });

  test("what was ignored is counted by pattern", () => {
    const wanted = tree({ "/tmp/a": file, "/tmp/b": file, "/may/c": file, "/secret": file, "/same": file });
    expect(compareTrees(wanted, tree({ "/same": file }), rules)).toEqual({
      compared: 5,
      differences: [],
      ignored: { "/may/*": 1, "/tmp/**": 2 },
      ignoredPaths: ["/may/c", "/tmp/a", "/tmp/b"],
      secret: ["/secret"],
    });
  });
});
