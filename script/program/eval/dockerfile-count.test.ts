import { expect, test } from "vitest";
import { carriesOf, instructionsOf } from "./dockerfile-count.ts";

test.each<[string, string, readonly string[]]>([
  ["plain", "FROM a\nRUN b\n", ["FROM", "RUN"]],
  ["comments and blank lines do not count", "# RUN x\n\nFROM a\n  # EXPOSE 80\n", ["FROM"]],
  ["a continued line is one", 'FROM a\nRUN b && \\\n    c\nCMD ["d"]\n', ["FROM", "RUN", "CMD"]],
  ["a comment inside a continued line", "RUN b && \\\n# why\n  c\nUSER d", ["RUN", "USER"]],
  ["a here-document belongs to its RUN", "FROM a\nRUN <<EOF\nRUN not\nEOF\nUSER b", ["FROM", "RUN", "USER"]],
  ["a shift is no here-document", "FROM a\nRUN echo $((1<<x))\nUSER b", ["FROM", "RUN", "USER"]],
])("instructions: %s", (_, text, names) => {
  expect(instructionsOf(text).map(({ name }) => name)).toEqual(names);
});

test.each<[string, string, readonly string[], string]>([
  ["one file", "COPY app /etc/app", ["app"], "/etc/app"],
  ["flags", "COPY --chown=a:b --chmod=755 app /x", ["app"], "/x"],
  ["several", "COPY a b /etc/", ["a", "b"], "/etc/"],
  ["JSON with a blank", 'COPY ["a b", "/x y"]', ["a b"], "/x y"],
  ["below the WORKDIR", "WORKDIR /srv/app\nCOPY app.py .", ["app.py"], "/srv/app/"],
  ["ADD", "ADD a.tgz /opt/", ["a.tgz"], "/opt/"],
])("carries: %s", (_, text, sources, target) => {
  expect(carriesOf(text)).toEqual([{ sources, target, isFromStage: false }]);
});

test("a COPY from another stage is not from the context", () => {
  expect(carriesOf("COPY --from=build /hello /bin/hello").map(({ isFromStage }) => isFromStage)).toEqual([true]);
});
