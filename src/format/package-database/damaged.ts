import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";

/** The error of a package data base that breaks the rules of its format. */
export function damagedDatabase(what: string): CooperError {
  return new CooperError("package-database-damaged", `A package data base cannot be read: ${what}.`, {
    hint: "It may have been copied while it was written; the packages in it are not listed.",
    exit: EXIT.incomplete,
  });
}

/** Bytes of a data base whose every access is checked. */
export interface Bytes {
  readonly length: number;
  slice(from: number, length: number): Buffer;
}

/** `whole` as bytes that a damaged data base cannot be read beyond. */
export function checkedBytes(whole: Buffer): Bytes {
  return {
    length: whole.length,
    slice(from, length) {
      if (from < 0 || length < 0 || from + length > whole.length) throw damagedDatabase("it ends too early");
      return whole.subarray(from, from + length);
    },
  };
}
