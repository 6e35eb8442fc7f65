import fc from "fast-check";
import { expect, test } from "vitest";
import { type CastEvent, parseCast, printCastEvent, printCastHeader } from "./cast.ts";

const header = { columns: 80, rows: 24, startedAt: 1_700_000_000_000 };

test("is written as the format asks", () => {
  expect(printCastHeader({ ...header, title: "web" })).toBe('{"version":2,"width":80,"height":24,"timestamp":1700000000,"title":"web"}\n');
  expect(printCastEvent({ at: 1234.5678, kind: "output", data: "é\u001b[1m\r\n" })).toBe('[1.234568,"o","é\\u001b[1m\\r\\n"]\n');
  expect(printCastEvent({ at: 0, kind: "resize", data: "100x30" })).toBe('[0,"r","100x30"]\n');
});

const event: fc.Arbitrary<CastEvent> = fc.record({
  at: fc.nat({ max: 1e9 }),
  kind: fc.constantFrom("output", "resize"),
  data: fc.string({ unit: "binary" }),
});

test("is read as it was written", () => {
  fc.assert(
    fc.property(fc.array(event), (events) => {
      const cast = parseCast(printCastHeader(header) + events.map(printCastEvent).join(""));
      expect(cast?.header).toEqual(header);
      expect(cast?.events.map(({ at, ...rest }) => ({ at: Math.round(at), ...rest }))).toEqual(events);
      expect(cast?.torn).toBe(0);
    }),
  );
});

const READ: readonly (readonly [string, string, number | null, number])[] = [
  ["nothing", "", null, 0],
  ["another version", '{"version":1,"width":80,"height":24}\n', null, 0],
  ["no size", '{"version":2}\n', null, 0],
  ["no JSON", "x\n", null, 0],
  ["a header alone", '{"version":2,"width":80,"height":24}\n', 0, 0],
  ["a torn last line", '{"version":2,"width":80,"height":24}\n[1,"o","a"]\n[2,"o', 1, 1],
  ["other kinds of events", '{"version":2,"width":80,"height":24}\n[1,"i","a"]\n[1,"m","a"]\n[1,"o","b"]\n{}\n', 1, 0],
];
test.each(READ)("reads %s", (...row) => {
  const [, text, events, torn] = row;
  const cast = parseCast(text);
  expect(cast?.events.length ?? null).toBe(events);
  expect(cast?.torn ?? 0).toBe(torn);
});
