import type { Rule } from "../closure.ts";
import type { LibrarySearch } from "../library-search.ts";

/** What a program or library cannot start without: its loader and the libraries it names, found as the image's own loader finds them. */
export function elfRule(search: LibrarySearch): Rule {
  return {
    name: "elf",
    level: "trace",
    follow(path, file, closure) {
      if (file.member.type !== "file") return;
      for (const { name, found } of search.needsOf(path))
        for (const one of found) closure.keep(one, { rule: "elf", because: `${path} needs ${name}`, level: "trace" });
    },
  };
}
