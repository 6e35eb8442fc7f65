/** Users and groups of an image, by name. */
export interface Accounts {
  readonly users: ReadonlyMap<string, { readonly uid: number; readonly gid: number }>;
  readonly groups: ReadonlyMap<string, number>;
}

/** Reads the texts of /etc/passwd and /etc/group; of two rows with one name the first counts, rows that are no such rows are passed over. */
export function parseAccounts(passwd: string, group: string): Accounts {
  const users = rows(passwd).flatMap(([name = "", , uid = "", gid = ""]) =>
    isId(uid) && isId(gid) ? [[name, { uid: Number(uid), gid: Number(gid) }] as const] : [],
  );
  const groups = rows(group).flatMap(([name = "", , gid = ""]) => (isId(gid) ? [[name, Number(gid)] as const] : []));
  return { users: new Map(users.toReversed()), groups: new Map(groups.toReversed()) };
}

function rows(text: string): readonly (readonly string[])[] {
  return text
    .split("\n")
    .map((line) => line.split(":"))
    .filter(([name = ""]) => name !== "");
}

function isId(text: string): boolean {
  return /^\d{1,10}$/u.test(text);
}
