import type { ImageFiles } from "../../inspect/image-files.ts";
import type { Rule } from "../closure.ts";
import { factsOf, type ImageFacts } from "../facts.ts";
import { FAMILIES, type Family } from "./families.ts";

/** A rule for every family, fed with the paths as they are kept. */
export function familyRules(image: ImageFiles, families: readonly Family[] = FAMILIES): Rule[] {
  const facts = factsOf(image);
  return families.map((family) => ({
    name: family.name,
    level: family.level,
    follow(path, file, closure) {
      if (file.member.type === "directory" || !family.when.test(path)) return;
      if (family.imports !== undefined && !imports(facts, path, family.imports)) return;
      if (family.mentions !== undefined && !facts.isSelfContained(path, family.mentions)) return;
      for (const pattern of family.keep) {
        for (const found of facts.matching(placed(pattern, path))) {
          if (family.but?.test(found) !== true) closure.keep(found, { rule: family.name, because: path, level: family.level });
        }
      }
    },
  }));
}

/** The C library has every name in it; that says nothing. */
const HAS_ALL_NAMES = /\/(?:libc\.so\.6|ld-[^/]*|gconv\/.*)$/;

/** A linker keeps a name that another one ends with only as that one's end. */
function imports(facts: ImageFacts, path: string, name: string): boolean {
  return !HAS_ALL_NAMES.test(path) && facts.elf(path)?.names.includes(`${name}\0`) === true;
}

function placed(pattern: string, path: string): string {
  const parts: string[] = [];
  for (const part of pattern.replace("%", path.slice(0, path.lastIndexOf("/"))).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
