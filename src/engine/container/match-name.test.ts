import { describe, expect, test } from "vitest";
import { matchName } from "./match-name.ts";

const web = { id: "aa11".padEnd(64, "0"), name: "web" };
const web2 = { id: "aa22".padEnd(64, "0"), name: "web2" };
const store = { id: "bb33".padEnd(64, "0"), name: "data-base" };
const all = [web, web2, store];

describe("matchName", () => {
  test.each([
    ["exact name, though another starts so", "web", web],
    ["name with docker's slash", "/web", web],
    ["unique start of a name", "dat", store],
    ["unique start of an id", "aa2", web2],
    ["whole id", web.id, web],
  ])("%s", (_name, given, expected) => {
    expect(matchName(given, all)).toBe(expected);
  });

  test.each([
    ["blank", "  ", "container-unknown", "No container was named."],
    ["unknown, with near names", "wbe2", "container-unknown", 'There is no container "wbe2".'],
    ["unknown, nothing near", "zzzzzz", "container-unknown", 'There is no container "zzzzzz".'],
    ["ambiguous name", "we", "container-ambiguous", '"we" can be 2 containers: web (aa1100000000), web2 (aa2200000000).'],
    ["ambiguous id", "aa", "container-ambiguous", '"aa" can be 2 containers: web (aa1100000000), web2 (aa2200000000).'],
  ])("%s", (_name, ...[given, code, message]) => {
    expect(() => matchName(given, all)).toThrow(expect.objectContaining({ code, message, exit: 2, hint: expect.any(String) }));
  });

  test.each([
    ["data-bsae", "data-base"],
    ["base", "data-base"],
    ["wbe", "web"],
  ])("%s: did you mean %s?", (given, near) => {
    expect(() => matchName(given, all)).toThrow(expect.objectContaining({ hint: expect.stringContaining(`${near} (`) }));
  });
});
