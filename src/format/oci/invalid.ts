import { CooperError } from "../../base/errors.ts";

/** The error of a file or folder that is no image archive, or a broken one. */
export function imageArchiveInvalid(what: string): CooperError {
  return new CooperError("image-archive-invalid", `This is no readable image archive: ${what}.`, {
    hint: "Give a file made by `docker save IMAGE -o FILE`, or an OCI layout (a folder or a tar of it).",
  });
}
