import { expect, test } from "vitest";
import { parseAccounts } from "./accounts.ts";

test("names have their numbers; of two rows the first counts, damaged rows are passed over", () => {
  const { users, groups } = parseAccounts(
    "root:x:0:0:root:/root:/bin/sh\nwww:x:33:34::/:/x\nwww:x:1:1:::\nbad:x:-1:0\nworse:x:1\n:x:5:5\n\n",
    "root:x:0:\nstaff:x:50:a,b\nstaff:x:51:\nbad:x:\n",
  );
  expect([...users]).toEqual(
    expect.arrayContaining([
      ["root", { uid: 0, gid: 0 }],
      ["www", { uid: 33, gid: 34 }],
    ]),
  );
  expect(users.size).toBe(2);
  expect(Object.fromEntries(groups)).toEqual({ root: 0, staff: 50 });
});
