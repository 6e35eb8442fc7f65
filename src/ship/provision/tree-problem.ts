/** Why a tree cannot be copied or emptied; `message` goes on after the folder's path. */
export class TreeProblem extends Error {
  readonly kind: "deep" | "large" | "busy" | "mount";

  constructor(kind: TreeProblem["kind"], message: string) {
    super(message);
    this.name = "TreeProblem";
    this.kind = kind;
  }
}
