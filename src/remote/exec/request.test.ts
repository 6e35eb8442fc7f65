import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeRequest, encodeRequest } from "./request.ts";

const word = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 0)));

test("a request arrives as it was sent, whatever its bytes are", () => {
  const request = fc.record({
    argv: fc.array(word, { maxLength: 5 }),
    text: fc.option(word),
    localFolder: word,
    workdir: fc.option(word),
    user: fc.constantFrom(null, "app"),
    env: fc.array(word, { maxLength: 3 }),
    terminal: fc.constantFrom(null, { columns: 80, rows: 24, kind: "xterm" }, { columns: 1, rows: 1, kind: "" }),
    hasInput: fc.boolean(),
    isLeftOut: fc.boolean(),
  });
  fc.assert(
    fc.property(request, (sent) => {
      expect(decodeRequest(encodeRequest(sent))).toEqual(sent);
    }),
  );
});
