import { expect, test } from "vitest";
import { readHttpAnswer } from "./ask-http.ts";

test.each([
  ["HTTP/1.1 200 OK\r\nA: b\r\n\r\nhello\r\n\r\nthere", { status: 200, body: "hello\r\n\r\nthere" }],
  ["HTTP/1.0 404 Not Found\n\n", { status: 404, body: "" }],
  ["HTTP/1.1 204 No Content\r\nA: b", { status: 204, body: "" }],
  ["220 mail.example ESMTP\r\n", null],
  ["", null],
])("%j is read as %j", (text, expected) => {
  expect(readHttpAnswer(Buffer.from(text))).toEqual(expected);
});
