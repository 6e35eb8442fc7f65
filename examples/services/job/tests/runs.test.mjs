import test from "node:test";
import { expectFile, expectInside, instance } from "cooper/test";

const unit = await instance();

test("cron ran it at the start", () => expectFile(unit, "/var/lib/shop/report", { is: "ran", within: 60 }));
test("it can be run", () => expectInside(unit, ["report"], { is: "" }));
