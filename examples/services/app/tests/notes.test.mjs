import test from "node:test";
import { cookie, expectFile, expectWeb, instance } from "cooper/test";

const unit = await instance();

test("a note is kept", async () => {
  const note = cookie();
  await expectWeb(unit, { port: 8080, post: note, is: "kept", within: 60 });
  await expectWeb(unit, { port: 8080, is: note });
  await expectFile(unit, "/data/notes", { is: ["the first note"] });
});

test("it says its version", () => expectWeb(unit, { port: 8080, path: "/version", is: /^\d+$/ }));
