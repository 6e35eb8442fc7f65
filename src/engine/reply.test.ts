import { describe, expect, test } from "vitest";
import { parseReply } from "./reply.ts";

const reply = parseReply('{"Id":"ab","Size":7,"On":true,"None":null,"List":["a",1,"b"],"Map":{"x":"1","y":2},"Deep":{"er":{"Name":"n"}}}');

describe("Reply", () => {
  test.each([
    ["a text", reply.at("Id").text(), "ab"],
    ["a text that is missing", reply.at("Nope").text("else"), "else"],
    ["a text that is a number", reply.at("Size").text("else"), "else"],
    ["a number", reply.at("Size").number(), 7],
    ["a number that is missing", reply.at("Nope").number(5), 5],
    ["a flag", reply.at("On").flag(), true],
    ["a flag that is missing", reply.at("Nope").flag(), false],
    ["null", reply.at("None").isNull(), true],
    ["missing counts as null", reply.at("Nope", "Nope").isNull(), true],
    ["a list of texts", reply.at("List").texts(), ["a", "", "b"]],
    ["a list that is missing", reply.at("Nope").texts(), []],
    ["no list", reply.at("None").textsOrNull(), null],
    ["a text as a list", reply.at("Id").textsOrNull(), ["ab"]],
    ["a map", reply.at("Map").textMap(), { x: "1", y: "" }],
    ["a deep one", reply.at("Deep", "er", "Name").need(), "n"],
    ["no inherited members", reply.at("constructor").isNull(), true],
    ["nothing at all", parseReply("").isNull(), true],
  ])("%s", (_name, value, expected) => {
    expect(value).toEqual(expected);
  });

  test("what is needed and missing is named", () => {
    expect(() => reply.at("Deep", "er", "Id").need()).toThrow(
      expect.objectContaining({ code: "engine-reply-unknown", exit: 3, message: "The engine's reply has no Deep.er.Id." }),
    );
  });

  test("what is not JSON is no engine's", () => {
    expect(() => parseReply("<html>")).toThrow(expect.objectContaining({ code: "engine-reply-unknown", exit: 3 }));
  });
});
