import test from "node:test";
import { expectExchange, instance } from "cooper/test";

const unit = await instance();

test("it counts", () => expectExchange(unit, { port: 6379, send: "SET tried 41\r\nINCR tried\r\nQUIT\r\n", is: ":42", within: 60 }));
