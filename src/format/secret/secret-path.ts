import { PROGRAM_FOLDERS, SECRET_FILE_NAME, SECRET_PATHS } from "./tables/paths.ts";

/** True for a file that exists to hold a secret (`.netrc`, `.pgpass`, `id_rsa`); the path may be relative or begin with `~`. */
export function isSecretPath(path: string): boolean {
  if (SECRET_PATHS.some((pattern) => pattern.test(path))) return true;
  return SECRET_FILE_NAME.test(path) && !PROGRAM_FOLDERS.test(path);
}
