import test from "node:test";
import { expectWeb, instance } from "cooper/test";

const unit = await instance();

test("it answers", () => expectWeb(unit, { port: 80, path: "/alive", is: "alive", within: 60 }));
test("without the application it says so", () => expectWeb(unit, { port: 80, path: "/", status: 502 }));
