import { expect, test } from "vitest";
import type { HistoryEntry } from "../../../format/oci/image-config.ts";
import { viewImage } from "../image-view.ts";
import { findBase, type KnownImage } from "./find-base.ts";
import { guessBase } from "./guess-base.ts";
import { readHistory } from "./read-history.ts";

const entry = (createdBy: string, created = ""): HistoryEntry => {
  return { createdBy, comment: "", created, isEmpty: !/^(?:RUN|COPY|ADD|# )/.test(createdBy) };
};
const base = (history: readonly HistoryEntry[], diffIds: readonly string[] = [], known: readonly KnownImage[] = []): object => {
  const { name, layers, entries } = findBase({ view: viewImage([]), diffIds, history, instructions: readHistory(history), known });
  return { name, layers, entries };
};

const DEBIAN = [entry("# debian.sh"), entry('CMD ["bash"]')];
const PYTHON = [...DEBIAN, entry("RUN make python"), entry('CMD ["python3"]')];
const OWN = [entry("WORKDIR /srv"), entry("COPY . ."), entry("EXPOSE 80"), entry('CMD ["app"]')];

const CASES: readonly (readonly [string, readonly HistoryEntry[], { readonly layers: number; readonly entries: number }])[] = [
  ["after the CMD of the base", [...DEBIAN, ...OWN], { layers: 1, entries: 2 }],
  ["after the last of several bases", [...PYTHON, ...OWN], { layers: 2, entries: 4 }],
  ["none in a base itself", [entry("ADD x /"), entry('CMD ["bash"]')], { layers: 0, entries: 0 }],
  ["none where ports follow the CMD", [entry("COPY . ."), entry('CMD ["a"]'), entry("EXPOSE 80")], { layers: 0, entries: 0 }],
  ["at a pause", [entry("ADD x /", "2024-01-01T00:00:00Z"), entry("RUN make", "2024-03-01T00:00:00Z")], { layers: 1, entries: 1 }],
  [
    "not within one build",
    [entry("ADD x /", "2024-01-01T00:00:00Z"), entry("RUN make", "2024-01-01T00:10:00Z")],
    { layers: 0, entries: 0 },
  ],
  ["none without a history", [], { layers: 0, entries: 0 }],
];

test.each(CASES)("the base ends %s", (_name, history, expected) => {
  expect(base(history)).toEqual({ name: null, ...expected });
});

test.each([
  ["its variables", 'PRETTY_NAME="Debian"\nID=debian\nVERSION_ID="12"\n', ["ENV PYTHON_VERSION=3.12.1", "RUN make"], "python:3.12.1"],
  ["its system", 'ID=ubuntu\nVERSION_ID="22.04"\n', ["RUN make"], "ubuntu:22.04"],
  ["a system with another name", 'ID="rocky"\nVERSION_ID="9.3"\n', ["RUN make"], "rockylinux:9.3"],
  ["a name that is none", "ID=$(rm)\n", ["RUN make"], null],
  ["nothing", "", ["RUN make"], null],
])("a base is guessed by %s", (_name, osRelease, history, expected) => {
  expect(guessBase(readHistory(history.map((one) => entry(one))), osRelease)).toBe(expected);
});

test("a builder that names the base is believed", () => {
  const own = { ...entry("/bin/sh -c #(nop) COPY file:ab in /x"), comment: "FROM localhost/base:1" };
  expect(base([...DEBIAN, own])).toEqual({ name: "localhost/base:1", layers: 1, entries: 2 });
});

test("an image with the same lowest layers is the base, the tallest of several", () => {
  const known = [
    { tags: ["debian:12"], layers: ["a"] },
    { tags: ["python:3"], layers: ["a", "b"] },
    { tags: ["other:1"], layers: ["a", "x"] },
    { tags: ["same:1"], layers: ["a", "b", "c"] },
  ];
  expect(base([...PYTHON, ...OWN], ["a", "b", "c"], known)).toEqual({ name: "python:3", layers: 2, entries: 4 });
  const again = known.map((one) => ({ ...one, tags: ["a-shop/own:1", ...one.tags] }));
  expect(base([...PYTHON, ...OWN], ["a", "b", "c"], again)).toEqual({ name: "python:3", layers: 2, entries: 4 });
});
