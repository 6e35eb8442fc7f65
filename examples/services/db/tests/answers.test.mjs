import test from "node:test";
import { expectInside, instance } from "cooper/test";

const unit = await instance();

test("a row that was written is read again", async () => {
  const run = `export PGPASSWORD="$(cat /run/secrets/password)"; psql -h 127.0.0.1 -U shop -d postgres -Atc "$1"`;
  const sql = (text) => ["sh", "-c", run, "sh", text];
  await expectInside(unit, sql("create table if not exists tried (word text); insert into tried values ('here')"), {
    is: "INSERT",
    within: 60,
  });
  await expectInside(unit, sql("select word from tried limit 1"), { is: "here" });
});

test("nobody comes in without the password", async () => {
  await expectInside(unit, ["sh", "-c", "PGPASSWORD=wrong psql -h 127.0.0.1 -U shop -d postgres -c 'select 1' 2>&1"], {
    is: "authentication failed",
    exit: 2,
  });
});
