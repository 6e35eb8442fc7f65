/** A name of an image with its tag, as an archive needs it: "web" is "web:latest". */
export function withTag(name: string): string {
  return name.lastIndexOf(":") > name.lastIndexOf("/") ? name : `${name}:latest`;
}
