import type { Closure } from "./closure.ts";
import { factsOf } from "./facts.ts";
import type { LibrarySearch } from "./library-search.ts";
import { resolvePath } from "./resolve.ts";

/** What paths would add to a closure as it stands now. */
export class Pricing {
  readonly #closure: Closure;
  readonly #search: LibrarySearch;

  constructor(closure: Closure, search: LibrarySearch) {
    this.#closure = closure;
    this.#search = search;
  }

  /** A path's bytes, and those of the libraries that nothing else needed yet. A script without its interpreter is of no use: it has no price. */
  of(path: string): number {
    return this.#add(path, new Set());
  }

  #add(path: string, seen: Set<string>): number {
    const real = resolvePath(this.#closure.image, path).real;
    if (real === null || this.#closure.has(real) || seen.has(real)) return 0;
    seen.add(real);
    const interpreter = factsOf(this.#closure.image).firstLine(real)?.[0];
    if (interpreter !== undefined && !this.#isKept(interpreter)) return Number.POSITIVE_INFINITY;
    const size = this.#closure.image.paths.get(real)?.member.size ?? 0;
    const needs = this.#search.needsOf(real).flatMap((need) => need.found);
    return needs.reduce((sum, one) => sum + this.#add(one, seen), size);
  }

  #isKept(path: string): boolean {
    const real = resolvePath(this.#closure.image, path).real;
    return real !== null && this.#closure.has(real);
  }
}
