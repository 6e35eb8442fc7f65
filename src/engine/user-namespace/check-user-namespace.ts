import type { Finding } from "../../base/finding.ts";
import { type IdRange, isSameIds } from "../../format/proc/id-ranges.ts";
import { readTextIfThere } from "../../system/file/files.ts";
import type { UserNamespace } from "./user-namespace.ts";

/** What an image may use, and what most images were made for. */
const NEEDED = 65_536;
const GUIDE = "docs/guide/uid-mapping.md says how.";

/** What is wrong with an engine's user namespace: none at all, too few numbers, or numbers that users of this machine have too. */
export async function checkUserNamespace(map: UserNamespace): Promise<readonly Finding[]> {
  if (map.kind === "none") {
    const message = "Containers have this machine's own users: root in one is root here.";
    return [...(await missingNamespaces()), { code: "uid-map-none", message, hint: `Set userns-remap up. ${GUIDE}` }];
  }
  if (map.evidence === null) {
    return [
      {
        code: "uid-map-unknown",
        message: "The engine has a user namespace, and its map cannot be read from here.",
        hint: "Ask on the engine's machine, as root.",
      },
    ];
  }
  const [passwd, group] = await Promise.all(["/etc/passwd", "/etc/group"].map(async (file) => (await readTextIfThere(file)) ?? ""));
  return [
    ...checkRanges("users", map.uid, { text: passwd ?? "", kind: map.kind }),
    ...checkRanges("groups", map.gid, { text: group ?? "", kind: map.kind }),
  ];
}

/** Both files have the number in their third column. */
function checkRanges(
  what: "users" | "groups",
  ranges: readonly IdRange[],
  { text, kind }: { readonly text: string; readonly kind: UserNamespace["kind"] },
): readonly Finding[] {
  const count = ranges.reduce((sum, range) => sum + range.count, 0);
  const few: Finding = {
    code: "uid-map-small",
    message: `Containers have only ${count} ${what}; images may use ${NEEDED}.`,
    hint: `Widen the row in /etc/sub${what === "users" ? "uid" : "gid"} and start the engine again.`,
  };
  // A rootless engine's root is the user it belongs to.
  const others = kind === "rootless" ? ranges.filter(({ inside }) => inside !== 0) : ranges;
  const both = text
    .split("\n")
    .map((line) => line.split(":"))
    .filter(
      ([name = "", , id = ""]) =>
        name !== "" && /^\d+$/u.test(id) && others.some(({ outside, count: size }) => Number(id) >= outside && Number(id) < outside + size),
    )
    .map(([name = "", , id = ""]) => ({ name, inside: Number(id) }));
  return [
    ...(count < NEEDED ? [few] : []),
    ...(isSameIds(others) && others.length > 0
      ? [shared(what, "all of them")]
      : both.slice(0, 1).map(({ name }) => shared(what, both.length > 1 ? `${name} and ${both.length - 1} more` : name))),
  ];
}

function shared(what: string, who: string): Finding {
  return {
    code: "uid-map-shared",
    message: `${what[0]?.toUpperCase() ?? ""}${what.slice(1)} of containers have numbers that this machine's own have too: ${who}.`,
    hint: `Choose a range that nobody has. ${GUIDE}`,
  };
}

async function missingNamespaces(): Promise<readonly Finding[]> {
  const most = (await readTextIfThere("/proc/sys/user/max_user_namespaces")) ?? "";
  if (Number(most.trim() || "0") > 0) return [];
  return [
    {
      code: "uid-map-no-kernel",
      message: "This machine's kernel allows no user namespaces.",
      hint: "sysctl user.max_user_namespaces=15000",
    },
  ];
}
